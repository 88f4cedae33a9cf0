// Functions that search text: by a text, by a regular expression, or by a function that follows its protocol.

import type { Meter } from '../budget.ts';
import { raise } from '../errors.ts';
import { findText } from '../find-text.ts';
import { type Callable, invoke, isCallable, isRecord, toSequence, type Value } from '../value.ts';
import { type Definition, define, defined } from './definition.ts';
import { grown } from './strings.ts';

interface Match {
  readonly match: string;
  readonly start: number;
  readonly groups: readonly (string | undefined)[];
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
  let found = toMatch(invoke(matcher, [text], undefined));
  while (found !== undefined) {
    meter.step(3);
    yield found;
    found = toMatch(invoke(found.next, [], undefined));
  }
}

function toMatch(value: Value): Match | undefined {
  if (value === undefined) return undefined;
  const isMatch =
    isRecord(value) &&
    typeof value['start'] === 'number' &&
    Array.isArray(value['groups']) &&
    isCallable(value['next']);
  return isMatch ? (value as unknown as Match) : raise('T1010', {});
}

function contains(text: string, token: Value, meter: Meter): Value {
  if (token === undefined) return undefined;
  if (typeof token === 'string') return findText(text, token, 0, meter) >= 0;
  return !matchesOf(text, token, meter).next().done;
}

function matchAll(text: string, matcher: Value, limit: number | undefined, meter: Meter): Value {
  if (limit !== undefined && limit < 0) raise('D3040', {});
  const result = toSequence([]);
  if (limit === undefined || limit > 0) {
    for (const { match, start, groups } of matchesOf(text, matcher, meter)) {
      meter.grow(match.length + 1);
      meter.fill(groups.length);
      result.push({ match, index: start, groups: [...groups] });
      if (limit !== undefined && result.length >= limit) break;
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
  for (const { match, start } of matchesOf(text, mark, meter)) {
    if (limit !== undefined && parts.length >= limit) return parts;
    parts.push(text.slice(at, start));
    at = start + match.length;
  }
  if (limit === undefined || parts.length < limit) parts.push(text.slice(at));
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
    parts.push(text.slice(at, start));
    at = start + mark.length;
  }
  if (parts.length < most) parts.push(text.slice(at));
  return parts;
}

function replace([text, pattern, replacement, limit]: readonly Value[], meter: Meter): string {
  const whole = text as string;
  if (pattern === '') raise('D3010', {});
  if (typeof limit === 'number' && limit < 0) raise('D3011', {});
  const most = typeof limit === 'number' ? limit : Number.POSITIVE_INFINITY;
  let result = '';
  let position = 0;
  let count = 0;
  for (const found of typeof pattern === 'string'
    ? plainMatches(whole, pattern, meter)
    : matchesOf(whole, pattern, meter)) {
    if (count >= most) break;
    const substitute = typeof pattern === 'string' ? String(replacement) : substituteOf(found, replacement, meter);
    meter.grow(found.start - position + substitute.length);
    result += whole.slice(position, found.start) + substitute;
    position = found.start + found.match.length;
    count += 1;
  }
  return result + whole.slice(position);
}

function* plainMatches(
  text: string,
  pattern: string,
  meter: Meter,
): Generator<{ readonly match: string; readonly start: number; readonly groups: readonly [] }> {
  for (
    let start = findText(text, pattern, 0, meter);
    start >= 0;
    start = findText(text, pattern, start + pattern.length, meter)
  ) {
    meter.step();
    yield { match: pattern, start, groups: [] };
  }
}

function substituteOf(
  found: { readonly match: string; readonly groups: readonly (string | undefined)[] },
  replacement: Value,
  meter: Meter,
): string {
  if (isCallable(replacement)) {
    const value = invoke(replacement, [found], undefined);
    return typeof value === 'string' ? value : raise('D3012', { value });
  }
  return expand(String(replacement), found, meter);
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
