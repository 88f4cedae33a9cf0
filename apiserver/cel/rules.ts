// The rules of a schema: found, compiled, and asked about objects, where they are new and where they change.
//
// What comes in: a structural schema, and objects that fit it. What goes out: errors in the words of the API server.
// Whether a rule is right at all, and what it may cost, is found out before, when its definition is made: see `check/`.
// Source: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation-rules

import { type Environment, Optional } from '@marcbachmann/cel-js';
import type { FieldError } from '../model/field-error.ts';
import { isList, isObject, type Json, type JsonObject, listIn, objectIn, textIn } from '../model/json.ts';
import { Correlated, findItem } from '../schema/correlate.ts';
import { newLibrary } from './library.ts';
import { compileRule, NotCovered, type Rule } from './rule.ts';
import { type CelType, CelTypes } from './types.ts';

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
  const environment = newLibrary();
  const types = new CelTypes(environment);
  // All types are made before the first rule is compiled: environments with variables are made from the whole.
  types.of(schema, true);
  const node = toNode(schema, { environment, types, isCorrelated: true });
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
  readonly type: CelType | undefined;
  readonly rules: readonly Rule[];
  readonly properties: ReadonlyMap<string, RuleNode>;
  readonly items: RuleNode | undefined;
  readonly additional: RuleNode | undefined;
  readonly schema: JsonObject;
}

interface Compiling {
  readonly environment: Environment;
  readonly types: CelTypes;
  /** Old values are found by where the new ones are. */
  readonly isCorrelated: boolean;
}

function toNode(schema: JsonObject, compiling: Compiling): RuleNode {
  const isMap = schema['x-kubernetes-list-type'] === 'map';
  const inner = (part: Json | undefined, isCorrelated = compiling.isCorrelated): RuleNode | undefined =>
    isObject(part) && hasRules(part) ? toNode(part, { ...compiling, isCorrelated }) : undefined;
  const properties = Object.entries(objectIn(schema, 'properties')).flatMap(([name, part]) => {
    const node = inner(part);
    return node === undefined ? [] : [[name, node] as const];
  });
  return {
    typeName: textIn(schema, 'type'),
    type: compiling.types.of(schema),
    rules: compileAll(schema, compiling),
    properties: new Map(properties),
    items: inner(schema['items'], compiling.isCorrelated && isMap),
    additional: inner(schema['additionalProperties']),
    schema,
  };
}

function compileAll(schema: JsonObject, { environment, types, isCorrelated }: Compiling): readonly Rule[] {
  const list = listIn(schema, 'x-kubernetes-validations').filter(isObject);
  if (list.length === 0) return [];
  const type = types.of(schema);
  if (type === undefined) throw new NotCovered('rules on a value whose type is not known');
  const withSelf = () => environment.clone().registerVariable('self', type.name);
  const environments = {
    ordinary: withSelf().registerVariable('oldSelf', type.name),
    optional: withSelf().registerVariable('oldSelf', `optional<${type.name}>`),
    unordered: types.unordered,
    toOptional: (value: unknown) => (value === undefined ? Optional.none() : Optional.of(value)),
  };
  return list.map((one) => {
    const rule = compileRule(one, schema, environments);
    if (rule.usesOld && !isCorrelated) throw new NotCovered('oldSelf in lists whose items are known by nothing');
    return rule;
  });
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

function checkOwn({ rules, type, typeName }: RuleNode, { path, value, old, here, around }: Place): readonly Finding[] {
  if (rules.length === 0 || type === undefined) return [];
  const hasOld = old !== undefined && old !== null;
  const asked = {
    path,
    value,
    typeName,
    self: type.toValue(value),
    oldSelf: hasOld ? type.toValue(old) : undefined,
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
