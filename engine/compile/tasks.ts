// Tasks: children that run to their end.

import { ExpressionError, parseDuration } from '../expression/expression.ts';
import type { CompiledTask, LooseRule, PathStep } from '../model/rule.ts';
import { compileGuard } from './guard.ts';
import { compileTemplate, type TemplateScope } from './template.ts';

type LooseTask = NonNullable<NonNullable<NonNullable<LooseRule['spec']>['tasks']>[number]>;

// Chosen: enough to look at what went wrong, and little enough to keep.
const KEPT = 3;

/** Compiles what makes a task of a child. */
export function compileTask(
  task: LooseTask,
  path: readonly PathStep[],
  scope: TemplateScope,
  drains: string | undefined,
): CompiledTask {
  return {
    runOn: task.runOn ?? 'Change',
    key: compileTemplate(task.key ?? 'once', [...path, 'key'], scope),
    skip: compileGuard(task.skip, [...path, 'skip'], scope),
    retries: task.retries ?? 0,
    timeoutSeconds: task.timeout === undefined ? undefined : toSeconds(task.timeout, path, scope),
    keep: task.keep ?? KEPT,
    drains,
  };
}

function toSeconds(text: string, path: readonly PathStep[], scope: TemplateScope): number | undefined {
  try {
    return parseDuration(text);
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    scope.report({
      code: 'WrongValue',
      severity: 'error',
      message: `"${text}" is no duration`,
      span: scope.document.places.value([...path, 'timeout']),
      hint: 'write it as 90s, 30m or 1h30m',
    });
    return undefined;
  }
}
