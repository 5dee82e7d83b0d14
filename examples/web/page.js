// Explains what is pasted into page.html. Everything that decides is in imza; here are two readers of pasted text.

import init, { dlga, haso } from 'imza/web';
import wasm from 'imza/imza.wasm';

/** A request of HTTP/1.1 as text. A textarea turns each line end into one line feed; the explainer tries the others. */
export function parseRequest(text) {
  const empty = text.indexOf('\n\n');
  const lines = (empty < 0 ? text : text.slice(0, empty)).trimEnd().split('\n');
  const first = /^(\S+) (\S+)(?: HTTP\/[\d.]+)?$/.exec(lines[0].trim());
  if (!first) throw new Error('line 1 is not a request line, such as: POST /v1/application/finishonlinehelp HTTP/1.1');
  const headers = lines.slice(1).map((line, i) => {
    const colon = line.indexOf(':');
    if (colon < 1) throw new Error(`line ${i + 2} is not a header, such as: Content-Type: application/json`);
    return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
  });
  return { method: first[1], resource: first[2], headers, body: empty < 0 ? '' : text.slice(empty + 2) };
}

/** Posted fields as pairs, and the token among them. */
export function parseFields(text) {
  let pairs;
  if (text.trimStart().startsWith('{')) {
    pairs = Object.entries(JSON.parse(text)).filter(([, value]) => value !== null);
    const wrong = pairs.find(([, value]) => typeof value === 'object');
    if (wrong) throw new Error(`the field ${wrong[0]} is neither a text nor a number`);
    pairs = pairs.map(([name, value]) => [name, String(value)]);
  } else {
    pairs = [...new URLSearchParams(text.trim())];
  }
  const token = pairs.find(([name]) => name === 'requestToken');
  if (!token) throw new Error('no field is called requestToken');
  return { fields: pairs.filter((pair) => pair !== token), token: token[1] };
}

function explainDlga(form) {
  const explainer = new dlga.Explainer();
  try {
    explainer.addKey(form.get('id'), form.get('secret'));
    return explainer.explain(parseRequest(form.get('request')));
  } finally {
    explainer.close();
  }
}

function explainHaso(form) {
  const { fields, token } = parseFields(form.get('fields'));
  const method = form.get('recipe').trim();
  const recipe = method.includes('+') ? haso.Recipe.parse(method) : haso.Recipe.find(method);
  const salt = form.get('salt');
  const key = form.get('key');
  let explainer;
  try {
    explainer = new haso.Explainer(form.get('id'), key === '' ? { saltOnly: salt } : { key, salt });
    return explainer.explain(recipe, fields, token);
  } finally {
    explainer?.close();
    recipe.close();
  }
}

const answer = document.getElementById('answer');
for (const [id, explain] of [['dlga', explainDlga], ['haso', explainHaso]]) {
  document.getElementById(id).addEventListener('submit', (event) => {
    event.preventDefault();
    answer.className = '';
    try {
      answer.textContent = explain(new FormData(event.target)).text;
    } catch (error) {
      answer.textContent = error.message;
      answer.className = 'wrong';
    }
    answer.scrollIntoView();
  });
}
await init(wasm);
document.body.dataset.ready = '';
