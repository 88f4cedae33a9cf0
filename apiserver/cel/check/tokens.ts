// The words of a rule, with where they stand.
// Source: https://github.com/google/cel-spec/blob/master/doc/langdef.md#syntax

/** What a word is; signs, operators and `true`, `false`, `null`, `in` are kinds of their own. */
export type TokenKind = string;

/** A word. `at` counts code points from the start of the rule. */
export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly at: number;
}

/** What is wrong with a rule at a place, in the words of the API server. */
export interface Problem {
  readonly at: number;
  readonly message: string;
}

/** The end of a rule. */
export const END = '<EOF>';

const ESCAPE = String.raw`\\(?:[abfnrtv"'\\?\x60]|[xX][\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8}|[0-3][0-7][0-7])`;
const STRING = [
  String.raw`[rR]"""[\s\S]*?"""`,
  String.raw`[rR]'''[\s\S]*?'''`,
  String.raw`[rR]"[^"\n\r]*"`,
  String.raw`[rR]'[^'\n\r]*'`,
  String.raw`"""(?:${ESCAPE}|[^\\])*?"""`,
  String.raw`'''(?:${ESCAPE}|[^\\])*?'''`,
  String.raw`"(?:${ESCAPE}|[^\\"\n\r])*"`,
  String.raw`'(?:${ESCAPE}|[^\\'\n\r])*'`,
].join('|');

// In the order in which they are tried; of two that fit, the longer one counts.
const KINDS: readonly (readonly [kind: TokenKind, pattern: RegExp])[] = [
  ['sign', /==|!=|<=|>=|&&|\|\||[<>[\]{}().,\-!?:+*/%]/uy],
  ['', /(?:[\t \r\n\f]|\/\/[^\n]*)+/uy],
  ['NUM_FLOAT', /\d+\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+|\.\d+(?:[eE][+-]?\d+)?/uy],
  ['NUM_UINT', /0x[\da-fA-F]+[uU]|\d+[uU]/uy],
  ['NUM_INT', /0x[\da-fA-F]+|\d+/uy],
  ['STRING', new RegExp(STRING, 'uy')],
  ['BYTES', new RegExp(`[bB](?:${STRING})`, 'uy')],
  ['IDENTIFIER', /[A-Za-z_]\w*/uy],
  ['ESC_IDENTIFIER', /`[\w.\-/ ]+`/uy],
];
const WORDS: ReadonlySet<string> = new Set(['true', 'false', 'null', 'in']);

/** The words of a rule, the end among them, and the signs that are none. */
export function tokensOf(text: string): { readonly tokens: readonly Token[]; readonly problems: readonly Problem[] } {
  const tokens: Token[] = [];
  const problems: Problem[] = [];
  let at = 0;
  for (let index = 0; index < text.length; ) {
    const [kind, word] = longest(text, index);
    if (word === '') {
      const sign = wrongPart(text, index);
      problems.push({ at, message: `Syntax error: token recognition error at: '${shown(sign)}'` });
      index += sign.length;
      at += lengthOf(sign);
      continue;
    }
    if (kind !== '') tokens.push({ kind: kind === 'sign' || WORDS.has(word) ? word : kind, text: word, at });
    index += word.length;
    at += lengthOf(word);
  }
  tokens.push({ kind: END, text: END, at });
  return { tokens, problems };
}

/** How many code points a text has. */
export function lengthOf(text: string): number {
  return [...text].length;
}

function longest(text: string, index: number): readonly [kind: TokenKind, word: string] {
  let best: readonly [TokenKind, string] = ['', ''];
  for (const [kind, pattern] of KINDS) {
    pattern.lastIndex = index;
    const [word = ''] = pattern.exec(text) ?? [];
    if (word.length > best[1].length) best = [kind, word];
  }
  return best;
}

// A text that does not end is wrong as far as it was read.
function wrongPart(text: string, index: number): string {
  const rest = text.slice(index);
  // The first half of a sign takes what comes next with it.
  if (/^[=&|]/.test(rest)) return [...rest].slice(0, 2).join('');
  const [open = ''] = /^[bB]?(?:"|')/.exec(rest) ?? [];
  if (open === '') return String.fromCodePoint(rest.codePointAt(0) ?? 0);
  const quote = open.slice(-1);
  const [read = ''] = new RegExp(`^[bB]?${quote}(?:${ESCAPE}|[^\\\\${quote}\\n\\r])*`, 'u').exec(rest) ?? [];
  const next = rest.slice(read.length, read.length + (rest[read.length] === '\\' ? 2 : 1));
  return read + next;
}

function shown(text: string): string {
  return text.replaceAll('\n', '\\n').replaceAll('\t', '\\t').replaceAll('\r', '\\r');
}
