// What a value is made of, as far as reads go. Arrays are taken for their items: an array of one shape has that shape.

import type { TextRange } from '../../model/diagnostic.ts';
import type { Node } from '../parse.ts';

/** A place in the data that is read; `*` in its path is any field. */
export interface Place {
  readonly variable: string;
  readonly path: readonly string[];
  /** Where the formula names it. */
  readonly range: TextRange;
}

/** An object that the formula makes. */
export interface Made {
  readonly fields: ReadonlyMap<string, Shape>;
  /** The values of all fields whose names are computed. */
  readonly others: Shape;
}

/** A call of a function. */
export interface Call {
  readonly args: readonly Shape[];
  readonly context: Shape;
  /** The nodes of the arguments, where they are written out. */
  readonly nodes?: readonly Node[];
}

/** A function. */
export interface Work {
  readonly arity: number;
  apply(call: Call): Shape;
}

/**
 * What a value may be: a place, an object, a function, or plain data whose reads are already counted, of which nothing is
 * noted.
 */
export interface Shape {
  readonly places: readonly Place[];
  readonly objects: readonly Made[];
  readonly functions: readonly Work[];
  /** The text that it certainly is. */
  readonly text?: string;
}

/** Plain data. */
export const PLAIN: Shape = { places: [], objects: [], functions: [] };

/** The shape of a place. */
export function placeOf(place: Place): Shape {
  return { ...PLAIN, places: [place] };
}

/** The shape of an object. */
export function madeOf(fields: ReadonlyMap<string, Shape>, others: Shape): Shape {
  return { ...PLAIN, objects: [{ fields, others }] };
}

/** The shape of a function. */
export function functionOf(arity: number, apply: (call: Call) => Shape): Shape {
  return { ...PLAIN, functions: [{ arity, apply }] };
}

/** What may be one of several. */
export function union(shapes: readonly Shape[]): Shape {
  const [first, ...rest] = shapes;
  if (first === undefined) return PLAIN;
  if (rest.length === 0) return first;
  return {
    places: [...new Map(shapes.flatMap(({ places }) => places).map((place) => [keyOf(place), place])).values()],
    objects: [...new Set(shapes.flatMap(({ objects }) => objects))],
    functions: [...new Set(shapes.flatMap(({ functions }) => functions))],
  };
}

/** Tells places apart, whatever their ranges. */
export function keyOf({ variable, path }: Pick<Place, 'variable' | 'path'>): string {
  return [variable, ...path].join('\0');
}

/** True if both may be the same things. */
export function isSame(left: Shape, right: Shape): boolean {
  const size = ({ places, objects, functions }: Shape) => [places.length, objects.length, functions.length].join();
  return size(union([left, right, PLAIN])) === size(left) && size(left) === size(right);
}

/** The field of a name. */
export function fieldOf(shape: Shape, name: string): Shape {
  return union([
    below(shape, name),
    ...shape.objects.map(({ fields, others }) => union([fields.get(name) ?? PLAIN, others])),
  ]);
}

/** Any field. */
export function anyField(shape: Shape): Shape {
  return union([below(shape, '*'), ...shape.objects.flatMap(({ fields, others }) => [...fields.values(), others])]);
}

function below({ places }: Shape, step: string): Shape {
  return { ...PLAIN, places: places.map((place) => ({ ...place, path: [...place.path, step] })) };
}

/** A value and everything in the objects that the formula makes of it. */
export function descendantsOf(shape: Shape): Shape {
  const all: Shape[] = [];
  const seen = new Set<Made>();
  const visit = (part: Shape): void => {
    all.push(part);
    for (const made of part.objects) {
      if (seen.has(made)) continue;
      seen.add(made);
      for (const field of [...made.fields.values(), made.others]) visit(field);
    }
  };
  visit(shape);
  return union(all);
}

/** True for the custom resource itself, which is an object and always there. */
export function isRoot({ variable, path }: Place): boolean {
  return variable === '' && path.length === 0;
}
