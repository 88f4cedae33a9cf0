// The fields of the rules in a schema, apart from what the expressions say.

import { type FieldError, invalid, notSupported, required } from '../model/field-error.ts';
import { isObject, type JsonObject, listIn, textIn } from '../model/json.ts';
import { followPath } from '../schema/field-path.ts';
import { structuralProblem } from './structural-form.ts';

/** Looks at the expressions of rules; knows how often what a schema describes may be there. */
export interface RuleScope {
  /** What is wrong with the rules of a schema. `uncorrelated`: where old values cannot be told any more. */
  check(schema: JsonObject, path: string, uncorrelated: string | undefined): readonly FieldError[];
  inProperty(schema: JsonObject, name: string): RuleScope;
  inItems(schema: JsonObject): RuleScope;
  inAdditional(schema: JsonObject): RuleScope;
}

const REASONS: readonly string[] = [
  'FieldValueDuplicate',
  'FieldValueForbidden',
  'FieldValueInvalid',
  'FieldValueRequired',
];

/** What is wrong with the fields of rules. */
export function checkRuleFields(schema: JsonObject, path: string): readonly FieldError[] {
  return listIn(schema, 'x-kubernetes-validations')
    .filter(isObject)
    .flatMap((rule, at) => [
      ...checkTexts(rule, `${path}.x-kubernetes-validations[${at}]`),
      ...checkReason(rule, schema, `${path}.x-kubernetes-validations[${at}]`),
    ]);
}

function hasNewlines(text: string): boolean {
  return /[\n\r]/.test(text);
}

function checkTexts(rule: JsonObject, at: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const [text, message] = [textIn(rule, 'rule').trim(), textIn(rule, 'message')];
  if (text === '') errors.push(required(`${at}.rule`, 'rule is not specified'));
  else if (message !== '' && message.trim() === '')
    errors.push(invalid(`${at}.message`, message, 'must be non-empty if specified'));
  else if (hasNewlines(message.trim())) errors.push(invalid(`${at}.message`, message, 'must not contain line breaks'));
  else if (hasNewlines(text) && message === '')
    errors.push(required(`${at}.message`, 'message must be specified if rule contains line breaks'));
  const expression = textIn(rule, 'messageExpression');
  if (expression !== '' && expression.trim() === '')
    errors.push(required(`${at}.messageExpression`, 'messageExpression must be non-empty if specified'));
  return errors;
}

function checkReason(rule: JsonObject, schema: JsonObject, at: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const { reason } = rule;
  if (typeof reason === 'string' && !REASONS.includes(reason))
    errors.push(notSupported(`${at}.reason`, reason, REASONS));
  const fieldPath = textIn(rule, 'fieldPath');
  if (fieldPath === '') return errors;
  const wrong = (what: string): void => void errors.push(invalid(`${at}.fieldPath`, fieldPath, what));
  if (fieldPath.trim() === '') wrong('must be non-empty if specified');
  if (hasNewlines(fieldPath)) wrong('must not contain line breaks');
  const isKnown =
    structuralProblem(schema) !== undefined || !('problem' in followPath(fieldPath, schema, { allowsBrackets: true }));
  if (!isKnown) wrong('must be a valid path');
  return errors;
}
