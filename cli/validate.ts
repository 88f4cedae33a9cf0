// `opsonata validate`: every mistake of a set of rule files.

import { toYaml } from '../engine/index.ts';
import { exitCodeOf, loadRules } from './load-rules.ts';
import { formatDiagnostics, sortDiagnostics } from './print-diagnostics.ts';

/** Prints the diagnostics. Exit code: 0 none but warnings, 1 errors, 2 a file could not be read, or no rule was there. */
export async function validate(paths: readonly string[], options: { readonly output: string }): Promise<number> {
  const { files, rules, health, documents, healthDocuments, diagnostics } = await loadRules(paths);
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
  if (options.output === 'text') {
    process.stdout.write(formatDiagnostics(diagnostics, files));
    const warnings = diagnostics.length - errors;
    process.stderr.write(
      `${describeFound(documents.length, healthDocuments.length)} in ${count(files.length, 'file')}: ${count(errors, 'error')}, ${count(warnings, 'warning')}\n`,
    );
  } else {
    const report = {
      files: files.length,
      rules: rules.map(({ name }) => name),
      health: health.map(({ name }) => name),
      diagnostics: sortDiagnostics(diagnostics),
    };
    process.stdout.write(
      options.output === 'json' ? `${JSON.stringify(report, null, 2)}\n` : toYaml(JSON.parse(JSON.stringify(report))),
    );
  }
  const exitCode = exitCodeOf(diagnostics);
  return exitCode === 0 && documents.length + healthDocuments.length === 0 ? 2 : exitCode;
}

function describeFound(rules: number, health: number): string {
  if (health === 0) return count(rules, 'rule');
  return rules === 0 ? count(health, 'health rule') : `${count(rules, 'rule')} and ${count(health, 'health rule')}`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
