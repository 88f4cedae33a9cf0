// The rules of a schema: found, compiled, and asked about objects, where they are new and where they change.
//
// What comes in: a structural schema, and objects that fit it. What goes out: errors in the words of the API server.
// Whether a rule is right at all, and what it may cost, is found out before, when its definition is made: see `check/`.
// Source: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation-rules

import type { FieldError } from '../model/field-error.ts';
import { isList, isObject, type Json, type JsonObject, listIn, objectIn, textIn } from '../model/json.ts';
import { Correlated, findItem } from '../schema/correlate.ts';
import { compileRule, type Rule } from './rule.ts';
import { NotCovered } from './run/program.ts';
import { type ToValue, toValueOf } from './types.ts';

/** What is wrong, and what is as wrong as it was before. */
export interface RuleResult {
  readonly errors: readonly FieldError[];
  readonly warnings: readonly string[];
}

/** The rules of one schema. */
export interface SchemaRules {
  /** What is wrong with an object; `old` is undefined for a new one. */
  check(object: JsonObject, old: JsonObject | undefined): RuleResult;
  /** What is wrong with a value at a path, whatever was before. */
  checkValue(value: Json, old: Json | undefined, path: string): readonly FieldError[];
}

/** Compiles the rules of a schema; undefined where it has none. Throws NotCovered. */
export function compileRules(schema: JsonObject): SchemaRules | undefined {
  if (!hasRules(schema)) return undefined;
  const node = toNode(schema, true);
  return {
    check: (object, old) => {
      const here = old === undefined ? undefined : new Correlated(schema, object, old);
      const findings = checkNode(node, { path: '', value: object, old, here, around: undefined });
      return {
        errors: findings.filter(({ isTolerated }) => !isTolerated).map(({ error }) => error),
        warnings: findings
          .filter(({ isTolerated }) => isTolerated)
          .map(({ error: { field, message } }) => `${field}: ${message}`),
      };
    },
    checkValue: (value, old, path) =>
      checkNode(node, { path, value, old, here: undefined, around: undefined }).map(({ error }) => error),
  };
}

/** The rules of a schema that are not covered, each with the reason. */
export function uncoveredRules(schema: JsonObject): readonly string[] {
  try {
    compileRules(schema);
    return [];
  } catch (error) {
    if (error instanceof NotCovered) return [error.message];
    throw error;
  }
}

function hasRules(schema: Json | undefined): boolean {
  if (!isObject(schema)) return false;
  return (
    listIn(schema, 'x-kubernetes-validations').length > 0 ||
    Object.values(objectIn(schema, 'properties')).some(hasRules) ||
    hasRules(schema['items']) ||
    hasRules(schema['additionalProperties'])
  );
}

interface RuleNode {
  readonly typeName: string;
  readonly toValue: ToValue;
  readonly rules: readonly Rule[];
  readonly properties: ReadonlyMap<string, RuleNode>;
  readonly items: RuleNode | undefined;
  readonly additional: RuleNode | undefined;
  readonly schema: JsonObject;
}

function toNode(schema: JsonObject, isResource = false): RuleNode {
  const inner = (part: Json | undefined): RuleNode | undefined =>
    isObject(part) && hasRules(part) ? toNode(part) : undefined;
  const properties = Object.entries(objectIn(schema, 'properties')).flatMap(([name, part]) => {
    const node = inner(part);
    return node === undefined ? [] : [[name, node] as const];
  });
  return {
    typeName: textIn(schema, 'type'),
    toValue: toValueOf(schema, isResource) ?? ((value) => value),
    rules: listIn(schema, 'x-kubernetes-validations')
      .filter(isObject)
      .map((rule) => compileRule(rule, schema)),
    properties: new Map(properties),
    items: inner(schema['items']),
    additional: inner(schema['additionalProperties']),
    schema,
  };
}

interface Place {
  readonly path: string;
  readonly value: Json;
  readonly old: Json | undefined;
  /** The value beside what it was; undefined where that cannot be told. */
  readonly here: Correlated | undefined;
  /** The nearest value around it for which that can be told. */
  readonly around: Correlated | undefined;
}

interface Finding {
  readonly error: FieldError;
  readonly isTolerated: boolean;
}

function checkNode(node: RuleNode, place: Place): readonly Finding[] {
  // What is null is for the rules around it.
  if (place.value === null) return [];
  return [...checkOwn(node, place), ...checkInner(node, place)];
}

function checkOwn(
  { rules, toValue, typeName }: RuleNode,
  { path, value, old, here, around }: Place,
): readonly Finding[] {
  if (rules.length === 0) return [];
  const hasOld = old !== undefined && old !== null;
  const asked = {
    path,
    value,
    typeName,
    self: toValue(value),
    oldSelf: hasOld ? toValue(old) : undefined,
  };
  return rules.flatMap((rule) => {
    const found = rule.check(asked);
    if (found === undefined) return [];
    const isTolerated = !rule.usesOld && found.isBroken && (here ?? around)?.isUnchanged() === true;
    return [{ error: found.error, isTolerated }];
  });
}

function checkInner(node: RuleNode, place: Place): readonly Finding[] {
  const { path, value, here } = place;
  const old = place.old ?? undefined;
  if (isList(value)) {
    const { items } = node;
    if (items === undefined) return [];
    return value.flatMap((item, index) =>
      checkNode(items, {
        path: `${path}[${index}]`,
        value: item,
        old: isList(old) ? findItem(node.schema, item, old) : undefined,
        here: here?.index(index),
        around: here ?? place.around,
      }),
    );
  }
  if (!isObject(value)) return [];
  const before = isObject(old) ? old : {};
  return Object.entries(value).flatMap(([name, inner]) => {
    const property = node.properties.get(name);
    const field = property ?? node.additional;
    if (field === undefined) return [];
    const named = path === '' ? name : `${path}.${name}`;
    const at = { path: property === undefined ? `${path}[${name}]` : named, value: inner, old: before[name] };
    return checkNode(field, { ...at, ...correlatedField(place, name) });
  });
}

// Through which version an object is written nothing shows.
function correlatedField({ here, around }: Place, name: string): Pick<Place, 'here' | 'around'> {
  if (here === undefined) return { here, around };
  if (around === undefined && (name === 'apiVersion' || name === 'kind')) return { here: undefined, around: undefined };
  return { here: here.key(name), around: here };
}
