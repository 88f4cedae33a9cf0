// The table of pods: what a pod is at, in one word, told from the states of its containers.

import { isObject, type JsonObject, listIn, objectIn, textIn } from '../model/json.ts';
import { AGE, column, NAME, numberIn, objectsIn, type Printer, since, textOr, wide } from './printer.ts';

/** Tables of pods, by `apiVersion/kind`. */
export const POD_PRINTERS: { readonly [kind: string]: Printer } = {
  'v1/Pod': [
    NAME,
    column('Ready', (pod) => {
      const { ready, total } = summaryOf(pod);
      return `${ready}/${total}`;
    }),
    column('Status', (pod) => summaryOf(pod).reason),
    column('Restarts', restartsText),
    AGE,
    wide('IP', (pod) => textOr('<none>', objectsIn(pod, 'status', 'podIPs')[0] ?? {}, 'ip')),
    wide('Node', (pod) => textOr('<none>', pod, 'spec', 'nodeName')),
    wide('Nominated Node', (pod) => textOr('<none>', pod, 'status', 'nominatedNodeName')),
    wide('Readiness Gates', gatesText),
  ],
};

/** What the row of a pod says besides its cells: that the pod has ended. */
export function podRowConditions(pod: JsonObject): readonly JsonObject[] {
  const phase = textIn(pod, 'status', 'phase');
  if (phase !== 'Succeeded' && phase !== 'Failed') return [];
  const message = phase === 'Succeeded' ? 'The pod has completed successfully.' : 'The pod failed.';
  return [{ type: 'Completed', status: 'True', reason: phase, message }];
}

interface Summary {
  readonly ready: number;
  readonly total: number;
  readonly reason: string;
  readonly restarts: number;
  /** When a container last ended and was started again, or ''. */
  readonly lastRestart: string;
}

interface Counted {
  ready: number;
  restarts: number;
  lastRestart: string;
}

function summaryOf(pod: JsonObject): Summary {
  const specs = objectsIn(pod, 'spec', 'initContainers');
  const sidecars = new Set(specs.filter(isSidecar).map((spec) => textIn(spec, 'name')));
  const total = objectsIn(pod, 'spec', 'containers').length + sidecars.size;
  const counted: Counted = { ready: 0, restarts: 0, lastRestart: '' };
  const sidecarsOnly: Counted = { ready: 0, restarts: 0, lastRestart: '' };
  const waiting = initReason(pod, { sidecars, counted, sidecarsOnly });
  let reason = waiting ?? phaseReason(pod);
  if (waiting === undefined || hasCondition(pod, 'Initialized')) {
    Object.assign(counted, { restarts: sidecarsOnly.restarts, lastRestart: sidecarsOnly.lastRestart });
    reason = containersReason(pod, reason, counted);
  }
  return { ...counted, total, reason: finalReason(pod, reason) };
}

function isSidecar(spec: JsonObject): boolean {
  return spec['restartPolicy'] === 'Always';
}

function phaseReason(pod: JsonObject): string {
  const isGated = objectsIn(pod, 'status', 'conditions').some(
    (one) => one['type'] === 'PodScheduled' && one['reason'] === 'SchedulingGated',
  );
  return isGated ? 'SchedulingGated' : textIn(pod, 'status', 'reason') || textIn(pod, 'status', 'phase');
}

function hasCondition(pod: JsonObject, type: string): boolean {
  return objectsIn(pod, 'status', 'conditions').some((one) => one['type'] === type && one['status'] === 'True');
}

interface InitParts {
  readonly sidecars: ReadonlySet<string>;
  readonly counted: Counted;
  readonly sidecarsOnly: Counted;
}

// What the first init container that is not done waits for; undefined where all are done.
function initReason(pod: JsonObject, { sidecars, counted, sidecarsOnly }: InitParts): string | undefined {
  for (const [at, status] of objectsIn(pod, 'status', 'initContainerStatuses').entries()) {
    const isSide = sidecars.has(textIn(status, 'name'));
    countRestarts(counted, status);
    if (isSide) countRestarts(sidecarsOnly, status);
    if (isSide && status['started'] === true && status['ready'] === true && !hasEndedWell(status)) counted.ready += 1;
    if (hasEndedWell(status) || (isSide && status['started'] === true)) continue;
    return `Init:${initState(status) ?? `${at}/${listIn(pod, 'spec', 'initContainers').length}`}`;
  }
  return undefined;
}

function hasEndedWell(status: JsonObject): boolean {
  const ended = objectIn(status, 'state')['terminated'];
  return isObject(ended) && numberIn(ended, 'exitCode') === 0;
}

function initState(status: JsonObject): string | undefined {
  const ended = objectIn(status, 'state')['terminated'];
  if (isObject(ended)) return endText(ended);
  const waiting = textIn(status, 'state', 'waiting', 'reason');
  return waiting === '' || waiting === 'PodInitializing' ? undefined : waiting;
}

function countRestarts(into: Counted, status: JsonObject): void {
  into.restarts += numberIn(status, 'restartCount');
  const ended = textIn(status, 'lastState', 'terminated', 'finishedAt');
  if (ended > into.lastRestart) into.lastRestart = ended;
}

function endText(ended: JsonObject): string {
  const reason = textIn(ended, 'reason');
  if (reason !== '') return reason;
  const signal = numberIn(ended, 'signal');
  return signal === 0 ? `ExitCode:${numberIn(ended, 'exitCode')}` : `Signal:${signal}`;
}

function containersReason(pod: JsonObject, before: string, counted: Counted): string {
  let reason = before;
  let isRunning = false;
  for (const status of objectsIn(pod, 'status', 'containerStatuses').toReversed()) {
    countRestarts(counted, status);
    const state = objectIn(status, 'state');
    const waiting = textIn(state, 'waiting', 'reason');
    const ended = state['terminated'];
    if (waiting !== '') reason = waiting;
    else if (isObject(ended)) reason = endText(ended);
    else if (status['ready'] === true && isObject(state['running'])) {
      isRunning = true;
      counted.ready += 1;
    }
  }
  if (reason !== 'Completed' || !isRunning) return reason;
  return hasCondition(pod, 'Ready') ? 'Running' : 'NotReady';
}

function finalReason(pod: JsonObject, reason: string): string {
  if (textIn(pod, 'metadata', 'deletionTimestamp') === '') return reason;
  if (textIn(pod, 'status', 'reason') === 'NodeLost') return 'Unknown';
  return ['Succeeded', 'Failed'].includes(textIn(pod, 'status', 'phase')) ? reason : 'Terminating';
}

function restartsText(pod: JsonObject, nowMs: number): string {
  const { restarts, lastRestart } = summaryOf(pod);
  return restarts === 0 || lastRestart === '' ? String(restarts) : `${restarts} (${since(lastRestart, nowMs)} ago)`;
}

function gatesText(pod: JsonObject): string {
  const gates = objectsIn(pod, 'spec', 'readinessGates');
  if (gates.length === 0) return '<none>';
  const open = gates.filter((gate) => hasCondition(pod, textIn(gate, 'conditionType')));
  return `${open.length}/${gates.length}`;
}
