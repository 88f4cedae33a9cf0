// Plays the kubelet on a control plane without nodes: pods become Running and Ready as soon as they are there, and those
// that are to come to an end have succeeded, so that the real controllers report Deployments and Jobs as done. `ready: false`
// holds back the pods that come later; the annotation of docs/how-to/simulation.md with the word never-ready, its pod.

import { loadAccess } from '../../engine/kube/auth.ts';
import { Discovery } from '../../engine/kube/discovery.ts';
import { Transport } from '../../engine/kube/transport.ts';
import type { KubeObject } from '../../engine/model/object.ts';
import { realClock } from '../../engine/run/real-clock.ts';
import { Interests, type Observed } from '../../engine/watch/interests.ts';

/** A simulated kubelet for a whole cluster. */
export class Kubelet {
  readonly #transport: Transport;
  readonly #interests: Interests;
  readonly #pods: Observed['store'];
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
    this.#pods = this.#interests.scope().observe({ apiVersion: 'v1', kind: 'Pod' }).store;
    this.#pods.onChange(({ type, object }) => {
      if (type !== 'deleted') this.#report(object);
    });
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
    const status = pod['status'] as { phase?: string } | undefined;
    const isOver = ['Running', 'Succeeded', 'Failed'].includes(status?.phase ?? '');
    const isHeld = !this.#isReady || pod.metadata.annotations?.['simulate.opsonata.dev/pod'] === 'never-ready';
    if (isHeld || isOver || pod.metadata.deletionTimestamp !== undefined) return;
    const now = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
    const types = ['PodScheduled', 'Initialized', 'ContainersReady', 'Ready'];
    const { containers, restartPolicy } = pod['spec'] as unknown as {
      readonly containers: readonly { readonly name: string; readonly image: string }[];
      readonly restartPolicy?: string;
    };
    const ends = restartPolicy === 'Never';
    const terminated = { exitCode: 0, reason: 'Completed', startedAt: now, finishedAt: now };
    const body = {
      status: {
        phase: ends ? 'Succeeded' : 'Running',
        startTime: now,
        podIP: '10.1.0.1',
        conditions: types.map((type) => ({ type, status: 'True', lastTransitionTime: now })),
        containerStatuses: containers.map(({ name, image }) => ({
          name,
          image,
          imageID: image,
          ready: !ends,
          restartCount: 0,
          state: ends ? { terminated } : { running: { startedAt: now } },
        })),
      },
    };
    const { namespace = 'default', name } = pod.metadata;
    const path = `/api/v1/namespaces/${namespace}/pods/${name}/status`;
    // A pod that is gone, or an API server that a suite has just ended: the next event brings the next try.
    this.#transport
      .request({ method: 'PATCH', path, body, contentType: 'application/merge-patch+json' })
      .catch(() => undefined);
  }
}
