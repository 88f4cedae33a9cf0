// Scenarios on a cluster: time passes by itself there, and the scenario moves that of the engine alone. See
// docs/decisions/0013-time-of-scenarios.md.

import { type JsonObject, ruleDefinition } from '../../engine/index.ts';
import {
  type ApiTransport,
  type KubeRequest,
  loadAccess,
  realClock,
  Telemetry,
  Transport,
} from '../../engine/operator.ts';
import { advance } from './advance.ts';
import { Api } from './api.ts';
import { Engine } from './engine.ts';
import { ShiftedClock } from './shifted-clock.ts';
import { shiftedTransport } from './shifted-transport.ts';
import { Traffic } from './traffic.ts';
import { MAX_PAUSES, type World } from './world.ts';

const PAUSE_MS = 100;

/** A cluster, as a kubeconfig names it. */
export async function clusterWorld(
  paths: readonly string[],
  options: { readonly kubeconfig?: string; readonly context?: string },
): Promise<World> {
  const access = () => loadAccess({ ...options, asGroups: [] }, realClock.now);
  const traffic = new Traffic(realClock);
  const open = () => traffic.count(new Transport(access(), { userAgent: 'opsonata-test', now: realClock.now }));
  const writes: KubeRequest[] = [];
  const own = open();
  const clock = new ShiftedClock(realClock);
  const telemetry = new Telemetry();
  const engine = new Engine({ paths, clock, telemetry });
  let takesRules = false;
  return {
    transport: own,
    nowMs: () => clock.now(),
    isShared: true,
    pass: pause,
    advance: async (untilMs) => await advance(untilMs, { clock, traffic, writes }),
    writes: () => writes,
    metrics: async () => (await telemetry.page()).text,
    takeRules: async () => {
      const { metadata } = ruleDefinition() as { readonly metadata: { readonly name: string } };
      if ((await new Api(own).get(ruleDefinition())) !== undefined)
        return `the scenario applies rules, and the cluster has the definition ${metadata.name} already: its own operator may take them, too`;
      takesRules = true;
      return undefined;
    },
    startEngine: async () => {
      await engine.start(shiftedTransport(listed(open(), writes), clock), takesRules);
      for (let tries = 0; tries < MAX_PAUSES && !engine.isReady; tries += 1) await pause();
      if (!engine.isReady) throw new Error('the rules do not begin to work');
    },
    stopEngine: async () => await engine.stop(),
    stop: async () => {
      await engine.stop();
      if (takesRules) await removeRules(new Api(own));
      own.stop();
    },
  };
}

function listed(transport: ApiTransport, writes: KubeRequest[]): ApiTransport {
  return {
    ...transport,
    request: async (request) => {
      if (request.method !== 'GET') writes.push(request);
      return await transport.request(request);
    },
  };
}

// The kind of rules was not there before; with it go all that there are.
async function removeRules(api: Api): Promise<void> {
  const definition: JsonObject = ruleDefinition();
  await api.delete(definition);
  for (let tries = 0; (await api.get(definition)) !== undefined; tries += 1) {
    if (tries > MAX_PAUSES) throw new Error('the definition of the kind Rule does not go');
    await pause();
  }
}

const pause = async (): Promise<void> => await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
