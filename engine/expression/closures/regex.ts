// `/…/i`: a function from text to its first match.

import { raise } from '../errors.ts';
import type { Node } from '../parse.ts';
import { compilePattern, type Regex } from '../regex.ts';
import { Callable, type Value } from '../value.ts';
import type { Eval } from './scope.ts';

/** Compiles a regular expression; check/ has seen that it can be. */
export function compileRegex(node: Node): Eval {
  const { source, flags } = node.value as RegExp;
  const regex = compilePattern(source, flags);
  if (typeof regex === 'string') throw new Error(regex);
  const matcher = new Callable(2, ([value, from]) => matchAt(regex, plainText(value), toOffset(from)));
  return () => matcher;
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
function matchAt(regex: Regex, text: string, from: number): Value {
  const found = regex(text, from);
  if (found === undefined) return undefined;
  const next = new Callable(0, () => {
    if (found.end >= text.length) return undefined;
    const following = regex(text, found.end);
    if (following?.text === '') raise('D1004', {});
    return following === undefined ? undefined : matchAt(regex, text, found.end);
  });
  return { match: found.text, start: found.start, end: found.end, groups: [...found.groups], next };
}
