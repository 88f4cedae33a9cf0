// Plays the kubelet on a control plane without nodes: pods become Running and Ready as soon as they are there, and those
// that are to come to an end have succeeded, so that the real controllers report Deployments and Jobs as done. `ready: false`
// holds back the pods that come later. The annotations of docs/how-to/simulation.md steer a pod as they do on the embedded
// API server, with the words ready, never-ready, succeed and fail; what has another word, or a delay, stays pending.

import { type Steering, steeringOf } from '../../apiserver/simulate/steering.ts';
import { loadAccess } from '../../engine/kube/auth.ts';
import { Discovery } from '../../engine/kube/discovery.ts';
import { Transport } from '../../engine/kube/transport.ts';
import type { JsonObject } from '../../engine/model/json.ts';
import { type KubeObject, nameKey } from '../../engine/model/object.ts';
import { realClock } from '../../engine/run/real-clock.ts';
import { Interests, type Observed } from '../../engine/watch/interests.ts';

type Store = Observed['store'];

// What pods are controlled by, directly or not.
const CONTROLLERS = [
  ...['ReplicaSet', 'Deployment', 'StatefulSet', 'DaemonSet'].map((kind) => ({ apiVersion: 'apps/v1', kind })),
  { apiVersion: 'batch/v1', kind: 'Job' },
];

/** What becomes of a pod next. */
type Outcome = 'hold' | 'ready' | 'unready' | 'succeed' | 'fail';

/** A simulated kubelet for a whole cluster. */
export class Kubelet {
  readonly #transport: Transport;
  readonly #interests: Interests;
  readonly #pods: Store;
  readonly #namespaces: Store;
  readonly #controllers: ReadonlyMap<string, Store>;
  // Of pods that were ready until an annotation said otherwise, the uids: they become ready again without it.
  readonly #unready = new Set<string>();
  #isReady = true;

  constructor(kubeconfig: string) {
    this.#transport = new Transport(loadAccess({ kubeconfig }, Date.now), {
      userAgent: 'simulated-kubelet',
      now: Date.now,
    });
    this.#interests = new Interests({
      transport: this.#transport,
      discovery: new Discovery(this.#transport),
      clock: realClock,
      random: Math.random,
      log: () => undefined,
      onListenerError: () => undefined,
    });
    const scope = this.#interests.scope();
    const observe = (apiVersion: string, kind: string, onChange: (object: KubeObject) => void): Store => {
      const { store } = scope.observe({ apiVersion, kind });
      store.onChange(({ type, object }) => {
        if (type !== 'deleted') onChange(object);
      });
      return store;
    };
    const reportIn = (namespace: string | undefined): void => {
      for (const pod of this.#pods.list()) if (pod.metadata.namespace === namespace) this.#report(pod);
    };
    this.#pods = observe('v1', 'Pod', (pod) => this.#report(pod));
    this.#namespaces = observe('v1', 'Namespace', ({ metadata }) => reportIn(metadata.name));
    this.#controllers = new Map(
      CONTROLLERS.map(({ apiVersion, kind }) => [
        kind,
        observe(apiVersion, kind, ({ metadata }) => reportIn(metadata.namespace)),
      ]),
    );
  }

  /** Holds back readiness of pods that are not ready yet, or lets it go. */
  set ready(isReady: boolean) {
    this.#isReady = isReady;
    if (isReady) for (const pod of this.#pods.list()) this.#report(pod);
  }

  async stop(): Promise<void> {
    await this.#interests.stop();
    this.#transport.stop();
  }

  #report(pod: KubeObject): void {
    const steering = this.#steeringOf(pod);
    const { namespace = 'default', name, uid = '' } = pod.metadata;
    const mayBecomeReady = this.#isReady && (steering?.word === 'ready' || this.#unready.has(uid) || !isRunning(pod));
    const outcome = steering === undefined ? 'hold' : outcomeOf(pod, steering, mayBecomeReady);
    if (outcome === 'hold' || pod.metadata.deletionTimestamp !== undefined) return;
    if (outcome === 'unready') this.#unready.add(uid);
    else this.#unready.delete(uid);
    const path = `/api/v1/namespaces/${namespace}/pods/${name}/status`;
    const body = { status: statusOf(pod, outcome) };
    // A pod that is gone, or an API server that a suite has just ended: the next event brings the next try.
    this.#transport
      .request({ method: 'PATCH', path, body, contentType: 'application/merge-patch+json' })
      .catch(() => undefined);
  }

  // Undefined until all is known that may say something.
  #steeringOf(pod: KubeObject): Steering | undefined {
    const namespace = this.#namespaces.get(nameKey({ name: pod.metadata.namespace ?? 'default' }));
    if (namespace === undefined) return undefined;
    const chain: KubeObject[] = [pod];
    for (;;) {
      const { namespace: place, ownerReferences = [] } = (chain.at(-1) as KubeObject).metadata;
      const reference = ownerReferences.find(({ controller }) => controller === true);
      const store = reference && this.#controllers.get(reference.kind);
      if (reference === undefined || store === undefined) break;
      const controller = store.get(
        nameKey({ name: reference.name, ...(place === undefined ? {} : { namespace: place }) }),
      );
      if (controller === undefined) return undefined;
      chain.push(controller);
    }
    return steeringOf('pod', [...chain, namespace] as unknown as Parameters<typeof steeringOf>[1]);
  }
}

