// Records cli/tests/audit/browser/session.har anew: headless Chromium sends signed requests to the example
// server and exports what it saw as a HAR file, as a person does from the developer tools.
//
//     npm install playwright-core@1     (and Chromium: apt-get install chromium)
//     node cli/tests/audit/browser/record.mjs IMZA SERVER     (the paths of the two programs)
//
// The secrets are those of keys.toml beside this file, and made up. The recording is committed, so that
// `make test` needs no browser.

import { execFileSync, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const [imza, server] = process.argv.slice(2);
const here = dirname(fileURLToPath(import.meta.url));
const secrets = {
  DLGA_KEY_ID: "key-id",
  DLGA_SECRET: "not-a-real-secret",
  HASO_MERCHANT_ID: "1000042",
  HASO_KEY: "merchant-key-not-real",
  HASO_SALT: "merchant-salt-not-real",
};
const env = { ...process.env, ...secrets };
const run = (args, input) => execFileSync(imza, args, { env, input }).toString();

const service = spawn(server, ["127.0.0.1:0"], { env, stdio: ["ignore", "pipe", "ignore"] });
const { value: line } = await createInterface(service.stdout)[Symbol.asyncIterator]().next();
const address = "http://" + line.replace("listening on ", "");

const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"],
});
const context = await browser.newContext({ recordHar: { path: join(here, "session.har"), content: "embed" } });
const page = await context.newPage();
// The server has no pages, so the browser is given one of the server's origin.
await page.route(address + "/", (route) => route.fulfill({ contentType: "text/html", body: "<title>imza</title>" }));
await page.goto(address + "/");

const send = (path, headers, body) =>
  page.evaluate(
    async ([path, headers, body]) => (await fetch(path, { method: "POST", headers, body })).status,
    [path, headers, body],
  );

// Diyalog: a body with blanks and Turkish letters, signed by the command.
const resource = "/v1/application/gettransactionhashforonlinehelp";
for (const body of ['{"customerId" : "123456", "deviceHash" : "fwCZ="}', '{\n  "customerId": "1",\n  "deviceHash": "ŞĞİ"\n}']) {
  const signed = run(
    ["dlga", "sign", "--key-id", "key-id", "--secret-env", "DLGA_SECRET", "--method", "POST", "--content-type",
      "application/json", "--resource", resource, "--body", "-", "--requester", "45186", "--format", "json"],
    body,
  );
  const status = await send(resource, { "content-type": "application/json", ...JSON.parse(signed) }, body);
  if (status !== 200) throw new Error(`the example server answered ${status}`);
}

// Haso: the same parameters as JSON and as a form.
const fields = { merchantId: "1000042", customerId: "5500123", dealerSegment: "GÜMÜŞ + 1", ipAddress: "85.105.1.2" };
const posted = Object.entries(fields).flatMap(([name, value]) => ["--field", `${name}=${value}`]);
const requestToken = run(
  ["haso", "token", "--recipe", "SetPreDefinedLimit", "--merchant-id", "1000042", "--key-env", "HASO_KEY",
    "--salt-env", "HASO_SALT", ...posted],
).trim();
const endpoint = "/RequestV2/SetPreDefinedLimit";
await send(endpoint, { "content-type": "application/json" }, JSON.stringify({ ...fields, requestToken }));
const form = new URLSearchParams({ ...fields, requestToken }).toString();
await send(endpoint, { "content-type": "application/x-www-form-urlencoded" }, form);

await context.close();
await browser.close();
service.kill();
