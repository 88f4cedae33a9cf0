// Where each character of a YAML scalar's value stands in the file: formulas sit inside scalars, and a diagnostic has
// to point at the word, whatever quoting, escapes, folding or indentation lie between the two texts.

/** How YAML wrote the scalar. Source: the `type` of the yaml package's Scalar. */
export type ScalarStyle = 'PLAIN' | 'QUOTE_SINGLE' | 'QUOTE_DOUBLE' | 'BLOCK_LITERAL' | 'BLOCK_FOLDED';

/**
 * The offset in `text` of each UTF-16 unit of `value`, and of its end: `value.length + 1` numbers, never falling.
 * `start` and `end` are the scalar's own range in `text`, with quotes or block header.
 */
export function mapScalar(
  text: string,
  value: string,
  style: ScalarStyle,
  start: number,
  end: number,
): readonly number[] {
  if (style === 'BLOCK_LITERAL') return mapLiteral(text, value, start, end);
  const from = style === 'PLAIN' ? start : style === 'BLOCK_FOLDED' ? lineAfter(text, start) : start + 1;
  return align(text, value, style, from, end);
}

function lineAfter(text: string, offset: number): number {
  const newline = text.indexOf('\n', offset);
  return newline < 0 ? text.length : newline + 1;
}

function mapLiteral(text: string, value: string, start: number, end: number): readonly number[] {
  const offsets: number[] = [];
  let line = lineAfter(text, start);
  let indent = -1;
  for (const content of value.split('\n')) {
    const stop = lineAfter(text, line);
    // The first line with content sets the indentation; more of it belongs to the text.
    if (indent < 0 && content !== '')
      indent = Math.max(0, text.slice(line, stop).replace(/\r?\n$/, '').length - content.length);
    const base = line + Math.max(0, indent);
    for (let index = 0; index <= content.length; index += 1) offsets.push(Math.min(base + index, end));
    line = stop;
  }
  return offsets;
}

// Walks both texts at once. What differs is either an escape, a doubled quote, or white space that YAML folded.
function align(text: string, value: string, style: ScalarStyle, from: number, end: number): readonly number[] {
  const offsets: number[] = [];
  let at = from;
  for (let index = 0; index < value.length; index += 1) {
    const wanted = value[index] as string;
    if (style !== 'QUOTE_DOUBLE' || text[at] !== '\\') at = skipFolded(text, at, wanted, end);
    offsets.push(Math.min(at, end));
    at += unitLength(text, at, style, wanted);
  }
  offsets.push(Math.min(at, end));
  return offsets;
}

function skipFolded(text: string, at: number, wanted: string, end: number): number {
  if (text[at] === wanted && wanted !== ' ' && wanted !== '\n') return at;
  if (/\s/.test(wanted)) return at;
  let next = at;
  while (next < end && /\s/.test(text[next] as string)) next += 1;
  return next;
}

function unitLength(text: string, at: number, style: ScalarStyle, wanted: string): number {
  if (style === 'QUOTE_SINGLE' && wanted === "'") return 2;
  if (style === 'QUOTE_DOUBLE' && text[at] === '\\') return escapeLength(text[at + 1]);
  // A folded line break stands for one blank: it takes the break and the indentation behind it.
  if (wanted === ' ' && (text[at] === '\n' || text[at] === '\r')) {
    let next = at;
    while (/\s/.test(text[next] ?? '')) next += 1;
    return next - at;
  }
  return 1;
}

function escapeLength(letter: string | undefined): number {
  if (letter === 'x') return 4;
  if (letter === 'u') return 6;
  return letter === 'U' ? 10 : 2;
}
