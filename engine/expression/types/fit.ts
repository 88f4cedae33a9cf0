// Does a value fit the field that it is put into?

import type { Severity } from '../../model/diagnostic.ts';
import type { DiagnosticCode } from '../../model/diagnostic-codes.ts';
import { suggest } from '../../model/suggest.ts';
import type { ObjectType, Type } from '../../model/type.ts';
import { itemsOf, mayBeMany, partsOf, present, unionOf } from './algebra.ts';
import { describeType, listValues } from './describe.ts';
import { fieldOf, readField } from './fields.ts';

/** A reason why a value does not fit, or may not. `path`: below the value, such as `.containers[].name`. */
export interface Misfit {
  readonly code: DiagnosticCode;
  readonly severity: Severity;
  readonly path: string;
  readonly message: string;
  readonly hint: string;
}

/** What a value of a type has against being put where `target` is wanted. Nothing fits where `isRequired` is not set. */
export function misfits(type: Type, target: Type, isRequired: boolean): readonly Misfit[] {
  return fitType(type, target, isRequired, '');
}

// Types of Kubernetes contain themselves; what was compared before fits or was reported.
const MAX_DEPTH = 12;

function fitType(type: Type, target: Type, isRequired: boolean, path: string): readonly Misfit[] {
  if (type.kind === 'any' || target.kind === 'any' || path.split(/[.[]/).length > MAX_DEPTH) return [];
  const parts = partsOf(type);
  if (parts.every(({ kind }) => kind === 'nothing' || kind === 'null')) {
    return isRequired ? [missing('error', 'gives nothing, and the field is required', path)] : [];
  }
  const absent =
    isRequired && parts.some(({ kind }) => kind === 'nothing') && !mayBeMany(type)
      ? [missing('warning', 'may give nothing, and the field is required', path)]
      : [];
  const given = unionOf(parts.filter(({ kind }) => kind !== 'nothing' && kind !== 'null'));
  return [...absent, ...fitPresent(given, target, path)];
}

function missing(severity: Severity, message: string, path: string): Misfit {
  const hint = 'give a default with ??, or make what it reads required in the schema';
  return { code: 'MaybeNothing', severity, path, message, hint };
}

function fitPresent(type: Type, target: Type, path: string): readonly Misfit[] {
  const wanted = partsOf(target);
  const arrays = wanted.filter((part) => part.kind === 'array');
  if (mayBeMany(type)) {
    const [array] = arrays;
    if (array !== undefined) return fitType(itemsOf(type), array.items, false, `${path}[]`);
    const message = `may give several values, and the field takes ${describeType(target)}`;
    const hint = 'choose one with a predicate such as [0], or combine them with $join(…), $sum(…) or $count(…)';
    const many: Misfit = { code: 'ManyValues', severity: 'warning', path, message, hint };
    const inner = fitPresent(itemsOf(type), target, path);
    return inner.some(({ severity }) => severity === 'error') ? inner : [many, ...inner];
  }
  const results = partsOf(type).map((part) => fitPart(part, wanted, path));
  const bad = results.filter((list) => list.some(({ severity }) => severity === 'error'));
  // One of several that fits is a chance that it works.
  const isCertain = bad.length === results.length;
  const soften = (misfit: Misfit): Misfit => ({
    ...misfit,
    severity: 'warning',
    message: misfit.message.replace(/^gives /, 'may give '),
  });
  return results.flat().map((misfit) => (isCertain ? misfit : soften(misfit)));
}

function fitPart(part: Type, wanted: readonly Type[], path: string): readonly Misfit[] {
  if (part.kind === 'any' || wanted.some(({ kind }) => kind === 'any')) return [];
  const same = wanted.filter(({ kind }) => kind === part.kind);
  if (same.length === 0) return [wrongType(part, wanted, path)];
  const reasons = same.map((target) => fitSame(part, target, path));
  return reasons.find((list) => list.length === 0) ?? (reasons[0] as readonly Misfit[]);
}

function wrongType(part: Type, wanted: readonly Type[], path: string): Misfit {
  const message = `gives ${describeType(part)}, and the field takes ${describeType(unionOf(wanted))}`;
  return { code: 'WrongType', severity: 'error', path, message, hint: hintToConvert(part, wanted) };
}

function hintToConvert(part: Type, wanted: readonly Type[]): string {
  const kinds = new Set(wanted.map(({ kind }) => kind));
  const isScalar = part.kind === 'string' || part.kind === 'number' || part.kind === 'boolean';
  if (kinds.has('array')) return 'put it in brackets: [ … ]';
  if (kinds.has('object')) return part.kind === 'array' ? 'make one of it with $merge(…)' : 'build one: { "name": … }';
  if (kinds.has('string') && isScalar) return 'convert it with $string(…), or insert it with {% … %}';
  if (kinds.has('number') && part.kind === 'string') return 'convert it with $number(…)';
  if (kinds.has('boolean')) return 'compare it, or use $exists(…) or $boolean(…)';
  if (part.kind === 'object') return 'choose one of its fields';
  return part.kind === 'array' ? 'choose one item, such as [0]' : 'use a value of that type';
}

function fitSame(part: Type, target: Type, path: string): readonly Misfit[] {
  if (part.kind === 'string' && target.kind === 'string') return fitText(part.values, target.values, path);
  if (part.kind === 'number' && target.kind === 'number') {
    if (!target.isInteger || part.isInteger) return [];
    const isCertain = part.value !== undefined;
    const message = `${isCertain ? `gives ${part.value}` : 'may give a number that is not whole'}, and the field takes an integer`;
    const hint = 'round it with $floor(…), $ceil(…) or $round(…)';
    return [{ code: 'WrongType', severity: isCertain ? 'error' : 'warning', path, message, hint }];
  }
  if (part.kind === 'array' && target.kind === 'array') return fitType(part.items, target.items, false, `${path}[]`);
  if (part.kind === 'object' && target.kind === 'object') return fitObject(part, target, path);
  return [];
}

function fitText(
  given: readonly string[] | undefined,
  allowed: readonly string[] | undefined,
  path: string,
): readonly Misfit[] {
  if (given === undefined || allowed === undefined) return [];
  const wrong = given.filter((value) => !allowed.includes(value));
  if (wrong.length === 0) return [];
  const severity = wrong.length === given.length ? 'error' : 'warning';
  const message = `${severity === 'error' ? 'gives' : 'may give'} "${wrong[0]}", which is not one of ${listValues(allowed)}`;
  const hint = suggest(wrong[0] as string, allowed) ?? `use one of ${listValues(allowed)}`;
  return [{ code: 'WrongValue', severity, path, message, hint }];
}

function fitObject(given: ObjectType, target: ObjectType, path: string): readonly Misfit[] {
  if (given === target) return [];
  const found: Misfit[] = [];
  for (const name of given.names()) {
    const wanted = fieldOf(target, name);
    if (wanted === undefined) {
      const hint = suggest(name, target.names()) ?? `it has ${listValues(target.names())}`;
      const message = `gives the field "${name}", which is not there`;
      found.push({ code: 'UnknownField', severity: 'error', path, message, hint });
    } else
      found.push(...fitType(readField(given, name), wanted.type, target.required.includes(name), `${path}.${name}`));
  }
  if (given.rest !== undefined) {
    if (target.rest !== undefined) found.push(...fitType(present(given.rest), target.rest, false, `${path}.*`));
    return found;
  }
  const known = new Set(given.names());
  for (const name of target.required.filter((field) => !known.has(field))) {
    const message = `lacks the required field "${name}"`;
    found.push({ code: 'MissingField', severity: 'error', path, message, hint: `add ${name}` });
  }
  return found;
}
