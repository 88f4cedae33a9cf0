// Templates and the fields that they fill: the type of a template, what does not fit, and where a sequence has to become
// an array.

import {
  ANY,
  arrayOf,
  describeType,
  fieldOf,
  itemsOf,
  mayBeNothing,
  misfits,
  NOTHING,
  objectOf,
  partsOf,
  present,
  STRING,
  typeOfValue,
  unionOf,
} from '../expression/expression.ts';
import type { Diagnostic, Span } from '../model/diagnostic.ts';
import { isArray, isObject, type Json, type MaybeJson } from '../model/json.ts';
import type { Formula, PathStep, Places, Template } from '../model/rule.ts';
import { nearest, suggest } from '../model/suggest.ts';
import type { ObjectType, Type, TypeEnvironment } from '../model/type.ts';

/** What a template is checked with. */
export interface TypeScope {
  readonly places: Places;
  readonly environment: TypeEnvironment;
  report(diagnostic: Diagnostic): void;
}

/** The field that a template fills. */
export interface Target {
  readonly type: Type;
  readonly isRequired: boolean;
}

/** A template that was checked. */
export interface Typed {
  readonly type: Type;
  /** The same, but where the field takes an array, a sequence of none, one or more becomes one. */
  readonly template: Template;
}

const ANYTHING: Target = { type: ANY, isRequired: false };

/** Checks a template against the field that it fills. */
export function typeTemplate(
  template: Template,
  path: readonly PathStep[],
  scope: TypeScope,
  target: Target = ANYTHING,
): Typed {
  switch (template.kind) {
    case 'literal':
      return { type: typeLiteral(template.value, path, scope, target), template };
    case 'formula':
      return typeFormula(template.formula, scope, target);
    case 'text':
      for (const part of template.parts) if (typeof part !== 'string') typeInsertion(part, scope);
      checkValue(STRING, undefined, path, scope, target);
      return { type: STRING, template };
    case 'array':
      return typeArray(template.items, path, scope, target);
    case 'object':
      return typeObject(template.entries, path, scope, target);
  }
}

function typeFormula(formula: Formula, scope: TypeScope, target: Target): Typed {
  const type = inferFormula(formula, scope);
  if (type === undefined) return { type: ANY, template: { kind: 'formula', formula } };
  for (const { code, severity, path, message, hint } of misfits(type, target.type, target.isRequired)) {
    const subject = path === '' ? 'the formula' : `at "${path.replace(/^\./, '')}" the formula`;
    scope.report({ code, severity, message: `${subject} ${message}`, span: formula.span, hint });
  }
  const takesArray = partsOf(target.type).some(({ kind }) => kind === 'array');
  const isMany = partsOf(type).some(({ kind }) => kind === 'sequence');
  return { type, template: { kind: 'formula', formula: takesArray && isMany ? withArray(formula) : formula } };
}

// The type of a formula. What is wrong inside it is reported; of the value of such a formula nothing is said.
function inferFormula(formula: Formula, scope: TypeScope): Type | undefined {
  const { type, diagnostics } = formula.infer(scope.environment);
  for (const { range, ...diagnostic } of diagnostics) scope.report({ ...diagnostic, span: formula.locate(range) });
  return diagnostics.some(({ severity }) => severity === 'error') ? undefined : type;
}

function withArray(formula: Formula): Formula {
  const evaluate: Formula['evaluate'] = (input, variables, random) => {
    const value = formula.evaluate(input, variables, random);
    if (value === undefined) return [];
    return isArray(value) ? value : [value];
  };
  return { ...formula, evaluate };
}

function typeInsertion(formula: Formula, scope: TypeScope): void {
  const type = inferFormula(formula, scope);
  if (type === undefined || !mayBeNothing(type)) return;
  const isCertain = type.kind === 'nothing';
  scope.report({
    code: 'MaybeNothing',
    severity: isCertain ? 'error' : 'warning',
    message: `"${formula.source}" ${isCertain ? 'gives' : 'may give'} nothing to insert`,
    span: formula.span,
    hint: `give a default: ${formula.source} ?? "…"`,
  });
}

function typeLiteral(value: Json, path: readonly PathStep[], scope: TypeScope, target: Target): Type {
  const toTemplate = (item: Json): Template => ({ kind: 'literal', value: item });
  if (isArray(value)) return typeArray(value.map(toTemplate), path, scope, target).type;
  if (isObject(value)) {
    const entries = Object.entries(value).map(([key, item]) => [key, toTemplate(item)] as const);
    return typeObject(entries, path, scope, target).type;
  }
  // Stands for nothing, and for what could not be compiled.
  if (value === null) return ANY;
  const type = typeOfValue(value);
  checkValue(type, value, path, scope, target);
  return type;
}

