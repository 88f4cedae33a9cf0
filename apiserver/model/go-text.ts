// Values as programs in Go show them, since messages of the API server have them.

import { isList, isObject, type Json } from './json.ts';

/** A number as `%v` shows it: whole ones are integers where they can be. */
export function goNumber(value: number): string {
  return Number.isInteger(value) && value >= -(2 ** 63) && value < 2 ** 63 ? String(BigInt(value)) : goFloat(value);
}

/** A number as `%v` shows it where it is no integer, whole or not. */
export function goFloat(value: number): string {
  const exponential = value.toExponential();
  const exponent = Number(exponential.slice(exponential.indexOf('e') + 1));
  if (value === 0 || (exponent >= -4 && exponent < 6)) return String(value);
  return exponential.replace(/e([+-])(\d)$/, 'e$10$2');
}

/** Signs that have a short form in a quoted text. */
export const GO_ESCAPES: { readonly [sign: string]: string } = {
  '\u0007': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\u000b': '\\v',
  '"': '\\"',
  '\\': '\\\\',
};

/** A text as `%q` shows it. */
export function goQuote(text: string): string {
  const inner = text.replaceAll(/[\p{C}\p{Zl}\p{Zp}"\\]|(?! )\p{Zs}/gu, (sign) => {
    const known = GO_ESCAPES[sign];
    if (known !== undefined) return known;
    const code = sign.codePointAt(0) ?? 0;
    if (code < 0x80) return `\\x${code.toString(16).padStart(2, '0')}`;
    return code < 0x10000 ? `\\u${code.toString(16).padStart(4, '0')}` : `\\U${code.toString(16).padStart(8, '0')}`;
  });
  return `"${inner}"`;
}

/** JSON as Go writes it, but for the order of keys, which is as it comes. */
export function goJson(value: Json): string {
  return escapeHtml(JSON.stringify(value));
}

const HTML = /[<>&\u2028\u2029]/;

/** The text of JSON with the signs escaped that mean something in HTML. */
export function escapeHtml(text: string): string {
  if (!HTML.test(text)) return text;
  return text.replaceAll(/[<>&\u2028\u2029]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** The value with the keys of all objects in order, as Go writes maps. */
export function sortedKeys(value: Json): Json {
  if (isList(value)) return value.map(sortedKeys);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sortedKeys(value[key] as Json)]),
  );
}

/** A value as `%v` shows it. */
export function goShown(value: Json): string {
  if (value === null) return '<nil>';
  if (isList(value)) return `[${value.map(goShown).join(' ')}]`;
  if (typeof value === 'number') return goNumber(value);
  if (!isObject(value)) return String(value);
  const names = Object.keys(value).sort();
  return `map[${names.map((name) => `${name}:${goShown(value[name] as Json)}`).join(' ')}]`;
}

/** A value as `%#v` shows it. */
export function goLiteral(value: Json): string {
  if (value === null) return 'interface {}(nil)';
  if (typeof value === 'string') return goQuote(value);
  if (isList(value)) return `[]interface {}{${value.map(goLiteral).join(', ')}}`;
  if (!isObject(value)) return goShown(value);
  const names = Object.keys(value).sort();
  const fields = names.map((name) => `${goQuote(name)}:${goLiteral(value[name] as Json)}`);
  return `map[string]interface {}{${fields.join(', ')}}`;
}
