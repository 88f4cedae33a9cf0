// Paths of fields as definitions name them: `.a.b` and `['a.b']`.

import { isObject, type JsonObject } from '../model/json.ts';

/** Where a path leads in a schema: the path as messages show it, its first step, and the schema there. */
export interface FoundField {
  readonly path: string;
  readonly root: string;
  readonly schema: JsonObject | undefined;
}

/** Follows a path. `allowsBrackets`: steps may stand in brackets. */
export function followPath(
  text: string,
  schema: JsonObject,
  { allowsBrackets }: { readonly allowsBrackets: boolean },
): FoundField | Problem {
  const tokens = tokensOf(text);
  let found: FoundField = { path: '', root: '', schema };
  while (tokens.length > 0) {
    const name = nextName(tokens, allowsBrackets);
    if (typeof name !== 'string') return name;
    const next = step(found, name);
    if ('problem' in next) return next;
    found = next;
  }
  return found;
}

interface Problem {
  readonly problem: string;
}

const END: Problem = { problem: 'unexpected end of JSON path' };

function nextName(tokens: string[], allowsBrackets: boolean): string | Problem {
  const token = tokens.shift();
  if (token === '.') return tokens.shift() ?? END;
  if (token !== '[') return { problem: `expected [ or . but got: ${token}` };
  const name = bracketed(tokens, allowsBrackets);
  if (typeof name !== 'string') return name;
  const end = tokens.shift();
  if (end === ']') return name;
  return end === undefined ? END : { problem: `expected ] but got ${end}` };
}

function bracketed(tokens: string[], isAllowed: boolean): string | Problem {
  if (!isAllowed) return { problem: 'array notation is not allowed' };
  const quoted = tokens.shift();
  if (quoted === undefined) return END;
  if (!/^'.*'$/s.test(quoted) || quoted.length < 2)
    return { problem: `expected single quoted string but got ${quoted}` };
  return unescaped(quoted.slice(1, -1));
}

function step(found: FoundField, name: string): FoundField | Problem {
  const missing = { problem: 'does not refer to a valid field' };
  const { properties, additionalProperties } = found.schema ?? {};
  const root = found.root === '' ? name : found.root;
  if (isObject(properties) && Object.keys(properties).length > 0) {
    const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (!isObject(property)) return missing;
    return { path: found.path === '' ? name : `${found.path}.${name}`, root, schema: property };
  }
  if (additionalProperties === undefined) return missing;
  const schema = isObject(additionalProperties) ? additionalProperties : undefined;
  return { path: `${found.path}[${name}]`, root, schema };
}

// A text in quotes is one, whatever is in it.
function tokensOf(text: string): string[] {
  return text.match(/'(?:[^']|(?<=\\)')*'|[.[\]]|[^.[\]]+/gs) ?? [];
}

const ESCAPES: { readonly [sign: string]: string } = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\u000b',
  "'": "'",
  '\\': '\\',
};

function unescaped(text: string): string | Problem {
  const wrong = [...text.matchAll(/\\(.)/g)].find(([, sign = '']) => ESCAPES[sign] === undefined);
  if (wrong !== undefined) return { problem: `invalid string literal: invalid escape char ${wrong[0]}` };
  return text.replaceAll(/\\(.)/g, (_, sign: string) => ESCAPES[sign] ?? '');
}
