// Rules about custom resources that no schema tells.

import type { ApiObject } from '../model/api-object.ts';
import { finalizersOf } from '../model/api-object.ts';
import { type FieldError, invalid } from '../model/field-error.ts';
import { goQuote, goShown } from '../model/go-text.ts';
import { getIn, isObject, type Json } from '../model/json.ts';
import { isWhole } from '../schema/value-rules.ts';
import { checkQualifiedName } from '../validation/names.ts';

/** Dotted paths of the numbers that the scale subresource shows. */
export interface ScaleFields {
  readonly replicas: string;
  readonly statusReplicas: string;
  readonly selector: string | undefined;
}

const MAX = 2 ** 31 - 1;

/** What is wrong with the numbers that the scale subresource shows. */
export function checkScale(
  scale: ScaleFields | undefined,
  object: ApiObject,
  { isStatusOnly = false }: { readonly isStatusOnly?: boolean } = {},
): readonly FieldError[] {
  if (scale === undefined) return [];
  const { replicas, statusReplicas, selector } = scale;
  const errors = (isStatusOnly ? [statusReplicas] : [replicas, statusReplicas]).flatMap((path) =>
    checkCount(object, path),
  );
  const problem = selector === undefined ? undefined : problemAt(object, selector, 'string');
  return problem === undefined ? errors : [...errors, invalid(`.${selector}`, '', problem)];
}

function checkCount(object: ApiObject, path: string): readonly FieldError[] {
  const problem = problemAt(object, path, 'int64');
  const field = `.${path}`;
  if (problem !== undefined) return [invalid(field, 0, problem)];
  const count = getIn(object, ...path.split('.')) ?? 0;
  if (typeof count !== 'number') return [];
  if (count < 0) return [invalid(field, count, 'should be a non-negative integer')];
  return count > MAX ? [invalid(field, count, `should be less than or equal to ${MAX}`)] : [];
}

// What Go says of a value that is not of a type, or is in no object.
function problemAt(object: Json, path: string, wanted: 'int64' | 'string'): string | undefined {
  const names = path.split('.');
  let at: Json = object;
  for (const [depth, name] of names.entries()) {
    const seen = `.${names.slice(0, depth + 1).join('.')}`;
    if (at === null) return undefined;
    if (!isObject(at)) return `${seen} accessor error: ${typed(at)}, expected map[string]interface{}`;
    const next: Json | undefined = at[name];
    if (next === undefined) return undefined;
    at = next;
  }
  const isRight = wanted === 'string' ? typeof at === 'string' : typeof at === 'number' && isWhole(at);
  return isRight ? undefined : `.${path} accessor error: ${typed(at)}, expected ${wanted}`;
}

function typed(value: Json): string {
  if (value === null) return '<nil> is of the type <nil>';
  if (typeof value === 'boolean') return `${value} is of the type bool`;
  if (typeof value === 'number') return `${value} is of the type ${isWhole(value) ? 'int64' : 'float64'}`;
  if (typeof value === 'string') return `${value} is of the type string`;
  const type = isObject(value) ? 'map[string]interface {}' : '[]interface {}';
  return `${goShown(value)} is of the type ${type}`;
}

const STANDARD: ReadonlySet<string> = new Set(['orphan', 'foregroundDeletion', 'kubernetes']);

/** New finalizers that another one may be taken for. */
export function warnOfFinalizers(object: ApiObject, old: ApiObject | undefined): readonly string[] {
  const before = old === undefined ? [] : finalizersOf(old);
  const added = [...new Set(finalizersOf(object))].filter((name) => !before.includes(name)).sort();
  return added.flatMap((name) => {
    const title = `metadata.finalizers: ${goQuote(name)}: `;
    const messages = [...checkQualifiedName(name)];
    if (!name.includes('/') && !STANDARD.has(name)) {
      const what = name.includes('.') ? ' including a path (/)' : '';
      messages.push(
        `prefer a domain-qualified finalizer name${what} to avoid accidental conflicts with other finalizer writers`,
      );
    }
    return messages.map((message) => title + message);
  });
}
