// Patches and the kinds that they change: fields that are not there, values that do not fit.

import { ANY, partsOf } from '../expression/expression.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { tokensOf } from '../model/patch.ts';
import type { CompiledPatchContent, PathStep, Places, Template } from '../model/rule.ts';
import type { Type } from '../model/type.ts';
import { typeAtPointer } from './field-path.ts';
import type { Target } from './type-template.ts';

/** What checking a patch needs. */
export interface PatchTyping {
  readonly places: Places;
  /** The kind as it is written. */
  readonly kind: Type;
  report(diagnostic: Diagnostic): void;
  /** Checks a template against the field that it fills. */
  check(template: Template, path: readonly PathStep[], target: Target): Template;
}

/** Checks what a patch does. The result is the same with sequences made arrays where fields take arrays. */
export function typeContent(
  content: CompiledPatchContent,
  path: readonly PathStep[],
  typing: PatchTyping,
): CompiledPatchContent {
  if (content.mode !== 'json') {
    const target = { type: partial(typing.kind), isRequired: true };
    return { ...content, fields: typing.check(content.fields, [...path, content.mode], target) };
  }
  const operations = content.operations.map((operation, index) => {
    const at = [...path, 'json', index];
    const type = typeAtPointer(tokensOf(operation.path), typing.kind);
    if ('message' in type) {
      typing.report({ code: 'UnknownField', severity: 'error', ...type, span: typing.places.value([...at, 'path']) });
      return operation;
    }
    if (operation.value === undefined) return operation;
    const target = { type: operation.op === 'test' ? ANY : type, isRequired: operation.op !== 'test' };
    return { ...operation, value: typing.check(operation.value, [...at, 'value'], target) };
  });
  return { ...content, operations };
}

// What is not mentioned stays as it is: no field of an object is required, but those of items of lists are.
function partial(type: Type): Type {
  const parts = partsOf(type).map((part): Type => {
    if (part.kind !== 'object') return part;
    const inner = (name: string) => {
      const field = part.field(name);
      return field === undefined ? undefined : { ...field, type: partial(field.type) };
    };
    return { ...part, required: [], field: inner, ...(part.rest === undefined ? {} : { rest: partial(part.rest) }) };
  });
  return parts.length === 1 ? (parts[0] as Type) : { kind: 'union', of: parts };
}
