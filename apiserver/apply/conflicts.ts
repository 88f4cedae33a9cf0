// The conflicts of an apply, in the words of the API server.

import { type FieldSet, pathsOf, showPath } from './field-set.ts';
import { parseIdentity } from './managers.ts';
import type { ApplyConflicts } from './updater.ts';

/** A message for all conflicts, and a cause for each manager and field. */
export interface DescribedConflicts {
  readonly message: string;
  readonly causes: readonly { readonly field: string; readonly message: string }[];
}

/** Describes conflicts. `error` has at least one. */
export function describeConflicts(error: ApplyConflicts): DescribedConflicts {
  const groups = [...error.conflicts]
    .map(([id, fields]) => ({ id, manager: showManager(id), paths: pathTexts(fields) }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  const causes = groups.flatMap(({ manager, paths }) =>
    paths.map((field) => ({ field, message: `conflict with ${manager}` })),
  );
  const [first] = causes;
  if (causes.length === 1 && first !== undefined)
    return { message: `Apply failed with 1 conflict: ${first.message}: ${first.field}`, causes };
  const lines = groups.flatMap(({ manager, paths }) => [
    `conflicts with ${manager}:`,
    ...paths.map((path) => `- ${path}`),
  ]);
  return { message: `Apply failed with ${causes.length} conflicts: ${lines.join('\n')}`, causes };
}

function showManager(id: string): string {
  const { manager, operation, version, subresource } = parseIdentity(id);
  const through = subresource === '' ? '' : ` with subresource ${JSON.stringify(subresource)}`;
  const using = operation === 'Update' ? ` using ${version}` : '';
  return `${JSON.stringify(manager)}${through}${using}`;
}

function pathTexts(fields: FieldSet): readonly string[] {
  return pathsOf(fields).map(showPath);
}
