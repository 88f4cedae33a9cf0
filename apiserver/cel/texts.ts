// Functions of texts: those of the strings extension, regular expressions, and addresses of the web.

import { type Pattern, Patterns } from '../schema/pattern.ts';
import { formatText } from './run/format.ts';
import type { Functions } from './run/functions.ts';
import { registerStrings } from './run/strings.ts';
import { CelError } from './value.ts';

/** Makes the functions known. */
export function registerTexts(functions: Functions): void {
  functions.registerFunction('string::charAt(int)', (text: string, at: bigint) => {
    const signs = [...text];
    if (at < 0n || at > BigInt(signs.length)) throw new CelError(`index out of range: ${at}`);
    return signs[Number(at)] ?? '';
  });
  functions.registerFunction('string::replace(string, string)', (text: string, from: string, to: string) =>
    text.replaceAll(from, () => to),
  );
  functions.registerFunction(
    'string::replace(string, string, int)',
    (text: string, from: string, to: string, limit: bigint) => replaceSome(text, { from, to, limit }),
  );
  const matches = (text: string, pattern: string): boolean => patternOf(pattern).matches(text);
  functions.registerFunction('string::matches(string)', matches);
  functions.registerFunction('matches(string, string)', matches);
  functions.registerFunction(
    'string::find(string)',
    (text: string, pattern: string) => patternOf(pattern).findAll(text)[0] ?? '',
  );
  const findAll = (text: string, pattern: string): readonly string[] => patternOf(pattern).findAll(text);
  functions.registerFunction('string::findAll(string)', findAll);
  functions.registerFunction('string::findAll(string, int)', (text: string, pattern: string, limit: bigint) => {
    const found = findAll(text, pattern);
    return limit < 0n ? found : found.slice(0, Number(limit));
  });
  functions.registerFunction('string::format(list)', (text: string, values: readonly unknown[]) =>
    formatText(text, values),
  );
  registerStrings(functions);
  registerUrls(functions);
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

const PATTERNS = new Patterns();

function patternOf(text: string): Pattern {
  const parsed = PATTERNS.parse(text);
  if ('problem' in parsed) throw new CelError(parsed.problem);
  return parsed.pattern;
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

function registerUrls(functions: Functions): void {
  functions.registerType(URL_TYPE, Url);
  functions.registerFunction(`url(string)`, (text: string) => {
    const url = parseUrl(text);
    if (url === undefined)
      throw new CelError(`URL parse error during conversion from string: parse "${text}": invalid URI for request`);
    return url;
  });
  functions.registerFunction('isURL(string)', (text: string) => parseUrl(text) !== undefined);
  const part = (name: string, read: (url: Url) => unknown): void => {
    functions.registerFunction(`${URL_TYPE}::${name}()`, read);
  };
  part('getScheme', ({ scheme }) => scheme);
  part('getHost', ({ host }) => host);
  part('getHostname', ({ host }) => host.replace(/:\d*$/, '').replace(/^\[(.*)\]$/, '$1'));
  part('getPort', ({ host }) => /:(\d*)$/.exec(host.replace(/^\[.*\]/, ''))?.[1] ?? '');
  part('getEscapedPath', ({ path }) => path);
  part('getQuery', queryOf);
}
