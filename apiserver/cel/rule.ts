// One rule of `x-kubernetes-validations`: compiled once, then asked about values.
//
// Whatever a rule needs that is not known here makes it a rule that is not covered; nothing of a rule is ever left out.

import type { Environment, ParseResult } from '@marcbachmann/cel-js';
import { type FieldError, type FieldErrorReason, toFieldError } from '../model/field-error.ts';
import { getIn, isObject, type Json, type JsonObject, objectIn, textIn } from '../model/json.ts';
import { explainRule, type Part } from './failure.ts';
import { isKnownFormat, isSharedPattern } from './texts.ts';

/** A rule that is not covered, with the reason. */
export class NotCovered extends Error {}

/** What a rule is asked about. */
export interface Asked {
  readonly path: string;
  readonly value: Json;
  readonly self: unknown;
  /** Undefined where there is no old value. */
  readonly oldSelf: unknown;
  /** The type of the schema, for messages. */
  readonly typeName: string;
}

/** A rule that can be asked. */
export interface Rule {
  readonly usesOld: boolean;
  /** What is wrong with a value; undefined where nothing is. */
  check(asked: Asked): Verdict | undefined;
}

/** What is wrong with a value. */
export interface Verdict {
  readonly error: FieldError;
  /** The rule gave an answer, and the answer was no. */
  readonly isBroken: boolean;
}

const REASONS: readonly string[] = [
  '',
  'FieldValueInvalid',
  'FieldValueForbidden',
  'FieldValueRequired',
  'FieldValueDuplicate',
];

/** Where rules are compiled: with `self`, and with `oldSelf` as it is for ordinary rules and for those that have none. */
export interface RuleEnvironments {
  readonly ordinary: Environment;
  readonly optional: Environment;
  /** The names of types whose values are not compared as they should be. */
  readonly unordered: ReadonlySet<string>;
  toOptional(value: unknown): unknown;
}

/** Compiles a rule about what a schema describes. Throws NotCovered. */
export function compileRule(rule: JsonObject, schema: JsonObject, environments: RuleEnvironments): Rule {
  const text = textIn(rule, 'rule');
  const isOptional = rule['optionalOldSelf'] === true;
  const environment = isOptional ? environments.optional : environments.ordinary;
  const test = compileText(text, environment, 'bool');
  const messageText = textIn(rule, 'messageExpression');
  const message = messageText === '' ? undefined : compileText(messageText, environment, 'string');
  const reason = textIn(rule, 'reason');
  if (!REASONS.includes(reason)) throw new NotCovered(`reason ${JSON.stringify(reason)}`);
  for (const expression of [test, ...(message === undefined ? [] : [message])])
    if (comparesUnordered(expression.ast, environments.unordered))
      throw new NotCovered('comparing or adding lists that are sets or maps');
  const usesOld = usesOldSelf(text);
  if (!usesOld && (isOptional || usesOldSelf(messageText)))
    throw new NotCovered('an oldSelf that the rule does not use');
  const fixed = fixedMessage(rule);
  const suffix = parseFieldPath(textIn(rule, 'fieldPath'), schema);
  const compiled: Compiled = {
    environment,
    usesOld,
    text,
    test,
    message,
    fixed,
    reason: (reason || 'FieldValueInvalid') as FieldErrorReason,
    suffix,
  };
  return {
    usesOld,
    check: (asked) => {
      if (!usesOld) return judge(compiled, asked, { self: asked.self });
      if (isOptional)
        return judge(compiled, asked, { self: asked.self, oldSelf: environments.toOptional(asked.oldSelf) });
      if (asked.oldSelf === undefined) return undefined;
      return judge(compiled, asked, { self: asked.self, oldSelf: asked.oldSelf });
    },
  };
}

interface Compiled {
  readonly environment: Environment;
  readonly usesOld: boolean;
  readonly text: string;
  readonly test: ParseResult;
  readonly message: ParseResult | undefined;
  readonly fixed: string | undefined;
  readonly reason: FieldErrorReason;
  readonly suffix: string;
}

function judge(rule: Compiled, asked: Asked, context: Record<string, unknown>): Verdict | undefined {
  const { error, value } = run(rule.test, context);
  if (error !== undefined) {
    const why = explainRule(rule.test.ast as Part, error, (part) => rule.environment.evaluate(part, context));
    return { error: failed(asked, `${why} evaluating rule: ${rule.fixed ?? rule.text}`), isBroken: false };
  }
  if (value === true) return undefined;
  const broken = toFieldError(rule.reason, {
    field: `${asked.path}${rule.suffix}` || '<nil>',
    value: isComposite(asked.value) ? undefined : asked.value,
    detail: ownMessage(rule.message, context) ?? rule.fixed ?? `failed rule: ${rule.text}`,
  });
  return { error: broken, isBroken: true };
}

