// One rule of `x-kubernetes-validations`: compiled once, then asked about values.
//
// Whatever a rule needs that is not known here makes it a rule that is not covered; nothing of a rule is ever left out.

import { type FieldError, type FieldErrorReason, toFieldError } from '../model/field-error.ts';
import { type Json, type JsonObject, textIn } from '../model/json.ts';
import { followPath } from '../schema/field-path.ts';
import { allParts, type Expr } from './check/expr.ts';
import { parseRule } from './check/parse.ts';
import { NotCovered, type Program, type Scope, toProgram } from './run/program.ts';
import { CelError, Optional } from './value.ts';

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

/** Makes a rule about what a schema describes. Throws NotCovered. */
export function compileRule(rule: JsonObject, schema: JsonObject): Rule {
  const text = textIn(rule, 'rule');
  const test = parsed(text);
  const messageText = textIn(rule, 'messageExpression');
  const usesOld = usesOldSelf(test);
  const compiled: Compiled = {
    text,
    test: toProgram(test),
    message: messageText === '' ? undefined : toProgram(parsed(messageText)),
    fixed: textIn(rule, 'message').trim() || undefined,
    reason: (textIn(rule, 'reason') || 'FieldValueInvalid') as FieldErrorReason,
    suffix: suffixOf(textIn(rule, 'fieldPath'), schema),
  };
  const isOptional = rule['optionalOldSelf'] === true;
  return {
    usesOld,
    check: (asked) => {
      const self: Scope = { name: 'self', value: asked.self, around: undefined };
      if (!usesOld) return judge(compiled, asked, self);
      const { oldSelf } = asked;
      if (!isOptional && oldSelf === undefined) return undefined;
      const old = oldSelf === undefined ? Optional.none() : Optional.of(oldSelf);
      return judge(compiled, asked, { name: 'oldSelf', value: isOptional ? old : oldSelf, around: self });
    },
  };
}

function parsed(text: string): Expr {
  const found = parseRule(text);
  if ('problems' in found) throw new NotCovered(found.problems[0]?.message ?? text);
  return found.expr;
}

interface Compiled {
  readonly text: string;
  readonly test: Program;
  readonly message: Program | undefined;
  readonly fixed: string | undefined;
  readonly reason: FieldErrorReason;
  readonly suffix: string;
}

function judge(rule: Compiled, asked: Asked, scope: Scope): Verdict | undefined {
  const { error, value } = run(rule.test, scope);
  if (error !== undefined) return { error: failed(asked, explain(error, rule.fixed ?? rule.text)), isBroken: false };
  if (value === true) return undefined;
  const broken = toFieldError(rule.reason, {
    field: `${asked.path}${rule.suffix}` || '<nil>',
    value: isComposite(asked.value) ? undefined : asked.value,
    detail: ownMessage(rule.message, scope) ?? rule.fixed ?? `failed rule: ${rule.text}`,
  });
  return { error: broken, isBroken: true };
}

function explain({ message }: CelError, rule: string): string {
  if (!message.startsWith('no such overload')) return `${message} evaluating rule: ${rule}`;
  const what = 'call arguments did not match a supported operator, function or macro signature';
  return `'${message}': ${what} for rule: ${rule}`;
}

function isComposite(value: Json): boolean {
  return typeof value === 'object';
}

function failed({ path, typeName }: Asked, detail: string): FieldError {
  return toFieldError('FieldValueInvalid', { field: path || '<nil>', value: typeName, detail });
}

interface Outcome {
  readonly value?: unknown;
  readonly error?: CelError;
}

function run(program: Program, scope: Scope): Outcome {
  try {
    return { value: program(scope) };
  } catch (error) {
    if (error instanceof CelError) return { error };
    throw error;
  }
}

// A message that fails, or is none, gives way to the fixed one.
function ownMessage(message: Program | undefined, scope: Scope): string | undefined {
  if (message === undefined) return undefined;
  const { value } = run(message, scope);
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  return text === '' || text.includes('\n') || text.length > 5120 ? undefined : text;
}

function usesOldSelf(expr: Expr): boolean {
  for (const part of allParts(expr)) if (part.kind === 'ident' && part.name === 'oldSelf') return true;
  return false;
}

// A step is a field of its own, or a key of a map.
function suffixOf(text: string, schema: JsonObject): string {
  if (text === '') return '';
  const found = followPath(text, schema, { allowsBrackets: true });
  if ('problem' in found) return '';
  return found.path.startsWith('[') ? found.path : `.${found.path}`;
}
