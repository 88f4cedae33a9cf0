// What rules can call, as a data file has it that is made from a real API server: functions with their overloads.

import { isList, isObject, type Json, type JsonObject, listIn, objectIn, textIn } from '../../model/json.ts';
import { type CheckedType, type TypeKind, typeOf } from './type.ts';

/** One way to call a function. */
export interface Overload {
  readonly id: string;
  readonly isMember: boolean;
  /** The first one of a member is what it is called on. */
  readonly args: readonly CheckedType[];
  readonly result: CheckedType;
  /** The variables in its types. */
  readonly variables: readonly CheckedType[];
}

/** What rules can call and name. */
export interface CelFacts {
  /** Overloads in the order in which they are tried. */
  readonly functions: ReadonlyMap<string, readonly Overload[]>;
  /** The names that stand for types. */
  readonly names: ReadonlyMap<string, CheckedType>;
}

/** Reads the facts from the contents of the data file. */
export function readCelFacts(data: JsonObject): CelFacts {
  const functions = Object.entries(objectIn(data, 'functions')).map(
    ([name, overloads]) => [name, (isList(overloads) ? overloads : []).map(toOverload)] as const,
  );
  const names = Object.entries(objectIn(data, 'names')).map(([name, type]) => [name, toType(type)] as const);
  return { functions: new Map(functions), names: new Map(names) };
}

function toOverload(overload: Json): Overload {
  const args = listIn(overload, 'args').map(toType);
  const result = toType(isObject(overload) ? (overload['result'] ?? '') : '');
  const variables = new Map([...args, result].flatMap(variablesIn).map((variable) => [variable.name, variable]));
  return {
    id: textIn(overload, 'id'),
    isMember: isObject(overload) && overload['isMember'] === true,
    args,
    result,
    variables: [...variables.values()],
  };
}

const NAMED: ReadonlySet<string> = new Set(['param', 'object', 'opaque']);

function toType(type: Json): CheckedType {
  if (!isList(type)) return typeOf(type as TypeKind);
  const [kind, ...rest] = type as readonly [TypeKind, ...Json[]];
  if (!NAMED.has(kind)) return typeOf(kind, rest.map(toType));
  const [name, ...of] = rest;
  return typeOf(kind, of.map(toType), String(name));
}

function variablesIn(type: CheckedType): readonly CheckedType[] {
  return type.kind === 'param' ? [type] : type.of.flatMap(variablesIn);
}
