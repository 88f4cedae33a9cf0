// Prints diagnostics for people: place, code, message, the line with a caret, the hint.

import { type Diagnostic, describeSpan, type SourceFile } from '../engine/index.ts';

/** A diagnostic, or what an API server said of a text. */
type Printable = Omit<Diagnostic, 'code'> & { readonly code: string };

/** Diagnostics as text, in the order of files and lines; empty for none. */
export function formatDiagnostics(
  diagnostics: readonly Printable[],
  files: readonly Pick<SourceFile, 'file' | 'text'>[],
): string {
  const texts = new Map(files.map(({ file, text }) => [file, text.split('\n')]));
  return sortDiagnostics(diagnostics)
    .map((diagnostic) => formatOne(diagnostic, texts))
    .join('\n');
}

/** Errors before the place of others does not count: they come in the order in which they stand in the files. */
export function sortDiagnostics<T extends Printable>(diagnostics: readonly T[]): readonly T[] {
  return [...diagnostics].sort((a, b) => {
    if (a.span.file !== b.span.file) return a.span.file < b.span.file ? -1 : 1;
    return a.span.start.offset - b.span.start.offset;
  });
}

function formatOne(diagnostic: Printable, texts: ReadonlyMap<string, readonly string[]>): string {
  const { span, severity, code, message, hint, related } = diagnostic;
  const { line, column } = span.start;
  // An object of the cluster has no lines.
  const source = span.path === undefined ? texts.get(span.file)?.[line - 1] : undefined;
  const lines = [`${describeSpan(span)}: ${severity} ${code}: ${message}`];
  if (source !== undefined) {
    const gutter = String(line).padStart(6);
    const shown = source.replaceAll('\t', ' ');
    const end = span.end.line === line ? span.end.column : shown.length + 1;
    const caret = `${' '.repeat(column - 1)}${'^'.repeat(Math.max(1, Math.min(end - column, shown.length - column + 1)))}`;
    lines.push(`${gutter} | ${shown}`, `${' '.repeat(6)} | ${caret}`);
  }
  if (hint !== undefined) lines.push(`       = hint: ${hint}`);
  for (const other of related ?? []) lines.push(`       = ${describeSpan(other.span)}: ${other.message}`);
  // What a file holds, or is called, must not steer the terminal that shows it.
  return `${lines.map((text) => text.replaceAll(/\p{Cc}/gu, ' ')).join('\n')}\n`;
}
