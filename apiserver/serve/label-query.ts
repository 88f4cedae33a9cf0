// The text of a label selector in a query: its words, its grammar, and what is told where it makes no sense.
// Source: https://pkg.go.dev/k8s.io/apimachinery/pkg/labels#Parse

import { badRequest } from '../model/api-error.ts';
import { type JsonObject, textIn } from '../model/json.ts';
import { checkLabelValue, checkQualifiedName } from '../validation/names.ts';

/** Whether labels are as one part of a selector wants them. */
export type LabelTest = (labels: JsonObject) => boolean;

interface Word {
  /** A sign or a keyword is its own kind. */
  readonly kind: string;
  readonly text: string;
}

const SIGNS: readonly string[] = [')', ',', '!', '==', '=', '>', '<', '!=', '('];
const KEYWORDS: readonly string[] = ['in', 'notin'];
const OPERATORS = [...KEYWORDS, '=', '==', '!=', '>', '<'];
const END: Word = { kind: 'end', text: '' };

/** The parts of a label selector. Throws ApiError 400. */
export function parseLabelQuery(text: string): readonly LabelTest[] {
  return new Parser(toWords(text)).parts();
}

function toWords(text: string): readonly Word[] {
  return [...text.matchAll(/[=!(),><]+|[^=!(),><\s]+/g)].flatMap(([piece]) =>
    /^[=!(),><]/.test(piece)
      ? toSigns(piece)
      : [{ kind: KEYWORDS.includes(piece) ? piece : 'identifier', text: piece }],
  );
}

// The longest sign first.
function toSigns(piece: string): readonly Word[] {
  const words: Word[] = [];
  for (let at = 0; at < piece.length; ) {
    const pair = piece.slice(at, at + 2);
    const sign = SIGNS.includes(pair) ? pair : piece.slice(at, at + 1);
    words.push({ kind: sign, text: sign });
    at += sign.length;
  }
  return words;
}

function wrong(found: Word, expected: string): Error {
  return badRequest(`found '${found.text}', expected: ${expected}`);
}

class Parser {
  readonly #words: readonly Word[];
  #at = 0;

  constructor(words: readonly Word[]) {
    this.#words = words;
  }

  parts(): readonly LabelTest[] {
    const parts: LabelTest[] = [];
    if (this.#next.kind === 'end') return parts;
    if (!this.#isPart()) throw wrong(this.#next, "!, identifier, or 'end of string'");
    for (;;) {
      parts.push(this.#part());
      const word = this.#take();
      if (word.kind === 'end') return parts;
      if (word.kind !== ',') throw wrong(word, "',' or 'end of string'");
      if (!this.#isPart()) throw wrong(this.#next, "identifier after ','");
    }
  }

  // Where no operator is expected a keyword is a name as any other.
  get #next(): Word {
    const word = this.#words[this.#at] ?? END;
    return KEYWORDS.includes(word.kind) ? { kind: 'identifier', text: word.text } : word;
  }

  #take(): Word {
    const word = this.#next;
    this.#at += 1;
    return word;
  }

  #isPart(): boolean {
    return this.#next.kind === 'identifier' || this.#next.kind === '!';
  }

  #part(): LabelTest {
    try {
      const isAbsent = this.#next.kind === '!';
      if (isAbsent) this.#at += 1;
      const word = this.#take();
      if (word.kind !== 'identifier') throw wrong(word, 'identifier');
      const key = word.text;
      check([invalidText('<nil>', key, checkQualifiedName(key))]);
      const isAlone = this.#next.kind === 'end' || this.#next.kind === ',';
      if (isAbsent || isAlone) return (labels) => Object.hasOwn(labels, key) !== isAbsent;
      return this.#comparison(key);
    } catch (error) {
      throw badRequest(`unable to parse requirement: ${(error as Error).message}`);
    }
  }

  #comparison(key: string): LabelTest {
    const operator = this.#words[this.#at] ?? END;
    this.#at += 1;
    if (!OPERATORS.includes(operator.kind)) throw wrong(operator, 'in, notin, =, ==, !=, gt, lt');
    const isSet = KEYWORDS.includes(operator.kind);
    const values = isSet ? this.#set() : [this.#value()];
    const isOrder = operator.kind === '>' || operator.kind === '<';
    const numbers = isOrder ? values.map((value, at) => notNumber(value, at)) : [];
    check([
      ...numbers,
      ...values.map((value, at) => invalidText(`values[${at}][${key}]`, value, checkLabelValue(value))),
    ]);
    return toTest(key, operator.kind, values);
  }

  #value(): string {
    if (this.#next.kind === 'end' || this.#next.kind === ',') return '';
    const word = this.#take();
    if (word.kind !== 'identifier') throw wrong(word, 'identifier');
    return word.text;
  }

  #set(): readonly string[] {
    const open = this.#take();
    if (open.kind !== '(') throw badRequest(`found '${open.text}' expected: '('`);
    const values = new Set<string>();
    for (let isFirst = true; this.#next.kind !== ')'; isFirst = false) {
      const value = this.#item(isFirst);
      if (value !== undefined) values.add(value);
    }
    this.#at += 1;
    return values.size === 0 ? [''] : [...values].sort();
  }

  // A comma counts as an empty value where no other one stands beside it.
  #item(isFirst: boolean): string | undefined {
    const word = this.#take();
    if (word.kind === ',') return isFirst || [')', ','].includes(this.#next.kind) ? '' : undefined;
    if (word.kind !== 'identifier') throw wrong(word, isFirst ? "',', ')' or identifier" : "',', or identifier");
    if (![')', ','].includes(this.#next.kind)) throw wrong(this.#next, "',' or ')'");
    return word.text;
  }
}

function invalidText(field: string, value: string, reasons: readonly string[]): string {
  return reasons.length === 0 ? '' : `${field}: Invalid value: ${JSON.stringify(value)}: ${reasons.join('; ')}`;
}

function notNumber(value: string, at: number): string {
  const isNumber = /^[+-]?\d+$/.test(value);
  return isNumber
    ? ''
    : invalidText(`values[${at}]`, value, ["for 'Gt', 'Lt' operators, the value must be an integer"]);
}

function check(all: readonly string[]): void {
  const errors = all.filter((error) => error !== '');
  if (errors.length > 0) throw badRequest(errors.length === 1 ? (errors[0] ?? '') : `[${errors.join(', ')}]`);
}

function toTest(key: string, operator: string, values: readonly string[]): LabelTest {
  const isIn: LabelTest = (labels) => Object.hasOwn(labels, key) && values.includes(textIn(labels, key));
  if (operator === '>' || operator === '<')
    return (labels) => isOrdered(textIn(labels, key), operator, values[0] ?? '');
  const isNegated = operator === 'notin' || operator === '!=';
  return (labels) => isIn(labels) !== isNegated;
}

// A label that is no number is neither greater nor less.
function isOrdered(text: string, operator: '>' | '<', limit: string): boolean {
  if (!/^[+-]?\d+$/.test(text)) return false;
  const [left, right] = [text, limit].map((one) => BigInt(one.replace(/^\+/, ''))) as [bigint, bigint];
  return operator === '>' ? left > right : left < right;
}
