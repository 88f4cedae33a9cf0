// Values of a rule file -> templates: a text that starts with `=` is a formula, `{% … %}` inserts text, `==` escapes.

import { compileExpression } from '../expression/expression.ts';
import type { Diagnostic, Span, TextRange } from '../model/diagnostic.ts';
import { isArray, isObject, type Json } from '../model/json.ts';
import type { Formula, PathStep, Places, RuleDocument, Template } from '../model/rule.ts';

/** Where a template stands, what its formulas may read, and who hears of its mistakes. */
export interface TextScope {
  readonly document: { readonly places: Places };
  /** Names of variables without `$`. */
  readonly variables: readonly string[];
  /** Whether a formula at this place may use functions of chance. Default: no. */
  mayUseChance?(path: readonly PathStep[]): boolean;
  report(diagnostic: Diagnostic): void;
}

/** The same, in a rule. */
export interface TemplateScope extends TextScope {
  readonly document: RuleDocument;
}

/** Compiles a value and everything below it. A part that is wrong is reported and becomes the literal null. */
export function compileTemplate(value: Json, path: readonly PathStep[], scope: TextScope): Template {
  if (typeof value === 'string') return compileText(value, path, scope);
  if (isArray(value)) {
    const items = value.map((item, index) => compileTemplate(item, [...path, index], scope));
    return items.every(isLiteral)
      ? { kind: 'literal', value: items.map((item) => item.value) }
      : { kind: 'array', items };
  }
  if (!isObject(value)) return { kind: 'literal', value };
  const entries: [string, Template][] = [];
  for (const [key, item] of Object.entries(value)) {
    if (key.startsWith('=') || key.includes('{%')) {
      const span = scope.document.places.key([...path, key]);
      scope.report({
        code: 'LiteralRequired',
        severity: 'error',
        message: `the key "${key}" is computed`,
        span,
        hint: key.startsWith('=') ? 'write the key out; if this is a formula, quote it' : 'write the key out',
      });
    }
    entries.push([key, compileTemplate(item, [...path, key], scope)]);
  }
  const values = entries.flatMap(([key, item]) => (isLiteral(item) ? [[key, item.value] as const] : []));
  return values.length === entries.length
    ? { kind: 'literal', value: Object.fromEntries(values) }
    : { kind: 'object', entries };
}

function isLiteral(template: Template): template is Extract<Template, { readonly kind: 'literal' }> {
  return template.kind === 'literal';
}

function compileText(text: string, path: readonly PathStep[], scope: TextScope): Template {
  if (text.startsWith('==')) return { kind: 'literal', value: text.slice(1) };
  if (text.startsWith('=')) {
    const formula = compileFormula(text, { start: 1, end: text.length }, path, scope);
    return formula === undefined ? { kind: 'literal', value: null } : { kind: 'formula', formula };
  }
  return text.includes('{%') ? compileInsertions(text, path, scope) : { kind: 'literal', value: text };
}

function compileInsertions(text: string, path: readonly PathStep[], scope: TextScope): Template {
  const parts: (string | Formula)[] = [];
  let at = 0;
  for (let open = text.indexOf('{%'); open >= 0; open = text.indexOf('{%', at)) {
    const close = text.indexOf('%}', open + 2);
    if (close < 0) {
      const span = scope.document.places.text(path, { start: open, end: open + 2 });
      scope.report({
        code: 'UnclosedInsertion',
        severity: 'error',
        message: 'this "{%" has no "%}" behind it',
        span,
        hint: 'close it with %}',
      });
      return { kind: 'literal', value: null };
    }
    if (open > at) parts.push(text.slice(at, open));
    const formula = compileFormula(text, { start: open + 2, end: close }, path, scope);
    if (formula !== undefined) parts.push(formula);
    at = close + 2;
  }
  if (at < text.length) parts.push(text.slice(at));
  return { kind: 'text', parts };
}

function compileFormula(
  text: string,
  range: TextRange,
  path: readonly PathStep[],
  scope: TextScope,
): Formula | undefined {
  const { places } = scope.document;
  const source = text.slice(range.start, range.end);
  const locate = (piece: TextRange): Span =>
    places.text(path, { start: range.start + piece.start, end: range.start + piece.end });
  const mayUseChance = scope.mayUseChance?.(path) === true;
  const { expression, diagnostics } = compileExpression(source, { variables: scope.variables, mayUseChance });
  for (const { range: piece, ...diagnostic } of diagnostics) scope.report({ ...diagnostic, span: locate(piece) });
  if (expression === undefined) return undefined;
  return {
    source: source.trim(),
    span: locate({ start: 0, end: source.length }),
    reads: expression.reads,
    presentWhenTrue: expression.presentWhenTrue,
    infer: (environment) => expression.infer(environment),
    evaluate: (input, variables, random) =>
      expression.evaluate(input, variables, random === undefined ? undefined : { now: 0, random }),
    locate,
  };
}
