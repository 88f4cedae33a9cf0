// Functions of texts: those of the strings extension, regular expressions, and addresses of the web.

import type { Environment } from '@marcbachmann/cel-js';

/** Makes the functions known. */
export function registerTexts(environment: Environment): void {
  environment.registerFunction('string.charAt(int): string', (text: string, at: bigint) => {
    const signs = [...text];
    if (at < 0n || at > BigInt(signs.length)) throw new Error(`index out of range: ${at}`);
    return signs[Number(at)] ?? '';
  });
  environment.registerFunction('string.replace(string, string): string', (text: string, from: string, to: string) =>
    text.replaceAll(from, () => to),
  );
  environment.registerFunction(
    'string.replace(string, string, int): string',
    (text: string, from: string, to: string, limit: bigint) => replaceSome(text, { from, to, limit }),
  );
  environment.registerFunction('string.find(string): string', (text: string, pattern: string) => {
    return regExpOf(pattern).exec(text)?.[0] ?? '';
  });
  environment.registerFunction('string.findAll(string): list<string>', (text: string, pattern: string) =>
    findAll(text, pattern),
  );
  environment.registerFunction(
    'string.findAll(string, int): list<string>',
    (text: string, pattern: string, limit: bigint) => {
      const found = findAll(text, pattern);
      return limit < 0n ? found : found.slice(0, Number(limit));
    },
  );
  environment.registerFunction('string.format(list): string', (text: string, values: readonly unknown[]) =>
    formatText(text, values),
  );
  registerUrls(environment);
}

interface Replacement {
  readonly from: string;
  readonly to: string;
  readonly limit: bigint;
}

function replaceSome(text: string, { from, to, limit }: Replacement): string {
  if (limit < 0n) return text.replaceAll(from, () => to);
  let left = limit;
  return text.replaceAll(from, (found) => {
    left -= 1n;
    return left < 0n ? found : to;
  });
}

function regExpOf(pattern: string, flags = ''): RegExp {
  try {
    return new RegExp(pattern, `u${flags}`);
  } catch {
    throw new Error(`illegal regex: ${pattern}`);
  }
}

function findAll(text: string, pattern: string): readonly string[] {
  return [...text.matchAll(regExpOf(pattern, 'g'))].map(([found]) => found);
}

/** True for a pattern that means the same here and on the server, whose language of patterns knows less. */
export function isSharedPattern(pattern: string): boolean {
  if (/\(\?(?!:|P?<[A-Za-z])|\\[1-9kKuUpPzZQEC]|\[\[:|\(\?P</.test(pattern)) return false;
  try {
    return new RegExp(pattern, 'u') !== undefined;
  } catch {
    return false;
  }
}

// `%s`, `%d` and `%f`; others are refused where a rule is compiled.
function formatText(text: string, values: readonly unknown[]): string {
  let at = 0;
  return text.replaceAll(/%%|%(\.\d+)?([a-zA-Z])/g, (verb, precision: string | undefined, letter: string) => {
    if (verb === '%%') return '%';
    if (at >= values.length) throw new Error(`index ${at} out of range`);
    const value = values[at];
    at += 1;
    if (letter === 'f') return Number(value).toFixed(precision === undefined ? 6 : Number(precision.slice(1)));
    return showValue(value);
  });
}

function showValue(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(showValue).join(', ')}]`;
  if (value instanceof Map) {
    const entries = [...value].map(([key, inner]) => `${showValue(key)}: ${showValue(inner)}`);
    return `{${entries.sort().join(', ')}}`;
  }
  return String(value);
}

/** True for a format of which all parts are known. */
export function isKnownFormat(text: string): boolean {
  return !/%/.test(text.replaceAll(/%%|%s|%d|%(?:\.\d+)?f/g, ''));
}

class Url {
  readonly key: string;
  readonly scheme: string;
  readonly host: string;
  readonly path: string;
  readonly query: string;

  constructor(text: string, [scheme = '', host = '', path = '', query = '']: readonly string[]) {
    this.key = text;
    this.scheme = scheme;
    this.host = host;
    this.path = path;
    this.query = query;
  }
}

const URL_TYPE = 'kubernetes.URL';
const PATTERN = /^(?:([A-Za-z][A-Za-z0-9+.-]*):\/\/([^/?#\s]*)|(?=\/))(\/[^?#\s]*)?(?:\?([^#\s]*))?$/;

function parseUrl(text: string): Url | undefined {
  const found = PATTERN.exec(text);
  if (found === null || /%(?![0-9A-Fa-f]{2})/.test(found[3] ?? '')) return undefined;
  const [, scheme = '', authority = '', path = '', query = ''] = found;
  const host = authority.slice(authority.lastIndexOf('@') + 1);
  if (!/^(?:\[[0-9a-fA-F:.]+\]|[^[\]:]*)(?::\d*)?$/.test(host)) return undefined;
  return new Url(text, [scheme.toLowerCase(), host, path, query]);
}

function queryOf({ query }: Url): Map<string, string[]> {
  const values = new Map<string, string[]>();
  for (const [name, value] of new URLSearchParams(query)) values.set(name, [...(values.get(name) ?? []), value]);
  return values;
}

function registerUrls(environment: Environment): void {
  environment.registerType(URL_TYPE, { ctor: Url, fields: {} });
  environment.registerFunction(`url(string): ${URL_TYPE}`, (text: string) => {
    const url = parseUrl(text);
    if (url === undefined)
      throw new Error(`URL parse error during conversion from string: parse "${text}": invalid URI for request`);
    return url;
  });
  environment.registerFunction('isURL(string): bool', (text: string) => parseUrl(text) !== undefined);
  const part = (name: string, read: (url: Url) => unknown, type = 'string'): void => {
    environment.registerFunction(`${URL_TYPE}.${name}(): ${type}`, read);
  };
  part('getScheme', ({ scheme }) => scheme);
  part('getHost', ({ host }) => host);
  part('getHostname', ({ host }) => host.replace(/:\d*$/, '').replace(/^\[(.*)\]$/, '$1'));
  part('getPort', ({ host }) => /:(\d*)$/.exec(host.replace(/^\[.*\]/, ''))?.[1] ?? '');
  part('getEscapedPath', ({ path }) => path);
  part('getQuery', queryOf, 'map<string, list<string>>');
}
