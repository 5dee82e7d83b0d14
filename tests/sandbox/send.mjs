// A client as people write one: node:crypto and fetch. send.mjs BASE good|wrong; it prints the status of the answer.
//
// Wrong: it signs the path, and sends a query too.

import { createHmac } from 'node:crypto';

const [base, kind] = process.argv.slice(2);
const resource = '/v1/reporting/getcalllist';
const body = JSON.stringify({ page: 2, note: 'from Node' });
const date = new Date().toUTCString();
const text = `POST\napplication/json\n${date}\n${body}\n${resource}`;
const tag = createHmac('sha256', 'not-a-real-secret').update(text).digest('base64');
const answer = await fetch(base + resource + (kind === 'good' ? '' : '?page=2'), {
  method: 'POST',
  body,
  headers: {
    'Content-Type': 'application/json',
    'x-dlg-date': date,
    'x-dlg-requester-userid': '45186',
    'x-dlg-authorization': `DLGA 1234567-8ABC-DEF0-5432-56712ABCDEF5:${tag}`,
  },
});
console.log(answer.status);
