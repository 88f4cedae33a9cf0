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
  const takes: Take[] = [];
  for (const field of fields.toReversed()) takes.unshift(compileTake(field, takes[0]));
  const rest = (input: Value, from: number, meter: Meter): Value => {
    let value = input;
    for (let index = from; index < fields.length; index += 1) {
      if (typeof value !== 'object' || value === null) return undefined;
      if (Array.isArray(value)) return unwrap(collect(value, takes[index] as Take, meter).last(isRaw));
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

/** Takes a field, and those below it, of one item. */
type Take = (item: Value, results: Results, meter: Meter) => void;

function compileTake({ name, read }: Field, next: Take | undefined): Take {
  return (item, results, meter) => {
    if (typeof item !== 'object' || item === null) return;
    const value = Array.isArray(item) ? unwrap(lookup(item, name, meter)) : read(item);
    if (value === undefined) return;
    if (next === undefined) results.add(isSequence(value) ? unwrap(value) : value);
    else if (isSpread(value)) takeEach(value, next, results, meter);
    else next(value, results, meter);
  };
}

function takeEach(list: readonly Value[], take: Take, results: Results, meter: Meter): void {
  meter.step(list.length);
  for (let index = 0; index < list.length; index += 1) take(list[index], results, meter);
}

function collect(list: readonly Value[], take: Take, meter: Meter): Results {
  const results = new Results(meter);
  if (isSpread(list)) takeEach(list, take, results, meter);
  else take(list, results, meter);
  return results;
}

function copyOf(value: Sequence, meter: Meter): Value {
  meter.fill(value.length);
  return unwrap(toSequence([...value]));
}
