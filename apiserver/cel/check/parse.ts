// Reads a rule into a tree.
//
// What is wrong is said in the words of the API server, whose parser drops a word too many and goes on; where that does
// not help it tries others ways, and here the first thing that is wrong is all that is told.

import type { Call, Expr, Literal } from './expr.ts';
import { expandMacro } from './macros.ts';
import { END, type Problem, type Token, type TokenKind, tokensOf } from './tokens.ts';
import { unquote } from './unquote.ts';

/** A tree, or what is wrong. */
export type Parsed = { readonly expr: Expr } | { readonly problems: readonly Problem[] };

/** Reads a rule. */
export function parseRule(text: string): Parsed {
  const { tokens, problems } = tokensOf(text);
  const parser = new Parser(tokens, [...problems]);
  const expr = parser.parse();
  return expr === undefined || parser.problems.length > 0 ? { problems: parser.problems } : { expr };
}

class Stop extends Error {}

// What a value begins with, in the order in which it is told.
const STARTS: readonly TokenKind[] =
  '[ { ( . - ! true false null NUM_FLOAT NUM_INT NUM_UINT STRING BYTES IDENTIFIER'.split(' ');
const with_ = (sign: TokenKind, before: TokenKind): readonly TokenKind[] =>
  STARTS.flatMap((kind) => (kind === before ? [sign, kind] : [kind]));
const RELATIONS: ReadonlySet<TokenKind> = new Set(['<', '<=', '>=', '>', '==', '!=', 'in']);
const RESERVED: ReadonlySet<string> = new Set(
  'as break const continue else false for function if import in let loop package namespace null return true var void while'.split(
    ' ',
  ),
);

class Parser {
  readonly problems: Problem[];
  readonly #tokens: readonly Token[];
  #next = 0;

  constructor(tokens: readonly Token[], problems: Problem[]) {
    this.#tokens = tokens;
    this.problems = problems;
  }

  parse(): Expr | undefined {
    try {
      const expr = this.#expression();
      if (!this.#is(END)) this.#tooMuch([END]);
      if (!this.#is(END)) throw new Stop();
      return expr;
    } catch (error) {
      if (error instanceof Stop) return undefined;
      throw error;
    }
  }

  get #token(): Token {
    return this.#tokens[this.#next] as Token;
  }

  #ahead(count: number): Token {
    return (this.#tokens[this.#next + count] ?? this.#tokens.at(-1)) as Token;
  }

  #is(...kinds: readonly TokenKind[]): boolean {
    return kinds.includes(this.#token.kind);
  }

  #take(): Token {
    const token = this.#token;
    this.#next += 1;
    return token;
  }

  #skip(kind: TokenKind): boolean {
    if (!this.#is(kind)) return false;
    this.#next += 1;
    return true;
  }

