// Paths into objects as rules write them: text -> steps, and whether the kind has such a field.

import { ANY, fieldOf, partsOf } from '../expression/expression.ts';
import type { FieldPath, FieldStep } from '../model/policy.ts';
import { suggest } from '../model/suggest.ts';
import type { Type } from '../model/type.ts';

// A field, a quoted field in brackets, or the keys of items in brackets; each with what leads to it.
const STEP = /^(?:\.?([A-Za-z_$][\w$-]*)|\["((?:[^"\\]|\\.)*)"\]|\[([^\]"]*)\])/;

/** What is wrong with a path. */
export interface PathProblem {
  readonly message: string;
  readonly hint: string;
}

/** The steps of a path, or what is wrong with it. */
export function parseFieldPath(text: string): FieldPath | PathProblem {
  const steps: FieldStep[] = [];
  for (let rest = text; rest !== ''; ) {
    const [all = '', name, quoted, keys] = STEP.exec(rest) ?? [];
    const isBegun = steps.length > 0 || (name !== undefined && !all.startsWith('.'));
    if (all === '' || !isBegun) {
      const hint = 'write it as spec.replicas, metadata.annotations["a/b"] or spec.ports[name=x].port';
      return { message: `"${text}" is no path`, hint };
    }
    const step = toStep(name ?? quoted?.replace(/\\(.)/g, '$1'), keys ?? '');
    if (step === undefined) {
      return { message: `"[${keys}]" chooses no items`, hint: 'write [] for all items, or [name=x] for one' };
    }
    steps.push(step);
    rest = rest.slice(all.length);
  }
  return { text, steps };
}

function toStep(name: string | undefined, keys: string): FieldStep | undefined {
  if (name !== undefined) return { kind: 'field', name };
  const pairs = parseKeys(keys);
  return pairs === undefined ? undefined : { kind: 'items', keys: pairs };
}

function parseKeys(text: string): readonly (readonly [string, string])[] | undefined {
  if (text === '') return [];
  const pairs = text.split(',').map((pair): readonly [string, string] => {
    const at = pair.indexOf('=');
    return [pair.slice(0, Math.max(0, at)).trim(), pair.slice(at + 1).trim()];
  });
  return pairs.every(([name]) => name !== '') ? pairs : undefined;
}

/** Why an object of this type has no such field; undefined where it has, or where that is not known. */
export function findPathProblem(path: FieldPath, type: Type): PathProblem | undefined {
  let current: Type = type;
  for (const step of path.steps) {
    const next = step.kind === 'items' ? stepIntoItems(current) : stepIntoField(current, step.name);
    if (next === undefined) return undefined;
    if ('message' in next) return next;
    current = next;
  }
  return undefined;
}

/** The type of the field at a JSON pointer, `any` where that is not known; or why there is no such field. */
export function typeAtPointer(tokens: readonly string[], type: Type): Type | PathProblem {
  let current: Type = type;
  for (const token of tokens) {
    const isList = partsOf(current).some(({ kind }) => kind === 'array');
    const isPlace = token === '-' || /^\d+$/.test(token);
    if (isList && !isPlace) {
      const hint = 'write the number of the item, from 0, or - for the end';
      return { message: `"${token}" is no place in a list`, hint };
    }
    const next = isList ? stepIntoItems(current) : stepIntoField(current, token);
    if (next === undefined) return ANY;
    if ('message' in next) return next;
    current = next;
  }
  return current;
}

function stepIntoItems(type: Type): Type | PathProblem | undefined {
  const parts = partsOf(type);
  if (parts.some(({ kind }) => kind === 'any')) return undefined;
  const list = parts.find((part) => part.kind === 'array');
  return list?.items ?? { message: 'brackets stand behind what is no list', hint: 'remove the brackets' };
}

function stepIntoField(type: Type, name: string): Type | PathProblem | undefined {
  const parts = partsOf(type);
  if (parts.some(({ kind }) => kind === 'any')) return undefined;
  const object = parts.find((part) => part.kind === 'object');
  if (object === undefined) {
    const isList = parts.some(({ kind }) => kind === 'array');
    const message = isList ? `"${name}" stands behind a list` : `"${name}" stands behind a value that has no fields`;
    return {
      message,
      hint: isList ? `write [].${name} for all items, or [name=x].${name} for one` : 'end the path before it',
    };
  }
  const field = fieldOf(object, name);
  if (field !== undefined) return field.type;
  const hint = suggest(name, object.names()) ?? `use one of ${object.names().slice(0, 12).join(', ')}`;
  return { message: `there is no field "${name}"${object.name === undefined ? '' : ` in ${object.name}`}`, hint };
}
