import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { dlga } from 'imza';

const signer = new dlga.Signer('1234567-8ABC-DEF0-5432-56712ABCDEF5', 'not-a-real-secret');
for await (const line of createInterface({ input: process.stdin })) {
  const [count, resource, file] = line.split(' ');
  const body = readFileSync(file);
  let headers;
  const begun = process.hrtime.bigint();
  for (let i = 0; i < Number(count); i++) {
    headers = signer.sign({
      method: 'POST', resource, contentType: 'application/json', body, requester: '45186', date: 1615296512,
    });
  }
  console.log(`${process.hrtime.bigint() - begun} ${headers['x-dlg-authorization']}`);
}