// A value that is written out, or a text with insertions.
function checkValue(type: Type, value: MaybeJson, path: readonly PathStep[], scope: TypeScope, target: Target): void {
  const [misfit] = misfits(type, target.type, target.isRequired);
  if (misfit === undefined) return;
  const span = scope.places.value(path);
  const { code, severity, message } = misfit;
  const isText = partsOf(target.type).some(({ kind }) => kind === 'string');
  const canQuote = code === 'WrongType' && isText && (typeof value === 'number' || typeof value === 'boolean');
  const hint = canQuote ? `quote it: "${String(value)}"` : literalHint(misfit.hint, value, target.type);
  const subject = value === undefined ? 'the text' : 'the value';
  scope.report({ code, severity, message: `${subject} ${message.replace(/^gives/, 'is')}`, span, hint });
}

function literalHint(hint: string, value: MaybeJson, target: Type): string {
  const takes = (kind: Type['kind']) => partsOf(target).some((part) => part.kind === kind);
  if (typeof value === 'string' && takes('number') && /^-?\d+(\.\d+)?$/.test(value))
    return `write ${value} without quotes`;
  if (typeof value === 'string' && takes('boolean') && /^(true|false)$/.test(value))
    return `write ${value} without quotes`;
  return hint.includes('$') || hint.includes('compare') ? `write ${describeType(target)}` : hint;
}

function typeArray(items: readonly Template[], path: readonly PathStep[], scope: TypeScope, target: Target): Typed {
  const arrays = partsOf(target.type).filter((part) => part.kind === 'array');
  const isWrong = arrays.length === 0 && !partsOf(target.type).some(({ kind }) => kind === 'any');
  if (isWrong) reportShape('an array', path, scope, target.type);
  const inner: Target = { type: arrays[0]?.items ?? ANY, isRequired: false };
  const typed = items.map((item, index) => typeTemplate(item, [...path, index], scope, inner));
  return {
    type: arrayOf(typed.length === 0 ? NOTHING : present(unionOf(typed.map(({ type }) => itemOf(type))))),
    template: { kind: 'array', items: typed.map(({ template }) => template) },
  };
}

// An item of a list that is itself several values becomes a list in a list.
function itemOf(type: Type): Type {
  return type.kind === 'sequence' ? unionOf([itemsOf(type), arrayOf(itemsOf(type))]) : type;
}

function typeObject(
  entries: readonly (readonly [string, Template])[],
  path: readonly PathStep[],
  scope: TypeScope,
  target: Target,
): Typed {
  const [object] = partsOf(target.type).filter((part) => part.kind === 'object');
  const isWrong = object === undefined && !partsOf(target.type).some(({ kind }) => kind === 'any');
  if (isWrong) reportShape('a mapping', path, scope, target.type);
  const optional = new Set<string>();
  const fields: Record<string, Type> = {};
  const templates = entries.map(([key, item]) => {
    const typed = typeTemplate(item, [...path, key], scope, targetOf(object, key, [...path, key], scope));
    if (mayBeNothing(typed.type)) optional.add(key);
    fields[key] = present(typed.type);
    return [key, typed.template] as const;
  });
  if (object !== undefined) reportMissing(object, new Set(Object.keys(fields)), path, scope);
  return { type: objectOf(fields, { optional }), template: { kind: 'object', entries: templates } };
}

function targetOf(object: ObjectType | undefined, key: string, path: readonly PathStep[], scope: TypeScope): Target {
  if (object === undefined) return ANYTHING;
  const field = fieldOf(object, key);
  if (field !== undefined) return { type: field.type, isRequired: object.required.includes(key) };
  const names = object.names();
  const where = object.name ?? String(path.at(-2) ?? 'the object');
  scope.report({
    code: 'UnknownField',
    severity: 'error',
    message: `there is no field "${key}" in ${typeof path.at(-2) === 'number' ? `"${String(path.at(-3))}"` : quoted(where, object.name)}`,
    span: scope.places.key(path),
    hint: suggest(key, names) ?? `it has ${names.slice(0, 12).join(', ')}${names.length > 12 ? ', …' : ''}`,
  });
  return ANYTHING;
}

function quoted(where: string, kind: string | undefined): string {
  return kind === undefined ? `"${where}"` : where;
}

function reportMissing(
  object: ObjectType,
  given: ReadonlySet<string>,
  path: readonly PathStep[],
  scope: TypeScope,
): void {
  // One that is misspelt was told already.
  const meant = [...given].map((key) =>
    fieldOf(object, key) === undefined ? nearest(key, object.names()) : undefined,
  );
  for (const name of object.required.filter((field) => !given.has(field) && !meant.includes(field))) {
    const span: Span = typeof path.at(-1) === 'number' ? scope.places.value(path) : scope.places.key(path);
    const message = `"${name}" is missing`;
    scope.report({ code: 'MissingField', severity: 'error', message, span, hint: `add ${name}: …` });
  }
}

function reportShape(what: string, path: readonly PathStep[], scope: TypeScope, target: Type): void {
  const span = scope.places.key(path);
  const message = `"${String(path.at(-1))}" takes ${describeType(target)}, not ${what}`;
  scope.report({ code: 'WrongType', severity: 'error', message, span, hint: `write ${describeType(target)}` });
}
