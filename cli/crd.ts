// `opsonata crd`: the CustomResourceDefinitions that rules define.

import { type JsonObject, ruleDefinition, toYaml } from '../engine/index.ts';
import { exitCodeOf, loadRules } from './load-rules.ts';
import { formatDiagnostics } from './print-diagnostics.ts';

/** Prints the definitions, without paths that of Rule itself. Exit code: 1 when a rule has errors or none defines its kind, 2 when a file could not be read. */
export async function crd(paths: readonly string[], options: { readonly output: string }): Promise<number> {
  if (paths.length === 0) {
    print([ruleDefinition()], options.output);
    return 0;
  }
  const { files, rules, diagnostics } = await loadRules(paths);
  process.stderr.write(formatDiagnostics(diagnostics, files));
  const crds = rules.flatMap((rule) => (rule.crd === undefined ? [] : [rule.crd]));
  const exitCode = exitCodeOf(diagnostics);
  if (crds.length === 0) {
    if (exitCode !== 0) return exitCode;
    process.stderr.write('none of these rules defines its kind: there is no spec.resource.crd\n');
    return 1;
  }
  print(crds, options.output);
  return exitCode;
}

function print(crds: readonly JsonObject[], output: string): void {
  const list = { apiVersion: 'v1', kind: 'List', items: crds };
  process.stdout.write(
    output === 'json'
      ? `${JSON.stringify(crds.length === 1 ? crds[0] : list, null, 2)}\n`
      : crds.map((item) => toYaml(item)).join('---\n'),
  );
}