function isRunning({ status }: KubeObject): boolean {
  return (status as { readonly phase?: string } | undefined)?.phase === 'Running';
}

function outcomeOf(pod: KubeObject, { word, delayMs, unknown }: Steering, mayBecomeReady: boolean): Outcome {
  const { phase, conditions = [] } = (pod['status'] ?? {}) as {
    readonly phase?: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
  if (phase === 'Succeeded' || phase === 'Failed' || unknown !== undefined || delayMs > 0) return 'hold';
  const wasReady = conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
  if (word === 'never-ready') return wasReady ? 'unready' : 'hold';
  return wasReady || !mayBecomeReady ? 'hold' : beginningOf(pod, word);
}

function beginningOf(pod: KubeObject, word: string | undefined): Outcome {
  const { restartPolicy } = pod['spec'] as unknown as { readonly restartPolicy?: string };
  const mayEnd = restartPolicy === 'Never';
  const wanted = word ?? (mayEnd ? 'succeed' : 'ready');
  if (wanted === 'ready') return 'ready';
  return mayEnd && (wanted === 'succeed' || wanted === 'fail') ? wanted : 'hold';
}

const PHASES = { ready: 'Running', unready: 'Running', succeed: 'Succeeded', fail: 'Failed' } as const;

function statusOf(pod: KubeObject, outcome: Exclude<Outcome, 'hold'>): JsonObject {
  const now = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
  const { containers } = pod['spec'] as unknown as {
    readonly containers: readonly { readonly name: string; readonly image: string }[];
  };
  const runs = outcome === 'ready' || outcome === 'unready';
  const statusOfType = (type: string) => (/Ready$/.test(type) && outcome === 'unready' ? 'False' : 'True');
  const end = outcome === 'fail' ? { exitCode: 1, reason: 'Error' } : { exitCode: 0, reason: 'Completed' };
  return {
    phase: PHASES[outcome],
    startTime: now,
    podIP: '10.1.0.1',
    conditions: ['PodScheduled', 'Initialized', 'ContainersReady', 'Ready'].map((type) => ({
      ...{ type, status: statusOfType(type), lastTransitionTime: now },
    })),
    containerStatuses: containers.map(({ name, image }) => ({
      name,
      image,
      imageID: image,
      ready: outcome === 'ready',
      restartCount: 0,
      state: runs ? { running: { startedAt: now } } : { terminated: { ...end, startedAt: now, finishedAt: now } },
    })),
  };
}