function isComposite(value: Json): boolean {
  return typeof value === 'object';
}

function failed({ path, typeName }: Asked, detail: string): FieldError {
  return toFieldError('FieldValueInvalid', { field: path || '<nil>', value: typeName, detail });
}

interface Outcome {
  readonly value?: unknown;
  readonly error?: unknown;
}

function run(expression: ParseResult, context: Record<string, unknown>): Outcome {
  try {
    return { value: expression(context) as unknown };
  } catch (error) {
    return { error };
  }
}

// A message that fails, or is none, gives way to the fixed one.
function ownMessage(message: ParseResult | undefined, context: Record<string, unknown>): string | undefined {
  if (message === undefined) return undefined;
  const { value } = run(message, context);
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  return text === '' || text.includes('\n') || text.length > 5120 ? undefined : text;
}

function fixedMessage(rule: JsonObject): string | undefined {
  const message = textIn(rule, 'message');
  if (message === '') return undefined;
  if (message.trim() === '' || message.includes('\n'))
    throw new NotCovered('a message without text, or of several lines');
  return message.trim();
}

function compileText(text: string, environment: Environment, type: 'bool' | 'string'): ParseResult {
  const patterns = [...text.matchAll(/\.(?:matches|find|findAll)\(\s*r?(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')/g)];
  for (const [, double, single] of patterns) {
    const pattern = double ?? single ?? '';
    if (!isSharedPattern(pattern)) throw new NotCovered(`the pattern ${JSON.stringify(pattern)}`);
  }
  if (/\.format\(/.test(text) && !isKnownFormat(text)) throw new NotCovered('a verb of format()');
  // The package knows more than the server: names that the server does not know are not taken.
  const extra = /\bcel\.\w+\(|\.(?:json|hex|base64|at)\(/.exec(text);
  if (extra !== null) throw new NotCovered(`${extra[0]})`);
  let parsed: ParseResult;
  try {
    parsed = environment.parse(text);
  } catch (error) {
    throw new NotCovered(firstLine(error));
  }
  const checked = parsed.check();
  if (!checked.valid) throw new NotCovered(firstLine(checked.error));
  if (checked.type !== type && checked.type !== 'dyn')
    throw new NotCovered(`a ${checked.type} where a ${type} must be`);
  return parsed;
}

const COMPARING: ReadonlySet<unknown> = new Set(['==', '!=', '+', 'in']);

// Looks through the tree of a checked rule, of whatever the parser made it.
function comparesUnordered(node: unknown, unordered: ReadonlySet<string>): boolean {
  if (Array.isArray(node)) return node.some((part) => comparesUnordered(part, unordered));
  if (typeof node !== 'object' || node === null) return false;
  const { op, args } = node as { op?: unknown; args?: unknown };
  if (COMPARING.has(op) && Array.isArray(args) && args.some((part) => unordered.has(typeNameOf(part)))) return true;
  return comparesUnordered(args === undefined ? Object.values(node) : args, unordered);
}

function typeNameOf(node: unknown): string {
  const name = (node as { checkedType?: { name?: string } }).checkedType?.name ?? '';
  return /^optional<(.*)>$/.exec(name)?.[1] ?? name;
}

function firstLine(error: unknown): string {
  return (error as Error).message.split('\n')[0] ?? '';
}

// The name, not a field of this name, nor a text.
function usesOldSelf(text: string): boolean {
  const bare = text.replaceAll(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g, "''");
  return /(?<![.\w])oldSelf\b/.test(bare);
}

function parseFieldPath(text: string, schema: JsonObject): string {
  if (text === '') return '';
  const parts = [...text.matchAll(/\.([A-Za-z_][\w-]*)|\['([^']+)'\]/g)];
  if (parts.map(([part]) => part).join('') !== text) throw new NotCovered(`the field path ${JSON.stringify(text)}`);
  let at: Json | undefined = schema;
  let path = '';
  for (const [, name, key] of parts) {
    const step = name ?? key ?? '';
    const property: Json | undefined = objectIn(at, 'properties')[step];
    at = property ?? getIn(at, 'additionalProperties');
    if (!isObject(at)) throw new NotCovered(`the field path ${JSON.stringify(text)}`);
    path += property === undefined ? `[${step}]` : `.${step}`;
  }
  return path;
}
