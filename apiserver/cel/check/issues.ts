// What is wrong with a rule, as the API server shows it: each thing with the line and a mark.

import type { Problem } from './tokens.ts';

/** The text for all that is wrong, from left to right. */
export function showProblems(text: string, problems: readonly Problem[]): string {
  const lines = text.split('\n').map((line) => [...line]);
  const placed = problems.map(({ at, message }) => ({ ...placeOf(lines, at), message }));
  placed.sort((a, b) => a.line - b.line || a.column - b.column);
  return placed.map(({ line, column, message }) => show(message, lines[line] ?? [], { line, column })).join('\n');
}

function placeOf(
  lines: readonly (readonly string[])[],
  at: number,
): { readonly line: number; readonly column: number } {
  let column = at;
  for (const [line, signs] of lines.entries()) {
    if (column <= signs.length) return { line, column };
    column -= signs.length + 1;
  }
  return { line: lines.length - 1, column: lines.at(-1)?.length ?? 0 };
}

const isWide = (sign: string): boolean => (sign.codePointAt(0) ?? 0) > 0x7f;

function show(
  message: string,
  signs: readonly string[],
  { line, column }: { readonly line: number; readonly column: number },
): string {
  const dots = signs.slice(0, column).map((sign) => (isWide(sign) ? '．' : '.'));
  const mark = isWide(signs[column] ?? '') ? '＾' : '^';
  const shown = signs.join('').replaceAll('\t', ' ');
  return `ERROR: <input>:${line + 1}:${column + 1}: ${message}\n | ${shown}\n | ${dots.join('')}${mark}`;
}
