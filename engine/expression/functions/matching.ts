// Functions that search text: by a text, by a regular expression, or by a function that follows its protocol.

import type { Meter } from '../budget.ts';
import { raise } from '../errors.ts';
import { findText } from '../find-text.ts';
import { type Callable, invokeAtHome, isCallable, isRecord, toSequence, type Value } from '../value.ts';
import { type Definition, define, defined } from './definition.ts';
import { grown } from './strings.ts';

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
    meter.step(3);
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
  if (typeof token === 'string') return findText(text, token, 0, meter) >= 0;
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
      meter.fill((groups ?? []).length);
      result.push({ match, index: start, groups });
      meter.grow(typeof match === 'string' ? match.length + 1 : 1);
    }
  }
  return result;
}

function split(text: string, mark: Value, limit: number | undefined, meter: Meter): readonly string[] {
  if (limit !== undefined && limit < 0) raise('D3020', { value: limit });
  meter.grow(text.length);
  if (typeof mark === 'string') return splitPlain(text, mark, limit, meter);
  const parts: string[] = [];
  if (limit === 0) return parts;
  let at = 0;
  for (const { start, end = 0 } of matchesOf(text, mark, meter)) {
    if (limit !== undefined && parts.length >= limit) return parts;
    if (typeof start === 'object' || typeof end === 'object') return raise('T1010', {});
    parts.push(text.substring(at, start as number));
    at = end;
  }
  if (limit === undefined || parts.length < limit) parts.push(text.substring(at));
  return parts;
}

function splitPlain(text: string, mark: string, limit: number | undefined, meter: Meter): readonly string[] {
  const most = limit === undefined ? text.length + 1 : Math.floor(limit) || 0;
  if (mark === '') {
    meter.fill(Math.min(text.length, most) * 2);
    return text.split('', most);
  }
  const parts: string[] = [];
  let at = 0;
  for (const { start } of plainMatches(text, mark, meter)) {
    if (parts.length >= most) return parts;
    meter.fill(1);
    parts.push(text.slice(at, start as number));
    at = (start as number) + mark.length;
  }
  if (parts.length < most) parts.push(text.slice(at));
  return parts;
}

function replace([text, pattern, replacement, limit]: readonly Value[], meter: Meter): string {
  const whole = text as string;
  if (pattern === '') raise('D3010', {});
  if (typeof limit === 'number' && limit < 0) raise('D3011', {});
  if (limit === 0) return whole;
  const matches = typeof pattern === 'string' ? plainMatches(whole, pattern, meter) : matchesOf(whole, pattern, meter);
  const substituteOf = substitutes(pattern, replacement, meter);
  const most = typeof limit === 'number' ? limit : Number.POSITIVE_INFINITY;
  let result = '';
  let position = 0;
  let count = 0;
  for (const found of matches) {
    if (count >= most) break;
    const { match, start } = found;
    if (typeof match !== 'string' || typeof start !== 'number') return raise('T1010', {});
    const substitute = substituteOf(found);
    meter.grow(start - position + substitute.length);
    result += whole.substring(position, start) + substitute;
    position = start + match.length;
    count += 1;
  }
  return result + whole.slice(position);
}

function* plainMatches(text: string, pattern: string, meter: Meter): Generator<Omit<Match, 'next'>> {
  for (
    let start = findText(text, pattern, 0, meter);
    start >= 0;
    start = findText(text, pattern, start + pattern.length, meter)
  ) {
    meter.step();
    yield { match: pattern, start, groups: [] };
  }
}

function substitutes(pattern: Value, replacement: Value, meter: Meter): (found: Omit<Match, 'next'>) => string {
  if (isCallable(replacement)) {
    if (typeof pattern === 'string') raise('T0410', { index: 3, value: replacement, token: 'replace' });
    return (found) => {
      const value = invokeAtHome(replacement, [found]);
      return typeof value === 'string' ? value : raise('D3012', { value });
    };
  }
  const template = String(replacement);
  if (typeof pattern === 'string') return () => template;
  return ({ match = '', groups }) =>
    groups === undefined ? raise('T1010', {}) : expand(template, { match, groups }, meter);
}

// `$0` is the match, `$1` the first group, `$$` a dollar sign; of several digits as many as name a group.
function expand(
  template: string,
  { match, groups }: { readonly match: string; readonly groups: readonly (string | undefined)[] },
  meter: Meter,
): string {
  meter.read(template.length * 4);
  const digits = groups.length === 0 ? 1 : Math.floor(Math.log10(groups.length)) + 1;
  return template.replace(new RegExp(`\\$(\\$|0|[0-9]{1,${digits}})?`, 'g'), (_all, mark: string | undefined) => {
    if (mark === undefined) return '$';
    if (mark === '$') return '$';
    meter.step();
    if (mark === '0') return grown(match, meter);
    const isTooLarge = mark.length > 1 && Number(mark) > groups.length;
    const number = isTooLarge ? mark.slice(0, -1) : mark;
    return grown(String(groups[Number(number) - 1] ?? ''), meter) + (isTooLarge ? mark.slice(-1) : '');
  });
}
