// Text -> syntax tree. The one door to the jsonata package, of which only the parser is used.

import jsonata from 'jsonata';
import type { TextDiagnostic, TextRange } from '../model/diagnostic.ts';
import { findExcess } from './limits.ts';

/** A node of jsonata's syntax tree; which fields it has depends on `type`. `position` is the end of its token. */
export interface Node {
  readonly type: string;
  readonly value?: unknown;
  readonly position?: number;
  readonly steps?: readonly Node[];
  readonly stages?: readonly Node[];
  readonly predicate?: readonly Node[];
  readonly group?: { readonly lhs: readonly (readonly [Node, Node])[]; readonly position?: number };
  readonly expr?: Node;
  readonly lhs?: Node | readonly (readonly [Node, Node])[];
  readonly rhs?: Node;
  readonly expression?: Node;
  readonly expressions?: readonly Node[];
  readonly condition?: Node;
  readonly then?: Node;
  readonly else?: Node;
  readonly procedure?: Node;
  readonly arguments?: readonly Node[];
  readonly body?: Node;
  readonly terms?: readonly { readonly descending: boolean; readonly expression: Node }[];
  readonly pattern?: Node;
  readonly update?: Node;
  readonly delete?: Node;
  readonly thunk?: boolean;
  readonly signature?: unknown;
  readonly consarray?: boolean;
  readonly keepArray?: boolean;
  readonly keepSingletonArray?: boolean;
  readonly tuple?: boolean;
  readonly focus?: string;
  readonly index?: string;
  readonly ancestor?: unknown;
  readonly slot?: unknown;
}

/** Parses a formula. Never throws; `node` is missing where the formula has a mistake. */
export function parse(source: string): { readonly node?: Node; readonly diagnostics: readonly TextDiagnostic[] } {
  const whole = { start: 0, end: source.length };
  const fail = (message: string, range: TextRange, hint?: string) => {
    const diagnostic: TextDiagnostic = { code: 'ExpressionSyntax', severity: 'error', message, range };
    return { diagnostics: [hint === undefined ? diagnostic : { ...diagnostic, hint }] };
  };
  if (source.trim() === '') return fail('the formula is empty', whole, 'write an expression');
  const excess = findExcess(source);
  if (excess !== undefined) return fail(excess.message, excess.range, 'use let to split it');
  try {
    const node = jsonata(source).ast() as unknown as Node;
    restoreRegexes(node);
    return { node, diagnostics: [] };
  } catch (error) {
    const {
      code = 'S0201',
      position = source.length,
      token,
      message = '',
    } = error as { code?: string; position?: number; token?: string; message?: string };
    const length = typeof token === 'string' && token !== '(end)' ? token.length : 1;
    const end = Math.min(source.length, Math.max(1, position));
    const words = `${message.charAt(0).toLowerCase()}${message.slice(1)}`.replace(/\.$/, '');
    return fail(`${words} (${code})`, { start: Math.max(0, end - length), end });
  }
}

// The parser copies the left side of `??` and `?:` as JSON, which loses regular expressions: the copy gets that of its
// twin, which stands at the same place of the text.
function restoreRegexes(node: Node): void {
  const known = new Map<number | undefined, unknown>();
  const broken: { value: unknown; position?: number }[] = [];
  const visit = (item: unknown): void => {
    if (typeof item !== 'object' || item === null || item instanceof RegExp) return;
    const { type, value, position } = item as Node;
    if (type === 'regex' && value instanceof RegExp) known.set(position, value);
    else if (type === 'regex') broken.push(item as { value: unknown; position?: number });
    for (const child of Object.values(item)) visit(child);
  };
  visit(node);
  for (const item of broken) item.value = known.get(item.position) ?? /$^/;
}

/** Where a node's own token stands: the word or operator, not everything below it. */
export function tokenRange(node: Node, source: string): TextRange {
  const end = node.position ?? source.length;
  if (node.type === 'variable') return { start: Math.max(0, end - String(node.value).length - 1), end };
  if (node.type === 'name') {
    const isQuoted = source[end - 1] === '`' || source[end - 1] === '"' || source[end - 1] === "'";
    return { start: Math.max(0, end - String(node.value).length - (isQuoted ? 2 : 0)), end };
  }
  if (node.type === 'binary' || node.type === 'bind' || node.type === 'apply')
    return { start: Math.max(0, end - String(node.value ?? '~>').length), end };
  if (node.type === 'string') return { start: Math.max(0, source.lastIndexOf(source[end - 1] ?? '"', end - 2)), end };
  if (node.type === 'number' || node.type === 'value')
    return { start: Math.max(0, end - String(node.value).length), end };
  if (node.type === 'path') return pathRange(node, source);
  return { start: Math.max(0, end - 1), end };
}

function pathRange(node: Node, source: string): TextRange {
  const steps = node.steps ?? [];
  const first = steps[0] === undefined ? undefined : tokenRange(steps[0], source);
  const last = steps.at(-1);
  return { start: first?.start ?? 0, end: last === undefined ? source.length : tokenRange(last, source).end };
}
