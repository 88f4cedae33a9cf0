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
    return fail(
      `${words} (${code})`,
      { start: Math.max(0, end - length), end },
      hintFor(source, end - length, end) ?? HINTS[code] ?? 'see https://docs.jsonata.org',
    );
  }
}

// Signs of other languages, and what they are here. Longer ones first.
const SIGNS: readonly (readonly [sign: string, hint: string])[] = [
  ['==', 'compare with a single ='],
  ['&&', 'write and'],
  ['||', 'write or'],
  ['!', 'write $not(…)'],
];

function hintFor(source: string, start: number, end: number): string | undefined {
  if (/^\s*\{\{/.test(source)) return 'a formula is in no braces: write what is between them';
  const isAt = (sign: string) => {
    const at = source.lastIndexOf(sign, Math.max(0, end));
    return at >= 0 && at + sign.length >= start && at <= end;
  };
  const sign = SIGNS.find(([text]) => isAt(text));
  if (sign !== undefined) return sign[1];
  return /^\s*\.\w/.test(source) ? 'leave out the dot in front: names are fields of the resource' : undefined;
}

// What cures the mistakes that the parser finds, by its codes.
const HINTS: { readonly [code: string]: string } = {
  S0101: 'close the text with the quote that it begins with',
  S0102: 'write a number that is not as large',
  S0103: 'write a backslash as \\\\',
  S0104: 'write the character itself, or four hexadecimal digits behind \\u',
  S0105: 'close the name with a backquote',
  S0106: 'close the comment with */',
  S0201: 'put an operator such as & or + in front of it, or remove it',
  S0202: 'write what is expected in front of it',
  S0203: 'close what was opened, or finish the formula',
  S0204: 'write not as $not(…), and other operators as JSONata has them',
  S0207: 'write what the last operator works on',
  S0208: 'parameters begin with a dollar sign: function($value){ … }',
  S0209: 'put the predicate in front of the grouping',
  S0210: 'group once, or put the first grouping in parentheses',
  S0211: 'write a value in front of it',
  S0212: 'names are bound as $name := value',
  S0213: 'a step of a path is a name, a function or parentheses',
  S0214: 'write a variable such as $item behind it',
  S0215: 'bind the name in front of the predicates',
  S0216: 'bind the name in front of the order',
  S0217: 'write % behind a path that it can go up',
  S0301: 'write a pattern between the slashes',
  S0302: 'close the pattern with /',
};

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
  if (node.type === 'lambda') return { start: Math.max(0, source.slice(0, end).search(/(?:function|λ)\s*\($/)), end };
  return { start: Math.max(0, end - 1), end };
}

function pathRange(node: Node, source: string): TextRange {
  const steps = node.steps ?? [];
  const first = steps[0] === undefined ? undefined : tokenRange(steps[0], source);
  const last = steps.at(-1);
  return { start: first?.start ?? 0, end: last === undefined ? source.length : tokenRange(last, source).end };
}
