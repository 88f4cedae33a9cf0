// Types of paths: fields, steps over many values, predicates, order, and the names that a path carries along.

import { suggest } from '../../model/suggest.ts';
import type { Type } from '../../model/type.ts';
import type { Node } from '../parse.ts';
import {
  ANY,
  INTEGER,
  isOnly,
  itemsOf,
  mapType,
  mayBe,
  optional,
  partsOf,
  present,
  sequenceOf,
  unionOf,
} from './algebra.ts';
import { type Env, type Inference, type Place, rangeOf } from './context.ts';
import { describeType, listValues } from './describe.ts';
import { fieldOf, readField } from './fields.ts';
import { checkOrdered } from './operators.ts';

/** The type of a path. */
export function inferPath(node: Node, env: Env, inference: Inference): Type {
  let place = env.context;
  let inner = env;
  let isTuple = false;
  for (const [index, step] of (node.steps ?? []).entries()) {
    const before = place;
    isTuple ||= step.tuple === true;
    place = takeStep(step, index === 0, { place, env: inner, inference, isTuple });
    if (isTuple) {
      inner = { ...inner, variables: bindNames(step, before, place, inner) };
      if (step.focus !== undefined) place = { ...before, type: itemsOf(before.type) };
    }
  }
  return isTuple ? sequenceOf(itemsOf(place.type)) : place.type;
}

interface StepInput {
  readonly place: Place;
  readonly env: Env;
  readonly inference: Inference;
  /** The path carries names along. */
  readonly isTuple: boolean;
}

function takeStep(step: Node, isFirst: boolean, { place, env, inference, isTuple }: StepInput): Place {
  const filters = (step.stages ?? []).filter(({ type }) => type !== 'index');
  if (step.type === 'name') {
    const next = nameStep(step, place, inference, env);
    if (filters.length === 0) return next;
    // A predicate is asked for the values of each item.
    const type = mapType(place.type, (item) =>
      applyFilters(readField(item, String(step.value)), filters, inference, { env, label: next.label }),
    );
    return { ...next, type, key: undefined };
  }
  if (step.type === 'sort') return { ...place, type: sortType(step, place, env, inference), key: undefined };
  if (isFirst && step.type === 'variable') {
    const found = inference.variable(step, env);
    const type = step.predicate === undefined ? found.type : inference.infer(step, env);
    const isPlain = step.predicate === undefined && filters.length === 0;
    return {
      label: found.label,
      type: applyFilters(type, filters, inference, { env, label: found.label }),
      key: isPlain ? found.key : undefined,
    };
  }
  const of = (item: Type): Type => {
    const context: Place = isFirst ? env.context : { type: item, label: place.label, key: undefined };
    const type = inference.infer(step, { ...env, context });
    return applyFilters(type, filters, inference, { env, label: place.label });
  };
  const map = step.consarray === true && !isTuple ? mapWhole : mapType;
  return { label: place.label, key: undefined, type: isFirst ? of(place.type) : map(place.type, of) };
}

// An array that is written out as the last step stays one for each value.
function mapWhole(type: Type, of: (item: Type) => Type): Type {
  return unionOf(
    partsOf(type).map((part) => {
      if (part.kind === 'nothing') return part;
      return part.kind === 'array' || part.kind === 'sequence' ? sequenceOf(of(part.items)) : of(part);
    }),
  );
}

/** The field of a name below a place. Reports a field that is not there. */
export function nameStep(step: Node, place: Place, inference: Inference, env?: Env): Place {
  const name = String(step.value);
  const label = place.label === '' ? name : `${place.label}.${name}`;
  const key = place.key === undefined ? undefined : `${place.key}.${name}`;
  if (!hasField(place.type, name)) {
    reportMissing(step, place, inference);
    return { label, key, type: ANY };
  }
  const type = mapType(place.type, (item) => readField(item, name));
  return { label, key, type: key !== undefined && env?.present.has(key) === true ? present(type) : type };
}

// True as long as one of the things that it may be has such a field, and for nothing, whose mistake is elsewhere.
function hasField(type: Type, name: string): boolean {
  const objects = leavesOf(type);
  return (
    objects.length === 0 ||
    objects.some((leaf) => leaf.kind === 'any' || (leaf.kind === 'object' && fieldOf(leaf, name) !== undefined))
  );
}

// What a step is taken for: the values themselves, through all arrays.
function leavesOf(type: Type): readonly Type[] {
  return partsOf(type).flatMap((part): readonly Type[] => {
    if (part.kind === 'nothing' || part.kind === 'null') return [];
    return part.kind === 'array' || part.kind === 'sequence' ? leavesOf(part.items) : [part];
  });
}

function reportMissing(step: Node, place: Place, inference: Inference): void {
  const name = String(step.value);
  const objects = leavesOf(place.type).filter((leaf) => leaf.kind === 'object');
  const range = rangeOf(step, inference);
  if (objects.length === 0) {
    const what = place.label === '' ? 'the context' : `"${place.label}"`;
    const message = `${what} is ${describeType(unionOf(leavesOf(place.type)))} and has no field "${name}"`;
    inference.report({ code: 'UnknownField', severity: 'error', message, range, hint: 'remove this step' });
    return;
  }
  const names = objects.flatMap((object) => object.names());
  const where = place.label === '' ? (objects[0]?.name ?? 'the context') : `"${place.label}"`;
  const hint = hintForField(name, names, place, inference);
  inference.report({
    code: 'UnknownField',
    severity: 'error',
    message: `there is no field "${name}" in ${where}`,
    range,
    hint,
  });
}

