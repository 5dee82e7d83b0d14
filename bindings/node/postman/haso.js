// Puts Haso's requestToken into the JSON body (docs/haso.md): the pre-request script of a Postman request.
const crypto = require('crypto-js');

// The line of the vendor's page for the method. Another method: write its line here.
const recipe = 'merchantId + customerId + dealerSegment + ipAddress + merhant_salt';
const optional = ['ipAddress', 'paymentReferenceCode'];

const variable = (name) => {
  const value = pm.variables.get(name);
  if (!value) throw new Error(`imza: the variable ${name} is empty`);
  return value;
};
const fields = JSON.parse(pm.variables.replaceIn(pm.request.body.raw));
fields.merchantId = variable('haso_merchant_id');
const message = recipe
  .split('+')
  .map((term) => {
    const [, name, date] = term.trim().match(/^(\w+)(\.ToString\("yyyy-MM-dd"\))?$/);
    if (/^mer(c)?hant_?salt$/i.test(name)) return variable('haso_salt');
    const value = fields[name];
    if (value === undefined && optional.includes(name)) return '';
    if (typeof value !== 'string' || value === '') throw new Error(`imza: the field ${name} is not a text, or is missing`);
    return date ? value.slice(0, 10) : value;
  })
  .join('');
fields.requestToken = crypto.HmacSHA256(message, variable('haso_key')).toString(crypto.enc.Base64);
pm.request.body.update({ mode: 'raw', raw: JSON.stringify(fields) });
