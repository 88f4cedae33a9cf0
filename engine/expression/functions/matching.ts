// Functions that search text: by a text, by a regular expression, or by a function that follows its protocol.

import type { Meter } from '../budget.ts';
import { raise } from '../errors.ts';
import { type Callable, invokeAtHome, isCallable, isRecord, toSequence, type Value } from '../value.ts';
import { type Definition, define, defined } from './definition.ts';

interface Match {
  readonly match?: string;
  readonly start?: number;
  readonly end?: number;
  readonly groups?: readonly (string | undefined)[];
  readonly next: Callable;
}

/** Functions that search text. */
export const matchingFunctions: readonly Definition[] = [
  define(
    'contains',
    '<s-(sf):b>',
    2,
    defined(([text, token], meter) => contains(text as string, token, meter)),
  ),
  define(
    'match',
    '<s-f<s:o>n?:a<o>>',
    3,
    defined(([text, matcher, limit], meter) => matchAll(text as string, matcher, limit as number | undefined, meter)),
  ),
  define(
    'split',
    '<s-(sf)n?:a<s>>',
    3,
    defined(([text, mark, limit], meter) => split(text as string, mark, limit as number | undefined, meter)),
  ),
  define(
    'replace',
    '<s-(sf)(sf)n?:s>',
    4,
    defined((args, meter) => replace(args, meter)),
  ),
];

// The matches of a text in their order; the caller stops when it has enough.
function* matchesOf(text: string, matcher: Value, meter: Meter): Generator<Match> {
  if (!isCallable(matcher)) return raise('T1010', {});
  let found = toMatch(invokeAtHome(matcher, [text]));
  while (found !== undefined) {
    meter.step();
    yield found;
    found = toMatch(invokeAtHome(found.next, []));
  }
}

// A function's match need not be complete, as long as it leads to the next.
function toMatch(value: Value): Match | undefined {
  if (value === undefined) return undefined;
  return isRecord(value) && isCallable(value['next']) ? (value as unknown as Match) : raise('T1010', {});
}

// Whatever a function gives is a find, as long as it does not look like something else.
function isFound(value: Value): boolean {
  if (isRecord(value)) {
    const { start, groups, next } = value;
    return typeof start === 'number' || Array.isArray(groups) || isCallable(next) ? true : raise('T1010', {});
  }
  return value ? raise('T1010', {}) : value !== undefined;
}

function contains(text: string, token: Value, meter: Meter): Value {
  if (token === undefined) return undefined;
  if (typeof token === 'string') return text.includes(token);
  if (!isCallable(token)) return raise('T1010', {});
  meter.step();
  return isFound(invokeAtHome(token, [text]));
}

function matchAll(text: string, matcher: Value, limit: number | undefined, meter: Meter): Value {
  if (limit !== undefined && limit < 0) raise('D3040', {});
  const result = toSequence([]);
  if (limit === undefined || limit > 0) {
    for (const { match, start, groups } of matchesOf(text, matcher, meter)) {
      if (limit !== undefined && result.length >= limit) break;
      result.push({ match, index: start, groups });
      meter.grow((match ?? '').length + 1);
    }
  }
  return result;
}

function split(text: string, mark: Value, limit: number | undefined, meter: Meter): readonly string[] {
  if (limit !== undefined && limit < 0) raise('D3020', { value: limit });
  meter.grow(text.length);
  if (typeof mark === 'string') {
    const parts = text.split(mark, limit === undefined ? undefined : Math.floor(limit));
    meter.grow(parts.length);
    return parts;
  }
  const parts: string[] = [];
  if (limit === 0) return parts;
  let at = 0;
  for (const { start, end = 0 } of matchesOf(text, mark, meter)) {
    if (limit !== undefined && parts.length >= limit) return parts;
    parts.push(text.substring(at, start as number));
    at = end;
  }
  if (limit === undefined || parts.length < limit) parts.push(text.substring(at));
  return parts;
}

function replace([text, pattern, replacement, limit]: readonly Value[], meter: Meter): string {
  const whole = text as string;
  if (pattern === '') raise('D3010', {});
  if (typeof limit === 'number' && limit < 0) raise('D3011', {});
  if (limit === 0) return whole;
  const matches = typeof pattern === 'string' ? plainMatches(whole, pattern, meter) : matchesOf(whole, pattern, meter);
  const substituteOf = substitutes(pattern, replacement);
  const most = typeof limit === 'number' ? limit : Number.POSITIVE_INFINITY;
  let result = '';
  let position = 0;
  let count = 0;
  for (const found of matches) {
    if (count >= most) break;
    const { match, start } = found;
    if (match === undefined || start === undefined) return raise('T1010', {});
    const substitute = substituteOf(found);
    meter.grow(start - position + substitute.length);
    result += whole.substring(position, start) + substitute;
    position = start + match.length;
    count += 1;
  }
  return result + whole.slice(position);
}

function* plainMatches(text: string, pattern: string, meter: Meter): Generator<Omit<Match, 'next'>> {
  for (let start = text.indexOf(pattern); start >= 0; start = text.indexOf(pattern, start + pattern.length)) {
    meter.step();
    yield { match: pattern, start, groups: [] };
  }
}

function substitutes(pattern: Value, replacement: Value): (found: Omit<Match, 'next'>) => string {
  if (isCallable(replacement)) {
    if (typeof pattern === 'string') raise('T0410', { index: 3, value: replacement, token: 'replace' });
    return (found) => {
      const value = invokeAtHome(replacement, [found]);
      return typeof value === 'string' ? value : raise('D3012', { value });
    };
  }
  const template = String(replacement);
  if (typeof pattern === 'string') return () => template;
  return ({ match = '', groups }) => (groups === undefined ? raise('T1010', {}) : expand(template, { match, groups }));
}

// `$0` is the match, `$1` the first group, `$$` a dollar sign; of several digits as many as name a group.
function expand(
  template: string,
  { match, groups }: { readonly match: string; readonly groups: readonly (string | undefined)[] },
): string {
  const digits = groups.length === 0 ? 1 : Math.floor(Math.log10(groups.length)) + 1;
  return template.replace(new RegExp(`\\$(\\$|0|[0-9]{1,${digits}})?`, 'g'), (_all, mark: string | undefined) => {
    if (mark === undefined) return '$';
    if (mark === '$') return '$';
    if (mark === '0') return match;
    const isTooLarge = mark.length > 1 && Number(mark) > groups.length;
    const number = isTooLarge ? mark.slice(0, -1) : mark;
    return (groups[Number(number) - 1] ?? '') + (isTooLarge ? mark.slice(-1) : '');
  });
}