// What formulas of other tools begin with.
const STARTS_ELSEWHERE = ['schema', 'self', 'object', 'this'];

function hintForField(name: string, names: readonly string[], place: Place, inference: Inference): string {
  const isFirst = place.label === '';
  if (isFirst && inference.environment.variable(name).kind !== 'any') return `write $${name}`;
  const near = suggest(name, names);
  if (near !== undefined) return near;
  if (isFirst && STARTS_ELSEWHERE.includes(name)) return 'leave it out: a formula begins at the resource, with spec';
  // Inside a predicate, or below a child, the author may mean the custom resource.
  const root = inference.environment.context;
  if (place.key === undefined && root.kind === 'object' && root.field(name) !== undefined)
    return `to read the custom resource, write $$.${name}`;
  return names.length === 0 ? 'it has no fields' : `it has ${listValues(names)}`;
}

interface FilterPlace {
  readonly env: Env;
  readonly label: string;
}

/** What predicates leave of a value. */
export function applyFilters(type: Type, filters: readonly Node[], inference: Inference, place: FilterPlace): Type {
  return filters.reduce(
    (result, { expr }) => (expr === undefined ? result : applyFilter(result, expr, inference, place)),
    type,
  );
}

function applyFilter(type: Type, predicate: Node, inference: Inference, { env, label }: FilterPlace): Type {
  const items = itemsOf(type);
  const single = isOnly(type, 'any', 'object', 'string', 'number', 'boolean', 'null', 'function');
  if (predicate.type === 'number') {
    const isFirst = Math.floor(predicate.value as number) === 0 || predicate.value === -1;
    return single && type.kind !== 'any' && isFirst ? type : optional(items);
  }
  const context: Place = { type: items, label, key: undefined };
  const test = inference.infer(predicate, { ...env, context });
  if (type.kind === 'any') return ANY;
  if (test.kind !== 'any' && isOnly(test, 'number') && isFixed(predicate)) return optional(items);
  const isTest = !mayBe(test, 'number', 'array', 'sequence');
  if (isTest && (single || isUnique(type, predicate))) return optional(items);
  return sequenceOf(items);
}

// True for a predicate that is the same for all items: it does not look at them.
function isFixed(node: Node): boolean {
  if (node.predicate !== undefined || node.group !== undefined) return false;
  switch (node.type) {
    case 'number':
      return true;
    case 'variable':
      return node.value !== '';
    case 'path':
      return (node.steps ?? []).every((step, index) =>
        index === 0 ? isFixed(step) : step.type === 'name' && step.stages === undefined,
      );
    case 'binary':
      return isFixed(node.lhs as Node) && isFixed(node.rhs as Node);
    case 'unary':
      return node.value === '-' && isFixed(node.expression as Node);
    case 'function':
      return (node.arguments ?? []).length > 0 && (node.arguments ?? []).every(isFixed);
    default:
      return false;
  }
}

// `conditions[type = "Ready"]`: at most one item, since the API server lets no two have the same keys.
function isUnique(type: Type, predicate: Node): boolean {
  const [array, ...others] = partsOf(type).filter(({ kind }) => kind !== 'nothing');
  if (array?.kind !== 'array' || array.keys === undefined || others.length > 0) return false;
  const fixed = new Set(fixedFields(predicate));
  return array.keys.every((key) => fixed.has(key));
}

// The fields that a predicate compares with one value.
function fixedFields(predicate: Node): readonly string[] {
  if (predicate.type === 'block' && predicate.expressions?.length === 1)
    return fixedFields(predicate.expressions[0] as Node);
  if (predicate.type !== 'binary') return [];
  const [left, right] = [predicate.lhs as Node, predicate.rhs as Node];
  if (predicate.value === 'and') return [...fixedFields(left), ...fixedFields(right)];
  if (predicate.value !== '=') return [];
  return [left, right].flatMap((side) => {
    const [step] = side.type === 'path' && side.steps?.length === 1 ? side.steps : [side];
    return step?.type === 'name' && step.stages === undefined ? [String(step.value)] : [];
  });
}

function sortType(step: Node, place: Place, env: Env, inference: Inference): Type {
  const items = itemsOf(place.type);
  const context: Place = { type: items, label: place.label, key: undefined };
  for (const { expression } of step.terms ?? [])
    checkOrdered(inference.infer(expression, { ...env, context }), expression, 'an order', inference);
  const sorted = sequenceOf(items);
  return applyFilters(sorted, step.stages ?? [], inference, { env, label: place.label });
}

function bindNames(step: Node, before: Place, after: Place, env: Env): ReadonlyMap<string, Place> {
  const variables = new Map(env.variables);
  const indexes = (step.stages ?? []).filter(({ type }) => type === 'index').map(({ value }) => String(value));
  for (const name of [...indexes, ...(step.index === undefined ? [] : [step.index])])
    variables.set(name, { type: INTEGER, label: `$${name}`, key: undefined });
  if (step.focus !== undefined)
    variables.set(step.focus, { type: itemsOf(after.type), label: `$${step.focus}`, key: undefined });
  const label = (step.ancestor as { readonly label?: string } | undefined)?.label;
  if (label !== undefined) variables.set(label, { type: itemsOf(before.type), label: before.label, key: undefined });
  return variables;
}
