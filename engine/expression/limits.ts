// How much formula there may be: measured on its words and signs before the parser sees it, because the parser takes time
// and stack without limit for what nests or repeats.

import type { TextRange } from '../model/diagnostic.ts';

// Chosen. Real formulas stay below 400 words and signs, 10 levels of brackets and 30 operators in a row; the longest that
// is let through is parsed, checked and compiled in less than 50 ms (test/fault/expressions.test.ts).
const MAX_LENGTH = 65_536;
const MAX_NESTING = 100;
const MAX_ROW = 300;
const MAX_TOKENS = 2500;

/** What is too much in a formula, and where. */
export interface Excess {
  readonly message: string;
  readonly range: TextRange;
}

/** Says what is too much in a formula, if anything. */
export function findExcess(source: string): Excess | undefined {
  if (source.length > MAX_LENGTH)
    return {
      message: `the formula is longer than ${MAX_LENGTH} characters`,
      range: { start: 0, end: source.length },
    };
  const shape = new Shape();
  const lexer = new Lexer(source);
  for (let token = lexer.next(); token !== undefined; token = lexer.next()) {
    const message = shape.add(token);
    if (message !== undefined) return { message, range: { start: token.start, end: token.start + 1 } };
  }
  return undefined;
}

interface Token {
  readonly text: string;
  readonly start: number;
  /** An operator or bracket behind something that it works on. */
  readonly isInfix: boolean;
}

// Blanks; comments; texts; names in backticks; signs; numbers; names, in which quotes are letters.
const TOKEN =
  /[ \t\n\r\v]+|\/\*[\s\S]*?(?:\*\/|$)|"(?:[^"\\]|\\[\s\S])*"?|'(?:[^'\\]|\\[\s\S])*'?|`[^`]*`?|\.\.|:=|!=|>=|<=|\*\*|~>|\?:|\?\?|[.[\]{}(),@#;:?+\-*/%|=<>^&!~]|\d+(?:\.\d+)?(?:[Ee][-+]?\d+)?|[^ \t\n\r\v.[\]{}(),@#;:?+\-*/%|=<>^&!~]+/y;
