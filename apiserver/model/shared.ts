// Values that have parts in common, which are kept once; and copies that have none.

import { isList, isObject, type Json, type JsonObject, type MutableObject } from './json.ts';

/**
 * The same value, in which every part that another one has at the same place is that of the other one. The order of
 * fields counts, so that nothing is written in another order.
 */
export function sharedWith<Value extends Json>(value: Value, other: Json | undefined): Value {
  // A text that is equal may lie elsewhere in memory.
  if (value === other) return other as Value;
  if (isList(value)) return isList(other) ? (sharedList(value, other) as Json as Value) : value;
  return isObject(value) && isObject(other) ? (sharedObject(value, other) as Value) : value;
}

function sharedList(value: readonly Json[], other: readonly Json[]): readonly Json[] {
  const items = value.map((item, at) => sharedWith(item, other[at]));
  return items.length === other.length && items.every((item, at) => item === other[at]) ? other : items;
}

function sharedObject(value: JsonObject, other: JsonObject): JsonObject {
  const names = Object.keys(value);
  const others = Object.keys(other);
  const out: MutableObject = { ...value };
  let isSame = names.length === others.length;
  for (const [at, name] of names.entries()) {
    if (!Object.hasOwn(other, name)) {
      isSame = false;
      continue;
    }
    const part = sharedWith(value[name] as Json, other[name]);
    out[name] = part;
    isSame &&= others[at] === name && part === other[name];
  }
  return isSame ? other : out;
}

/** A copy that may be changed, but for the parts that another value has at the same place: those stay its own. */
export function copyOf<Value extends Json>(value: Value, own?: Json): Value {
  if (isList(value)) {
    const others = isList(own) ? own : [];
    return value.map((item, at) => copyOfPart(item, others[at])) as Json as Value;
  }
  if (!isObject(value)) return value;
  const others = isObject(own) ? own : {};
  const out: MutableObject = { ...value };
  for (const name of Object.keys(out)) {
    const inner = out[name];
    if (typeof inner === 'object' && inner !== null) out[name] = copyOfPart(inner, others[name]);
  }
  return out as Json as Value;
}

function copyOfPart(value: Json, own: Json | undefined): Json {
  return value === own ? value : copyOf(value, own);
}