  #report(at: number, message: string): void {
    this.problems.push({ at, message });
  }

  // A word too many is dropped where the one after it fits.
  #tooMuch(expected: readonly TokenKind[]): void {
    const { at, text } = this.#token;
    const isOneTooMany = this.#token.kind !== END && expected.includes(this.#ahead(1).kind);
    const word = isOneTooMany ? 'extraneous' : 'mismatched';
    this.#report(at, `Syntax error: ${word} input '${text}' expecting ${listed(expected)}`);
    if (!isOneTooMany) throw new Stop();
    this.#next += 1;
  }

  // A bracket that must be there, unless all that is missing is the bracket.
  #close(kind: TokenKind): void {
    if (this.#skip(kind)) return;
    if (this.#ahead(1).kind !== kind && this.#is(END)) {
      this.#report(this.#token.at, `Syntax error: missing '${kind}' at '${END}'`);
      throw new Stop();
    }
    this.#tooMuch([kind]);
    this.#next += 1;
  }

  #expression(): Expr {
    const test = this.#or();
    if (!this.#is('?')) return test;
    const { at } = this.#take();
    const yes = this.#or();
    if (!this.#is(':')) this.#tooMuch([':']);
    this.#next += 1;
    return call('_?_:_', at, [test, yes, this.#expression()]);
  }

  #or(): Expr {
    let left = this.#and();
    while (this.#is('||')) left = call('_||_', this.#take().at, [left, this.#and()]);
    return left;
  }

  #and(): Expr {
    let left = this.#relation();
    while (this.#is('&&')) left = call('_&&_', this.#take().at, [left, this.#relation()]);
    return left;
  }

  #relation(): Expr {
    let left = this.#sum();
    while (RELATIONS.has(this.#token.kind)) {
      const { kind, at } = this.#take();
      left = call(kind === 'in' ? '@in' : `_${kind}_`, at, [left, this.#sum()]);
    }
    return left;
  }

  #sum(): Expr {
    let left = this.#product();
    while (this.#is('+', '-')) {
      const { kind, at } = this.#take();
      left = call(`_${kind}_`, at, [left, this.#product()]);
    }
    return left;
  }

  #product(): Expr {
    let left = this.#unary();
    while (this.#is('*', '/', '%')) {
      const { kind, at } = this.#take();
      left = call(`_${kind}_`, at, [left, this.#unary()]);
    }
    return left;
  }

  // Twice the same sign is none.
  #unary(starts: readonly TokenKind[] = STARTS): Expr {
    if (!starts.includes(this.#token.kind)) this.#tooMuch(starts);
    const { kind, at } = this.#token;
    const isNumber = ['NUM_INT', 'NUM_FLOAT'].includes(this.#ahead(1).kind);
    if (kind !== '!' && (kind !== '-' || isNumber)) return this.#member();
    let count = 0;
    for (; this.#is(kind); count += 1) this.#next += 1;
    if (this.#is(END)) this.#endAfter(kind);
    if (!STARTS.includes(this.#token.kind)) this.#tooMuch(STARTS);
    const value = this.#member();
    return count % 2 === 0 ? value : call(kind === '!' ? '!_' : '-_', at, [value]);
  }

  #endAfter(sign: TokenKind): never {
    const { at } = this.#token;
    if (sign === '-') this.#report(at, "Syntax error: no viable alternative at input '-'");
    const word = sign === '-' ? 'mismatched' : 'extraneous';
    this.#report(at, `Syntax error: ${word} input '${END}' expecting ${listed(STARTS)}`);
    throw new Stop();
  }

  #member(): Expr {
    let value = this.#primary();
    for (;;) {
      if (this.#is('.')) value = this.#field(value);
      else if (this.#is('[')) value = this.#index(value);
      else return value;
    }
  }

  #field(operand: Expr): Expr {
    const { at } = this.#take();
    const isOptional = this.#skip('?');
    const name = this.#token;
    if (name.kind !== 'IDENTIFIER' && name.kind !== 'ESC_IDENTIFIER') this.#noName(isOptional);
    this.#next += 1;
    if (name.kind === 'ESC_IDENTIFIER') {
      this.#report(name.at, "unsupported syntax: '`'");
      return operand;
    }
    if (isOptional) {
      const field: Literal = { kind: 'literal', of: 'string', value: name.text, at: name.at };
      return call('_?._', at, [operand, field]);
    }
    if (!this.#is('(')) return { kind: 'select', operand, field: name.text, isTest: false, at };
    const open = this.#take().at;
    return this.#expand({ kind: 'call', fn: name.text, target: operand, args: this.#args(), at: open });
  }

  #noName(isOptional: boolean): never {
    const { at, text, kind } = this.#token;
    const isWord = ['true', 'false', 'null'].includes(kind);
    const seen = kind === END ? '.' : `.${text}`;
    if (isOptional) {
      this.#report(at, `Syntax error: mismatched input '${text}' expecting {IDENTIFIER, ESC_IDENTIFIER}`);
      this.#report(at, 'unsupported ident kind');
    } else if (isWord) this.#report(at, `Syntax error: mismatched input '${text}' expecting IDENTIFIER`);
    else this.#report(at, `Syntax error: no viable alternative at input '${seen}'`);
    throw new Stop();
  }

  #index(operand: Expr): Expr {
    const { at } = this.#take();
    const isOptional = this.#skip('?');
    if (!isOptional && !STARTS.includes(this.#token.kind)) this.#tooMuch(with_('?', 'true'));
    const index = this.#expression();
    this.#close(']');
    return call(isOptional ? '_[?_]' : '_[_]', at, [operand, index]);
  }

  #args(): readonly Expr[] {
    if (this.#skip(')')) return [];
    if (!STARTS.includes(this.#token.kind)) this.#tooMuch(with_(')', '.'));
    const args = [this.#expression()];
    while (this.#skip(',')) args.push(this.#expression());
    this.#close(')');
    return args;
  }

  #expand(one: Call): Expr {
    const made = expandMacro(one);
    if ('kind' in made) return made;
    this.#report(made.at, made.message);
    return one;
  }

  #primary(): Expr {
    const token = this.#token;
    switch (token.kind) {
      case '(':
        return this.#nested();
      case '[':
        return this.#list();
      case '{':
        return this.#map();
      case '.':
      case 'IDENTIFIER':
        return this.#named();
      default:
        return this.#literal();
    }
  }

  #nested(): Expr {
    this.#next += 1;
    const value = this.#expression();
    this.#close(')');
    return value;
  }

  #named(): Expr {
    const dot = this.#skip('.') ? '.' : '';
    const { at, text, kind } = this.#token;
    if (kind !== 'IDENTIFIER') this.#tooMuch(['IDENTIFIER']);
    const struct = this.#struct(dot);
    if (struct !== undefined) return struct;
    this.#next += 1;
    if (RESERVED.has(text)) {
      this.#report(at - dot.length, `reserved identifier: ${text}`);
      if (this.#skip('(')) this.#args();
      return { kind: 'ident', name: text, at };
    }
    if (!this.#is('(')) return { kind: 'ident', name: text, at };
    const open = this.#take().at;
    return this.#expand({ kind: 'call', fn: text, target: undefined, args: this.#args(), at: open });
  }

  // `a.b.C{field: value}`; undefined where there is none here.
  #struct(dot: string): Expr | undefined {
    let count = 1;
    while (this.#ahead(count).kind === '.' && this.#ahead(count + 1).kind === 'IDENTIFIER') count += 2;
    if (this.#ahead(count).kind !== '{') return undefined;
    let name = dot;
    while (!this.#is('{')) name += this.#take().text;
    const { at } = this.#take();
    const values: Expr[] = [];
    while (!this.#is('}')) {
      this.#skip('?');
      if (!this.#is('IDENTIFIER', 'ESC_IDENTIFIER')) this.#tooMuch(['IDENTIFIER', 'ESC_IDENTIFIER']);
      this.#next += 1;
      if (!this.#skip(':')) this.#tooMuch([':']);
      values.push(this.#expression());
      if (!this.#skip(',') && !this.#is('}')) this.#tooMuch(['}', ',']);
    }
    this.#next += 1;
    return { kind: 'struct', name: name.replace(/^\./, ''), values, at };
  }

  #list(): Expr {
    const { at } = this.#take();
    const items: Expr[] = [];
    const optional: boolean[] = [];
    while (!this.#is(']')) {
      if (this.#is(',')) this.#tooMuch([']']);
      optional.push(this.#skip('?'));
      items.push(this.#expression());
      if (!this.#skip(',') && !this.#is(']')) this.#tooMuch([']', ',']);
    }
    this.#next += 1;
    return { kind: 'list', items, optional, at };
  }

  #map(): Expr {
    const { at } = this.#take();
    const entries: { key: Expr; value: Expr; isOptional: boolean }[] = [];
    while (!this.#is('}')) {
      if (this.#is(',')) this.#tooMuch(['}']);
      const isOptional = this.#skip('?');
      const key = this.#expression();
      if (!this.#is(':')) this.#tooMuch([':']);
      this.#next += 1;
      entries.push({ key, value: this.#expression(), isOptional });
      if (!this.#skip(',') && !this.#is('}')) this.#tooMuch(['}', ',']);
    }
    this.#next += 1;
    return { kind: 'map', entries, at };
  }

  #literal(): Literal {
    const { at } = this.#token;
    const sign = this.#skip('-') ? '-' : '';
    const { kind, text } = this.#take();
    const literal = (of: Literal['of'], value: Literal['value']): Literal => ({ kind: 'literal', of, value, at });
    switch (kind) {
      case 'NUM_INT':
        return literal('int', this.#integer(`${sign}${text}`, at, 'int'));
      case 'NUM_UINT':
        return literal('uint', this.#integer(text.slice(0, -1), at, 'uint'));
      case 'NUM_FLOAT':
        return literal('double', this.#double(`${sign}${text}`, at));
      case 'STRING':
      case 'BYTES':
        return this.#text(text, kind === 'BYTES', at);
      case 'null':
        return literal('null', null);
      default:
        return literal('bool', kind === 'true');
    }
  }

  #integer(text: string, at: number, type: 'int' | 'uint'): bigint {
    const value = text.startsWith('-') ? -BigInt(text.slice(1)) : BigInt(text);
    const fits = type === 'int' ? BigInt.asIntN(64, value) === value : BigInt.asUintN(64, value) === value;
    if (!fits) this.#report(at, `invalid ${type} literal`);
    return value;
  }

  #double(text: string, at: number): number {
    const value = Number(text);
    if (!Number.isFinite(value)) this.#report(at, 'invalid double literal');
    return value;
  }

  #text(text: string, isBytes: boolean, at: number): Literal {
    const read = unquote(isBytes ? text.slice(1) : text, isBytes);
    if ('problem' in read) this.#report(at, read.problem);
    const value = 'problem' in read ? '' : read.value;
    return { kind: 'literal', of: isBytes ? 'bytes' : 'string', value, at };
  }
}

function call(fn: string, at: number, args: readonly Expr[]): Call {
  return { kind: 'call', fn, target: undefined, args, at };
}

function listed(kinds: readonly TokenKind[]): string {
  const shown = kinds.map((kind) => (/^(?:[A-Z_]+|<EOF>)$/.test(kind) ? kind : `'${kind}'`));
  return shown.length === 1 ? (shown[0] ?? '') : `{${shown.join(', ')}}`;
}
