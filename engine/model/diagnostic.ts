// What an author did wrong, and where. A diagnostic is data: stages collect them, nobody throws them.

import type { DiagnosticCode } from './diagnostic-codes.ts';

/** A place in a text. `line` and `column` from 1, `offset` from 0, in UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
  readonly offset: number;
}

/** A piece of a file; `end` is exclusive. */
export interface Span {
  readonly file: string;
  /** Of an object of the cluster, which has no lines: the path of a field, within which the positions are. */
  readonly path?: string;
  readonly start: Position;
  readonly end: Position;
}

/** A piece of a text whose file is not known yet: offsets from 0 in UTF-16 units, `end` exclusive. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/** `error`: the rule cannot run. `warning`: it runs, and may not do what its author wants. */
export type Severity = 'error' | 'warning';

/** What is wrong with a formula, by its place in the formula's own text. */
export interface TextDiagnostic {
  readonly code: DiagnosticCode;
  readonly severity: Severity;
  readonly message: string;
  readonly range: TextRange;
  readonly hint?: string;
}

/** What is wrong with a rule file. `message`: one sentence, lower case, no full stop. `hint`: an imperative. */
export interface Diagnostic {
  readonly code: DiagnosticCode;
  readonly severity: Severity;
  readonly message: string;
  readonly span: Span;
  readonly hint?: string;
  readonly related?: readonly { readonly message: string; readonly span: Span }[];
}

/** `file:line:column`, as editors and terminals understand it; of an object `Kind/name:path`, and where it is a place in a text, its line and column. */
export function describeSpan({ file, path, start }: Span): string {
  const position = `${start.line}:${start.column}`;
  if (path === undefined) return `${file}:${position}`;
  return [file, path, ...(start.offset > 0 ? [position] : [])].filter((part) => part !== '').join(':');
}

/** Each of them once: the same thing said of the same place counts as one, and the first of these stays. */
export function withoutRepeats(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const seen = new Set<string>();
  return diagnostics.filter(({ code, message, span }) => {
    // Of a field that is none, a schema and another say the same in other words.
    const key = `${describeSpan(span)} ${code} ${code === 'UnknownField' ? '' : message}`;
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew;
  });
}

/**
 * Those without what only follows from another one: who chooses a name cannot be told of a formula that reads what is not
 * there.
 */
export function withoutEchoes(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const causes = diagnostics.filter(({ code }) => code === 'UnknownField' || code === 'UnknownVariable');
  return diagnostics.filter(
    ({ code, span }) => code !== 'ChosenByResource' || !causes.some((cause) => isWithin(cause.span, span)),
  );
}

function isWithin(inner: Span, outer: Span): boolean {
  return (
    inner.file === outer.file &&
    inner.path === outer.path &&
    inner.start.offset >= outer.start.offset &&
    inner.end.offset <= outer.end.offset
  );
}
