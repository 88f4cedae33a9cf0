// Conditions: formulas that give true or false.

import type { Json } from '../model/json.ts';
import type { PathStep, Template } from '../model/rule.ts';
import { compileTemplate, type TextScope } from './template.ts';

/** A formula or a boolean; a text without `=` is a mistake that would always count as true. */
export function compileGuard(
  value: Json | undefined,
  path: readonly PathStep[],
  scope: TextScope,
): Template | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'string' && !value.startsWith('=')) {
    const span = scope.document.places.value(path);
    scope.report({
      code: 'WrongValue',
      severity: 'error',
      message: `"${path.at(-1)}" is a plain text, not a formula`,
      span,
      hint: `write ${path.at(-1)}: =${value}`,
    });
    return undefined;
  }
  return compileTemplate(value, path, scope);
}
