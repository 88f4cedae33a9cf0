// `opsonata render`: what a rule makes of a custom resource, without a cluster.
//
// Plays the waves: what one wave makes is taken as observed by the next. Nothing runs, so a child whose health needs a
// controller (a Deployment, say) stays unready, and what needs it is shown as waiting, with the reason; --state gives
// objects as they are in a cluster.

import {
  type CompiledRule,
  collectSources,
  describeSpan,
  evaluate,
  type HealthRules,
  type InputReader,
  type JsonObject,
  type KubeObject,
  loadObjects,
  matchesSelector,
  type Plan,
  type SourceFile,
  suggest,
  toYaml,
} from '../engine/index.ts';
import { fileSource } from './file-source.ts';
import { withHealthLibrary } from './health-library.ts';
import { exitCodeOf, loadRules } from './load-rules.ts';
import { formatDiagnostics } from './print-diagnostics.ts';
import { secureRandom } from './secure-random.ts';
import { formatTable } from './table.ts';

interface RenderOptions {
  readonly filename: string;
  readonly state: readonly string[];
  readonly output: string;
}

/** Prints the children. Exit code: 1 when rule or resource have errors, or a formula fails; 2 when a file is missing. */
export async function render(path: string, options: RenderOptions): Promise<number> {
  const { files, rules, health, diagnostics } = await loadRules([path]);
  process.stderr.write(formatDiagnostics(diagnostics, files));
  const exitCode = exitCodeOf(diagnostics);
  if (exitCode !== 0) return exitCode;
  const resources = await read([options.filename]);
  const owner = resources.objects[0];
  const rule = rules.find(
    ({ resource, apiVersions }) => resource.kind === owner?.kind && apiVersions.includes(owner.apiVersion),
  );
  if (owner === undefined || rule === undefined) {
    process.stderr.write(resources.text);
    if (resources.exitCode !== 0) return resources.exitCode;
    const kinds = rules.map(({ resource }) => resource.kind);
    const said = owner === undefined ? 'holds no object' : `holds a ${owner.kind} of ${owner.apiVersion}`;
    process.stderr.write(`${options.filename} ${said}; the rules here operate ${kinds.join(', ')}\n`);
    const hint = owner === undefined ? undefined : suggest(owner.kind, kinds);
    if (hint !== undefined) process.stderr.write(`${hint}\n`);
    return 2;
  }
  const checked = loadObjects(resources.files, { ...rule.resource, apiVersions: rule.apiVersions, crd: rule.crd });
  process.stderr.write(formatDiagnostics(checked.diagnostics, resources.files));
  const state = await read(options.state);
  process.stderr.write(state.text);
  const found = Math.max(exitCodeOf(checked.diagnostics), state.exitCode);
  if (found !== 0) return found;
  const owned = withIdentity(checked.objects[0] as KubeObject, rule);
  const played = play(rule, owned, state.objects, withHealthLibrary(health));
  process.stdout.write(format(played, options.output));
  process.stderr.write(describeRest(played.plan));
  return played.plan.failures.length > 0 ? 1 : 0;
}

interface Played {
  readonly waves: readonly (readonly KubeObject[])[];
  readonly plan: Plan;
}

async function read(
  paths: readonly string[],
): Promise<{ files: readonly SourceFile[]; objects: readonly KubeObject[]; text: string; exitCode: 0 | 1 | 2 }> {
  const collected = await collectSources(paths, fileSource);
  const { objects, diagnostics } = loadObjects(collected.files);
  const all = [...collected.diagnostics, ...diagnostics];
  return { files: collected.files, objects, text: formatDiagnostics(all, collected.files), exitCode: exitCodeOf(all) };
}

// What the API server would fill in, as far as templates may read it.
function withIdentity(owner: KubeObject, rule: CompiledRule): KubeObject {
  const { uid = '00000000-0000-0000-0000-000000000000', generation = 1, ...metadata } = owner.metadata;
  const namespace = rule.isClusterScoped ? {} : { namespace: 'default' };
  return { ...owner, metadata: { ...namespace, ...metadata, uid, generation } };
}

function play(rule: CompiledRule, owner: KubeObject, state: readonly KubeObject[], health: HealthRules): Played {
  const waves: (readonly KubeObject[])[] = [];
  const made: KubeObject[] = [];
  const now = new Date().toISOString();
  for (;;) {
    const unseen = made.filter((object) => !isIn(state, object));
    const observed = [...state, ...unseen];
    const plan = evaluate(rule, {
      owner,
      observed,
      now,
      health,
      random: secureRandom,
      isWanted: true,
      unlisted: () => undefined,
      read: readIn(observed),
    });
    const wave = plan.desired.map(({ object }) => object).filter((object) => !isIn(made, object));
    if (wave.length === 0) return { waves, plan };
    waves.push(wave);
    made.push(...wave);
  }
}

// Inputs are looked for among what is given and what was made; an object without a namespace is in every one.
function readIn(objects: readonly KubeObject[]): InputReader {
  return (request) => {
    const { apiVersion, kind, namespace } = request;
    const found = objects.filter(
      (object) =>
        object.kind === kind &&
        object.apiVersion === apiVersion &&
        [undefined, namespace].includes(namespace === undefined ? undefined : object.metadata.namespace) &&
        (request.name === undefined
          ? matchesSelector(object.metadata.labels, request.selector)
          : object.metadata.name === request.name),
    );
    return { kind: 'found', objects: found };
  };
}

function isIn(objects: readonly KubeObject[], object: KubeObject): boolean {
  const { apiVersion, kind, metadata } = object;
  return objects.some(
    (other) =>
      other.kind === kind &&
      other.apiVersion === apiVersion &&
      other.metadata.name === metadata.name &&
      [undefined, metadata.namespace].includes(other.metadata.namespace),
  );
}

function format({ waves, plan }: Played, output: string): string {
  if (output === 'json')
    return `${JSON.stringify({ waves, waiting: plan.waiting, failures: plan.failures, status: Object.fromEntries(plan.status) }, null, 2)}\n`;
  if (output === 'table') {
    const rows = waves.flatMap((wave, index) =>
      wave.map((object) => [
        String(index + 1),
        object.metadata.labels?.['opsonata.dev/child'] ?? '',
        object.kind,
        object.metadata.name,
      ]),
    );
    return formatTable(['WAVE', 'CHILD', 'KIND', 'NAME'], rows);
  }
  const documents = waves.flatMap((wave, index) =>
    wave.map((object) => `# wave ${index + 1}\n${toYaml(object as unknown as JsonObject)}`),
  );
  return documents.join('---\n');
}

function describeRest(plan: Plan): string {
  const waiting = plan.waiting.map(
    ({ child, message, span }) => `waiting: child "${child}" ${message} (${describeSpan(span)})\n`,
  );
  const failures = plan.failures.map(
    ({ message, span, child }) =>
      `${describeSpan(span)}: error: ${child === undefined ? '' : `child "${child}": `}${message}\n`,
  );
  return [...waiting, ...failures].join('');
}
