// DaemonSets: a pod on the one node that there is, where their selector fits it.
// Source: https://kubernetes.io/docs/concepts/workloads/controllers/daemonset/

import { type ApiObject, isTerminating, nameOf } from '../model/api-object.ts';
import { type JsonObject, listIn, objectIn, textIn } from '../model/json.ts';
import { NODE } from './pod-stage.ts';
import { syncRevisions, trimRevisions } from './revision.ts';
import { countReady, isOver, podOf } from './workload.ts';
import { numberIn, portion, type World } from './world.ts';

const HASH = 'controller-revision-hash';
const TEMPLATE_GENERATION = 'deprecated.daemonset.template.generation';

/** Makes and deletes its pod, and reports. */
export function reconcileDaemonSet(world: World, set: ApiObject): number | undefined {
  const { current } = syncRevisions(world, set, { hashLabel: HASH });
  if (current === undefined) return undefined;
  const hash = textIn(current, 'metadata', 'labels', HASH);
  const pods = (): readonly ApiObject[] => world.children(set, 'Pod', objectIn(set, 'spec')['selector']);
  const fits = fitsNode(world, set);
  if (!isTerminating(set)) act(world, { set, hash, fits, pods: pods() });
  const nextMs = report(world, { set, hash, fits, pods: pods() });
  const used = new Set(pods().map((pod) => `${nameOf(set)}-${textIn(pod, 'metadata', 'labels', HASH)}`));
  trimRevisions(world, set, used.add(nameOf(current)));
  return nextMs;
}

// What one turn works with.
interface Turn {
  readonly set: ApiObject;
  readonly hash: string;
  readonly fits: boolean;
  readonly pods: readonly ApiObject[];
}

function fitsNode(world: World, set: ApiObject): boolean {
  const node = world.get('Node', '', NODE);
  if (node === undefined) return false;
  const labels = objectIn(node, 'metadata', 'labels');
  const wanted = Object.entries(objectIn(set, 'spec', 'template', 'spec', 'nodeSelector'));
  return wanted.every(([name, value]) => labels[name] === value);
}

function isNew(pod: ApiObject, hash: string): boolean {
  return textIn(pod, 'metadata', 'labels', HASH) === hash;
}

function act(world: World, turn: Turn): void {
  const staying = turn.pods.filter((pod) => !isTerminating(pod));
  const misplaced = staying.filter((pod) => !turn.fits || isOver(pod));
  for (const pod of misplaced) world.remove(pod);
  if (turn.fits && misplaced.length === 0) roll(world, turn, staying);
}

// With a surge the new pod comes before the old one goes, otherwise after it.
function roll(world: World, { set, hash, pods }: Turn, staying: readonly ApiObject[]): void {
  const [fresh, old] = [staying.filter((pod) => isNew(pod, hash)), staying.filter((pod) => !isNew(pod, hash))];
  const strategy = objectIn(set, 'spec', 'updateStrategy');
  const isRolling = strategy['type'] === 'RollingUpdate';
  const surges = isRolling && portion(objectIn(strategy, 'rollingUpdate')['maxSurge'], 1, 'up') > 0;
  if (pods.length === 0 || (surges && fresh.length === 0 && pods.length === old.length)) makePod(world, set, hash);
  const minReady = numberIn(set, ['spec', 'minReadySeconds']);
  const hasNew = countReady(fresh, minReady, world.nowMs).available > 0;
  // What is not available serves nobody: it goes at once.
  const isUseless = (pod: ApiObject): boolean => countReady([pod], minReady, world.nowMs).available === 0;
  for (const pod of isRolling ? old : []) if (hasNew || !surges || isUseless(pod)) world.remove(pod);
}

// What a pod of a DaemonSet bears besides what its template says.
const BORNE: readonly (readonly [string, string])[] = [
  ['not-ready', 'NoExecute'],
  ['unreachable', 'NoExecute'],
  ['disk-pressure', 'NoSchedule'],
  ['memory-pressure', 'NoSchedule'],
  ['pid-pressure', 'NoSchedule'],
  ['unschedulable', 'NoSchedule'],
];

function makePod(world: World, set: ApiObject, hash: string): void {
  const template = objectIn(set, 'spec', 'template');
  const spec = objectIn(template, 'spec');
  const borne = BORNE.map(([key, effect]) => ({ key: `node.kubernetes.io/${key}`, operator: 'Exists', effect }));
  const terms = [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [NODE] }] }];
  const affinity: JsonObject = {
    ...objectIn(spec, 'affinity'),
    nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms } },
  };
  const generation = textIn(set, 'metadata', 'annotations', TEMPLATE_GENERATION);
  const labels = { [HASH]: hash, 'pod-template-generation': generation };
  const tolerations = [...listIn(spec, 'tolerations'), ...borne];
  world.create(podOf(set, template, { labels, spec: { affinity, tolerations } }));
}

function report(world: World, { set, hash, fits, pods }: Turn): number | undefined {
  const staying = pods.filter((pod) => !isTerminating(pod));
  // Of several pods the oldest one counts.
  const counted = staying.slice(0, 1);
  const { ready, available, nextMs } = countReady(counted, numberIn(set, ['spec', 'minReadySeconds']), world.nowMs);
  const desired = fits ? 1 : 0;
  const has = (count: number): number => (fits ? Math.min(1, count) : 0);
  const current = world.again(set);
  if (current === undefined) return undefined;
  world.changeStatus(current, {
    ...objectIn(current, 'status'),
    observedGeneration: numberIn(current, ['metadata', 'generation']),
    desiredNumberScheduled: desired,
    currentNumberScheduled: has(staying.length),
    numberMisscheduled: fits ? 0 : Math.min(1, staying.length),
    numberReady: has(ready),
    numberAvailable: has(available),
    numberUnavailable: desired - has(available),
    updatedNumberScheduled: has(counted.filter((pod) => isNew(pod, hash)).length),
  });
  return nextMs;
}
