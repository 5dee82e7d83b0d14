// Signs the request with Diyalog's DLGA header (docs/dlga.md): the pre-request script of a Postman request.
const crypto = require('crypto-js');

const variable = (name) => {
  const value = pm.variables.get(name);
  if (!value) throw new Error(`imza: the variable ${name} is empty`);
  return value;
};
// What is signed is what is sent: variables are put in here, once.
const resource = pm.variables.replaceIn(pm.request.url.getPathWithQuery());
if (!/^\/[\x21-\x7e]*$/.test(resource) || resource.includes('#')) {
  throw new Error('imza: write path and query percent-encoded, since Postman would encode them after they are signed');
}
const body = pm.variables.replaceIn((pm.request.body && pm.request.body.raw) || '');
if (body) pm.request.body.update({ mode: 'raw', raw: body });
const contentType = pm.variables.replaceIn(pm.request.headers.get('Content-Type') || '');
if (body && !contentType) throw new Error('imza: set a Content-Type of your own, since it is signed');
const date = new Date().toUTCString();

const stringToSign = [pm.request.method, contentType, date, ...(body ? [body] : []), resource].join('\n');
const signature = crypto.HmacSHA256(stringToSign, variable('dlga_secret')).toString(crypto.enc.Base64);
pm.request.headers.upsert({ key: 'x-dlg-date', value: date });
pm.request.headers.upsert({ key: 'x-dlg-requester-userid', value: variable('dlga_requester') });
pm.request.headers.upsert({ key: 'x-dlg-authorization', value: `DLGA ${variable('dlga_key_id')}:${signature}` });
