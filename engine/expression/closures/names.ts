// Fields one below the other: most of what formulas are made of.

import type { Meter } from '../budget.ts';
import { isSequence, isSpread, lookup, readField, type Sequence, toSequence, unwrap, type Value } from '../value.ts';
import { Results } from './results.ts';
import type { Eval } from './scope.ts';

/** A field by its name. */
interface Field {
  readonly name: string;
  readonly read: (object: object) => Value;
}

/** Compiles a path of names. Nothing is collected until an array is met. */
export function compileNames(names: readonly string[], isRaw: boolean): Eval {
  const fields = names.map((name): Field => ({ name, read: readField(name) }));
  const [first, second] = fields as [Field, Field?];
  const rest = (input: Value, from: number, meter: Meter): Value => {
    let value = input;
    for (let index = from; index < fields.length; index += 1) {
      if (typeof value !== 'object' || value === null) return undefined;
      if (Array.isArray(value)) return unwrap(collect(value, fields, index, meter).last(isRaw));
      value = (fields[index] as Field).read(value);
    }
    return isSequence(value) ? copyOf(value, meter) : value;
  };
  if (second === undefined || fields.length > 2) return (input, frame) => rest(input, 0, frame.run.meter);
  return (input, frame) => {
    if (typeof input !== 'object' || input === null || Array.isArray(input)) return rest(input, 0, frame.run.meter);
    const inner = first.read(input);
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return rest(inner, 1, frame.run.meter);
    const value = second.read(inner);
    return isSequence(value) ? copyOf(value, frame.run.meter) : value;
  };
}

function collect(list: readonly Value[], fields: readonly Field[], from: number, meter: Meter): Results {
  const results = new Results(meter);
  if (isSpread(list)) walk(list, { fields, meter, results }, from);
  else take(list, { fields, meter, results }, from);
  return results;
}

interface Walk {
  readonly fields: readonly Field[];
  readonly meter: Meter;
  readonly results: Results;
}

function walk(list: readonly Value[], context: Walk, index: number): void {
  context.meter.step(list.length);
  for (let at = 0; at < list.length; at += 1) take(list[at], context, index);
}

function take(item: Value, context: Walk, index: number): void {
  if (typeof item !== 'object' || item === null) return;
  const { fields, meter, results } = context;
  const { name, read } = fields[index] as Field;
  const value = unwrap(Array.isArray(item) ? lookup(item, name, meter) : read(item));
  if (value === undefined) return;
  if (index === fields.length - 1) results.add(value);
  else if (isSpread(value)) walk(value, context, index + 1);
  else take(value, context, index + 1);
}

function copyOf(value: Sequence, meter: Meter): Value {
  meter.fill(value.length);
  return unwrap(toSequence([...value]));
}
