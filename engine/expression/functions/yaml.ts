// Writes YAML as kubectl prints it: block style, sorted keys, lists not indented. What is written reads back as the same
// value in YAML 1.1 and in YAML 1.2. It writes only; reading YAML is not a matter of formulas.

import { isArray, isObject, type Json, type JsonObject } from '../../model/json.ts';
import type { Meter } from '../budget.ts';

/** The YAML text of a value, with a line break at its end. */
export function toYaml(value: Json, meter: Meter): string {
  const lines: string[] = [];
  const add = (line: string): void => {
    meter.grow(line.length + 1);
    lines.push(line);
  };
  write(value, { indent: '', lead: '', add });
  return `${lines.join('\n')}\n`;
}

// Where a value is written: `lead` is what its first line begins with, `indent` what the others do.
interface Place {
  readonly indent: string;
  readonly lead: string;
  readonly add: (line: string) => void;
}

function write(value: Json, place: Place): void {
  if (!hasItems(value)) writeScalar(value, place);
  else if (isArray(value)) writeList(value, place);
  else writeMapping(value, place);
}

function hasItems(value: Json): value is readonly Json[] | JsonObject {
  return isArray(value) ? value.length > 0 : isObject(value) && Object.keys(value).length > 0;
}

function writeList(items: readonly Json[], { indent, lead, add }: Place): void {
  for (const [index, item] of items.entries()) {
    const start = `${index === 0 ? lead : indent}- `;
    write(item, { indent: hasItems(item) ? `${indent}  ` : indent, lead: start, add });
  }
}

function writeMapping(object: JsonObject, { indent, lead, add }: Place): void {
  for (const [index, key] of Object.keys(object).sort().entries()) {
    const value = object[key] as Json;
    const start = `${index === 0 ? lead : indent}${writeKey(key, indent)}:`;
    if (!hasItems(value)) {
      writeScalar(value, { indent, lead: `${start} `, add });
      continue;
    }
    add(start);
    const inner = isArray(value) ? indent : `${indent}  `;
    write(value, { indent: inner, lead: inner, add });
  }
}

// A key longer than this has to be announced. Source: YAML 1.2.2, 7.4.
const MAX_PLAIN_KEY = 1000;

function writeKey(key: string, indent: string): string {
  const text = writeLine(key);
  return text.length > MAX_PLAIN_KEY ? `? ${text}\n${indent}` : text;
}

function writeScalar(value: Json, { indent, lead, add }: Place): void {
  if (typeof value !== 'string') {
    add(`${lead}${isArray(value) ? '[]' : isObject(value) ? '{}' : writeOther(value)}`);
    return;
  }
  if (!isLiteral(value)) {
    add(lead + writeLine(value));
    return;
  }
  const end = value.endsWith('\n\n') ? '+' : value.endsWith('\n') ? '' : '-';
  add(`${lead}|${end}`);
  const lines = value.split('\n');
  if (value.endsWith('\n')) lines.pop();
  for (const line of lines) add(line === '' ? '' : `${indent}  ${line}`);
}

// YAML 1.1 reads `1e+21` as a text; it wants a point.
function writeOther(value: Exclude<Json, string>): string {
  return JSON.stringify(value).replace(/^(-?\d+)e/, '$1.0e');
}

// Several lines that can stand as they are: the first tells the indentation.
function isLiteral(text: string): boolean {
  return text.includes('\n') && !UNPRINTABLE.test(text) && /^[^\s]/.test(text);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: YAML has to escape them
const UNPRINTABLE = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]/u;
const ESCAPED = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/gu;
// Plain text begins with something that is no mark of YAML, and has neither `: ` nor ` #` in it.
const PLAIN =
  /^(?:[^\s\-?:,[\]{}#&*!|>'"%@`~=<.]|-(?=[^\s-])|--(?=[^\s-])|\.(?!\.))(?:[^\s:#]|:(?=\S)|(?<=\S)#| (?=[^\s#]))*$/;
// What one of the two versions of YAML takes for something else than a text, once underscores are left out, as some
// readers do. Source: the types of YAML 1.1 and 1.2.
const OTHER_TYPE = [
  /^(?:y|n|yes|no|on|off|true|false|null|\.nan|[-+]?\.inf)$/i,
  /^[-+]?(?:0b[01]*|0o?[0-7]*|0x[0-9a-f]*)$/i,
  /^[-+]?\d*(?:\.\d*)?(?:e[-+]?\d+)?$/i,
  /^[-+]?\d+(?::[0-5]?\d)+(?:\.\d*)?$/,
  /^\d{4}-\d\d?-\d\d?(?:[Tt ].*)?$/,
];

// A text in one line: plain, in single quotes, or where those could mislead, in double quotes.
function writeLine(text: string): string {
  const bare = text.replaceAll('_', '');
  if (OTHER_TYPE.some((pattern) => pattern.test(bare)) || text.includes('\n') || UNPRINTABLE.test(text))
    return JSON.stringify(text).replace(
      ESCAPED,
      (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
  return PLAIN.test(text) ? text : `'${text.replaceAll("'", "''")}'`;
}
