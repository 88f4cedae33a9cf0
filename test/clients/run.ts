// Runs a scenario with an operator of somebody else against one server: after each step, what is there.

import {
  isObject,
  type Json,
  type JsonObject,
  listIn,
  setIn,
  textIn,
  toCanonicalText,
} from '../../apiserver/model/json.ts';
import type { Backend } from '../apiserver/script.ts';
import { normalizeSnapshot, takeSnapshot } from '../apiserver/workloads/snapshot.ts';
import { eventually } from '../support/cluster.ts';
import { type OperatorCommand, type RunningOperator, startOperator } from './operator.ts';
import type { ClientStep, Scenario } from './scenarios.ts';
import { prepare, write } from './site.ts';

/** A server, and how operators find it. */
export interface ClientServer {
  readonly backend: Backend;
  readonly kubeconfig: string;
}

/** What was there after a step. */
export interface ClientRest {
  readonly title: string;
  readonly objects: readonly Json[];
}

const POLL_MS = 100;
const QUIET_MS = 2_000;
// On a machine that is busy a look takes longer, and so does what an operator does.
const QUIET_LOOKS = 15;

/** Runs a scenario. Throws where a step does not come to its end, with what the operator said. */
export async function runScenario(
  server: ClientServer,
  scenario: Scenario,
  command: OperatorCommand,
): Promise<readonly ClientRest[]> {
  await prepare(server.backend, scenario.namespace, scenario.definitions);
  for (const step of scenario.before) await write(server.backend, step);
  let operator = startOperator(command, server.kubeconfig);
  const rests: ClientRest[] = [];
  try {
    for (const step of scenario.steps) {
      if (step.restarts === true || step.ends === true) await end(operator);
      for (const one of step.writes ?? []) await write(server.backend, one);
      if (step.restarts === true) operator = startOperator(command, server.kubeconfig);
      const objects = await rest(server, scenario, step, operator);
      rests.push({
        title: step.title,
        objects: normalizeSnapshot(objects.filter(isCompared).map(shown), scenario.namespace),
      });
    }
    return rests;
  } finally {
    await operator.stop();
  }
}

async function end(operator: RunningOperator): Promise<void> {
  const code = await operator.stop();
  if (code !== 0) throw new Error(`the operator ended with ${code}:\n${operator.output()}`);
}

// Done, and nothing has changed for a while.
async function rest(
  { backend }: ClientServer,
  { name, namespace, collections }: Scenario,
  { title, isDone }: ClientStep,
  operator: RunningOperator,
): Promise<readonly JsonObject[]> {
  let seen = '';
  let sinceMs = 0;
  let looks = 0;
  try {
    return await eventually(`${name} ${title}`, async () => {
      const objects = await takeSnapshot(backend, namespace, collections);
      const versions = toCanonicalText(objects.filter((object) => textIn(object, 'kind') !== 'Lease'));
      looks += 1;
      if (versions !== seen || !isDone(objects)) [sinceMs, looks] = [Date.now(), 0];
      seen = versions;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      return Date.now() - sinceMs > QUIET_MS && looks >= QUIET_LOOKS ? objects : undefined;
    });
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${operator.output().slice(-4000)}`);
  }
}

// Those whose owners are others' programs; who writes what of pods and their sets is no matter of theirs.
const OWNED: ReadonlySet<string> = new Set(['Site', 'ConfigMap', 'Deployment', 'Event', 'Lease', 'Secret']);
const CONTROLLERS = 'kube-controller-manager';

// The owners of fields are compared, too; what has a name by chance is named by what it is about.
function shown(object: JsonObject): JsonObject {
  const kind = textIn(object, 'kind');
  if (kind === 'KopfPeering')
    return setIn(object, ['status'], Object.keys(object['status'] ?? {}).length > 0 ? 'some' : 'none');
  const named =
    kind === 'Event'
      ? setIn(
          object,
          ['metadata', 'name'],
          `${textIn(object, 'reason')}-of-${textIn(object, 'involvedObject', 'name')}`,
        )
      : object;
  return OWNED.has(kind) ? { ...named, owners: ownersIn(named) } : named;
}

function ownersIn(object: JsonObject): readonly Json[] {
  return listIn(object, 'metadata', 'managedFields')
    .filter((entry): entry is JsonObject => isObject(entry) && entry['manager'] !== CONTROLLERS)
    .map(({ time: _, ...entry }) => entry)
    .toSorted((a, b) => (toCanonicalText(a) < toCanonicalText(b) ? -1 : 1));
}

// Events of controllers are no matter of theirs.
function isCompared(object: JsonObject): boolean {
  if (textIn(object, 'kind') !== 'Event') return true;
  return ['Site', 'Lease', 'KopfPeering'].includes(textIn(object, 'involvedObject', 'kind'));
}