const IS_BLANK = /^[ \t\n\r\v]/;
const IS_SIGN = /^[.[\]{}(),@#;:?+\-*/%|=<>^&!~]/;
// Signs and words that are a value where one is wanted, and an operator elsewhere.
const IS_VALUE_OR_OPERATOR = /^(?:\*\*?|%|and|or|in)$/;
const IS_FUNCTION = /^(?:function|λ)$/;

// Words and signs as the parser sees them. Where it would read a slash in another way, it stops there with an error.
class Lexer {
  readonly #source: string;
  #at = 0;
  #isBehindValue = false;
  /** For each open bracket: whether it holds the parameters of a function. */
  readonly #brackets: boolean[] = [];
  #last = '';
  /** Between the parameters of a function and its body, where the parser takes no slash for a division. */
  #isSignature = false;

  constructor(source: string) {
    this.#source = source;
  }

  next(): Token | undefined {
    while (this.#at < this.#source.length) {
      const start = this.#at;
      const text = this.#read();
      if (text.startsWith('/*')) return { text, start, isInfix: false };
      if (!IS_BLANK.test(text)) return this.#classify(text, start);
    }
    return undefined;
  }

  #read(): string {
    const source = this.#source;
    if (source[this.#at] === '/' && source[this.#at + 1] !== '*' && !this.#isBehindValue) return this.#readRegex();
    TOKEN.lastIndex = this.#at;
    const text = TOKEN.exec(source)?.[0] ?? (source[this.#at] as string);
    this.#at += text.length;
    return text;
  }

  // Up to the first slash that is neither escaped nor in brackets.
  #readRegex(): string {
    const source = this.#source;
    const start = this.#at;
    let depth = 0;
    let backslashes = 0;
    for (this.#at += 1; this.#at < source.length; this.#at += 1) {
      const letter = source[this.#at] as string;
      if (letter === '/' && depth === 0 && backslashes % 2 === 0) break;
      if (backslashes === 0 && '([{'.includes(letter)) depth += 1;
      if (backslashes === 0 && ')]}'.includes(letter)) depth -= 1;
      backslashes = letter === '\\' ? backslashes + 1 : 0;
    }
    this.#at += 1;
    return source.slice(start, this.#at);
  }

  #classify(text: string, start: number): Token {
    const isBehindValue = this.#isBehindValue;
    const isName = !IS_SIGN.test(text) || (text.startsWith('/') && text.length > 1);
    const isValue = !isBehindValue && IS_VALUE_OR_OPERATOR.test(text);
    let isParameters = false;
    if ('([{'.includes(text)) this.#brackets.push(text === '(' && isBehindValue && IS_FUNCTION.test(this.#last));
    else if (')]}'.includes(text)) isParameters = this.#brackets.pop() === true;
    if (isParameters) this.#isSignature = true;
    if (text === '{') this.#isSignature = false;
    this.#last = text;
    const isWord = isBehindValue && IS_VALUE_OR_OPERATOR.test(text);
    this.#isBehindValue = !this.#isSignature && (isValue || ')]}'.includes(text) || (isName && !isWord));
    return { text, start, isInfix: isBehindValue && !(isName && !isWord) };
  }
}

interface Level {
  /** Operators since the last comma or semicolon: each may put the next one level deeper. */
  row: number;
  /** Words and signs since the last place where a default begins. */
  copied: number;
  /** Those before. */
  done: number;
}

// Adds up what the parser will make of a formula: how deep its tree gets, and how large.
class Shape {
  readonly #levels: Level[] = [{ row: 0, copied: 0, done: 0 }];
  #row = 0;
  #tokens = 0;
  #comments = 0;
  #copies = 0;

  /** Says what is too much with this token, if anything. */
  add(token: Token): string | undefined {
    this.#comments = token.text.startsWith('/*') ? this.#comments + 1 : 0;
    if (this.#comments > MAX_ROW) return `the formula has more than ${MAX_ROW} comments in a row`;
    if (this.#comments > 0) return undefined;
    this.#tokens += 1;
    const level = this.#levels.at(-1) as Level;
    level.copied += 1;
    if (')]}'.includes(token.text)) this.#close();
    else this.#open(token, level);
    if (this.#levels.length > MAX_NESTING + 1) return `the formula nests more than ${MAX_NESTING} levels`;
    if (this.#row > MAX_ROW) return `the formula has more than ${MAX_ROW} operators in a row`;
    if (this.#tokens > MAX_TOKENS) return `the formula has more than ${MAX_TOKENS} words and signs`;
    return this.#copies > MAX_TOKENS ? 'the formula has too many defaults (?? and ?:) inside each other' : undefined;
  }

  #open({ text, isInfix }: Token, level: Level): void {
    if (text === ',' || text === ';') {
      this.#row -= level.row;
      level.row = 0;
    } else if (isInfix || text === '-' || text === '|') {
      this.#row += 1;
      level.row += 1;
    }
    // The parser copies what stands on the left of a default, and what is on the right is inside of it.
    if (text === '??' || text === '?:') this.#copies += level.copied;
    if (/^(?:\?\?|\?:|[,;:?]|:=|\.\.|and|or)$/.test(text)) {
      level.done += level.copied * (text === '??' || text === '?:' ? 2 : 1);
      level.copied = 0;
    }
    if ('([{'.includes(text)) this.#levels.push({ row: 0, copied: 0, done: 0 });
  }

  #close(): void {
    if (this.#levels.length === 1) return;
    const { row, copied, done } = this.#levels.pop() as Level;
    this.#row -= row;
    (this.#levels.at(-1) as Level).copied += copied + done;
  }
}
