// The rules of a schema: found, compiled, and asked about objects, where they are new and where they change.
//
// What comes in: a structural schema, and objects that fit it. What goes out: errors in the words of the API server.
// What rules cost is not reckoned: the server refuses definitions whose rules may take too long, and here they are taken.
// Source: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation-rules

import { type Environment, Optional } from '@marcbachmann/cel-js';
import type { FieldError } from '../model/field-error.ts';
import { equals, isList, isObject, type Json, type JsonObject, listIn, objectIn, textIn } from '../model/json.ts';
import { newLibrary } from './library.ts';
import { compileRule, NotCovered, type Rule } from './rule.ts';
import { type CelType, CelTypes } from './types.ts';

/** The rules of one schema. */
export interface SchemaRules {
  /** What is wrong with an object; `old` is undefined for a new one. */
  check(object: JsonObject, old: JsonObject | undefined): readonly FieldError[];
}

/** Compiles the rules of a schema; undefined where it has none. Throws NotCovered. */
export function compileRules(schema: JsonObject): SchemaRules | undefined {
  if (!hasRules(schema)) return undefined;
  const environment = newLibrary();
  const types = new CelTypes(environment);
  // All types are made before the first rule is compiled: environments with variables are made from the whole.
  types.of(schema, true);
  const node = toNode(schema, { environment, types, isCorrelated: true });
  return { check: (object, old) => checkNode(node, { path: '', value: object, old, isUnchanged: false }) };
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
  /** The keys by which items are known; undefined where they are known by nothing. */
  readonly keys: readonly string[] | undefined;
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
    keys: isMap ? listIn(schema, 'x-kubernetes-list-map-keys').map(String) : undefined,
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
  /** The value, or what it is in, is as it was. */
  readonly isUnchanged: boolean;
}

function checkNode(node: RuleNode, place: Place): readonly FieldError[] {
  const { value, old } = place;
  const isUnchanged = place.isUnchanged || (old !== undefined && equals(value, old));
  // What is null is for the rules around it.
  if (value === null) return [];
  const here = { ...place, isUnchanged };
  return [...checkOwn(node, here), ...checkInner(node, here, old ?? undefined)];
}

function checkOwn(
  { rules, type, typeName }: RuleNode,
  { path, value, old, isUnchanged }: Place,
): readonly FieldError[] {
  if (rules.length === 0 || type === undefined) return [];
  const hasOld = old !== undefined && old !== null;
  const asked = {
    path,
    value,
    typeName,
    isUnchanged,
    self: type.toValue(value),
    oldSelf: hasOld ? type.toValue(old) : undefined,
  };
  return rules.flatMap((rule) => {
    const error = rule.check(asked);
    return error === undefined ? [] : [error];
  });
}

function checkInner(node: RuleNode, { path, value, isUnchanged }: Place, old: Json | undefined): readonly FieldError[] {
  const at = (part: string, inner: Json, before: Json | undefined): Place => ({
    path: `${path}${part}`,
    value: inner,
    old: before,
    isUnchanged,
  });
  if (isList(value)) {
    const { items } = node;
    if (items === undefined) return [];
    return value.flatMap((item, index) => checkNode(items, at(`[${index}]`, item, oldItem(node, item, old))));
  }
  if (!isObject(value)) return [];
  const before = isObject(old) ? old : {};
  return Object.entries(value).flatMap(([name, inner]) => {
    const property = node.properties.get(name);
    if (property !== undefined) return checkNode(property, at(path === '' ? name : `.${name}`, inner, before[name]));
    return node.additional === undefined ? [] : checkNode(node.additional, at(`[${name}]`, inner, before[name]));
  });
}

function oldItem({ keys }: RuleNode, item: Json, old: Json | undefined): Json | undefined {
  if (keys === undefined || !isList(old) || !isObject(item)) return undefined;
  return old.find((other) => isObject(other) && keys.every((key) => equals(other[key], item[key])));
}
