// `/…/i`: a function from text to its first match.

import type { Meter } from '../budget.ts';
import { raise } from '../errors.ts';
import type { Node } from '../parse.ts';
import { compilePattern, type Regex, type RegexMatch } from '../regex.ts';
import { Callable, type Value } from '../value.ts';
import type { Eval } from './scope.ts';

/** Compiles a regular expression; check/ has seen that it can be. */
export function compileRegex(node: Node): Eval {
  const regex = compilePattern(node.value as RegExp);
  if (typeof regex === 'string') throw new Error(regex);
  return (_input, frame) => matcherOf(regex, frame.run.meter);
}

/** A regular expression as a value. */
export function matcherOf(regex: Regex, meter: Meter): Callable {
  return new Callable(2, ([value, from]) => {
    const text = plainText(value);
    return toValue(regex(text, toOffset(from), meter), regex, text, meter);
  });
}

// What a regular expression of JavaScript makes of a value that it searches.
function plainText(value: Value): string {
  if (Array.isArray(value))
    return value.map((item) => (item === null || item === undefined ? '' : plainText(item))).join();
  return typeof value === 'object' && value !== null ? '[object Object]' : String(value);
}

function toOffset(from: Value): number {
  const offset = typeof from === 'object' ? 0 : Number(from);
  return offset > 0 ? Math.floor(offset) : 0;
}

// JSONata's protocol: a match knows where it is, and finds the next.
function toValue(found: RegexMatch | undefined, regex: Regex, text: string, meter: Meter): Value {
  if (found === undefined) return undefined;
  const next = new Callable(0, () => {
    if (found.end >= text.length) return undefined;
    const following = regex(text, found.end, meter);
    if (following?.text === '') raise('D1004', {});
    return toValue(following, regex, text, meter);
  });
  return { match: found.text, start: found.start, end: found.end, groups: [...found.groups], next };
}
