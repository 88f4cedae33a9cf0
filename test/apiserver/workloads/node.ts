// Plays a scheduler and a kubelet on a control plane that has none, with the same steps as the embedded server takes: so
// what differs in the end is what the controllers do.

import type { ApiObject } from '../../../apiserver/model/api-object.ts';
import { nameOf, namespaceOf } from '../../../apiserver/model/api-object.ts';
import { listIn } from '../../../apiserver/model/json.ts';
import { NODE, nextStep, nodeObject } from '../../../apiserver/simulate/pod-stage.ts';
import { steeringOf } from '../../../apiserver/simulate/steering.ts';
import type { Backend } from '../script.ts';

// Source: a kubelet's default.
const HEARTBEAT_MS = 10_000;
const POLL_MS = 250;

/** A node on which everything is. */
export class PlayedNode {
  readonly #backend: Backend;
  #addresses = 0;
  #seenMs = 0;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  async register(): Promise<void> {
    const node = nodeObject(Date.now());
    await this.#backend.send({ method: 'POST', path: '/api/v1/nodes', body: node });
    await this.#report();
  }

  // A node of which nothing is heard for a while counts as lost.
  async #report(): Promise<void> {
    this.#seenMs = Date.now();
    const body = nodeObject(this.#seenMs);
    await this.#backend.send({ method: 'PUT', path: `/api/v1/nodes/${NODE}/status`, body });
  }

  /** Takes the next step of every pod. The result are the namespaces in which there was one. */
  async pass(): Promise<ReadonlySet<string>> {
    if (Date.now() - this.#seenMs > HEARTBEAT_MS) await this.#report();
    const { body } = await this.#backend.send({ method: 'GET', path: '/api/v1/pods' });
    const pods = listIn(body, 'items').map((pod) => ({ ...(pod as ApiObject), kind: 'Pod' }));
    const moved = await Promise.all(pods.map(async (pod) => ((await this.#step(pod)) ? [namespaceOf(pod)] : [])));
    return new Set(moved.flat());
  }

  /** Goes on until the result is called, which waits for the end of it. */
  play(): () => Promise<void> {
    let isOn = true;
    const work = async (): Promise<void> => {
      while (isOn) {
        await this.pass();
        await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      }
    };
    const ended = work();
    return async () => {
      isOn = false;
      await ended;
    };
  }

  async #step(pod: ApiObject): Promise<boolean> {
    const path = `/api/v1/namespaces/${namespaceOf(pod)}/pods/${nameOf(pod)}`;
    const step = nextStep(pod, {
      steering: steeringOf('pod', [pod]),
      nowMs: Date.now(),
      unplaceable: undefined,
      unmakeable: undefined,
      newAddress: () => {
        this.#addresses += 1;
        return `10.1.${this.#addresses >> 8}.${this.#addresses & 255}`;
      },
    });
    // What is refused, because the pod has changed meanwhile, is tried anew in the next round.
    if (step.kind === 'bind') {
      const body = {
        apiVersion: 'v1',
        kind: 'Binding',
        metadata: { name: nameOf(pod) },
        target: { kind: 'Node', name: NODE },
      };
      await this.#backend.send({ method: 'POST', path: `${path}/binding`, body });
    }
    if (step.kind === 'status')
      await this.#backend.send({ method: 'PUT', path: `${path}/status`, body: { ...pod, status: step.status } });
    if (step.kind === 'remove') await this.#backend.send({ method: 'DELETE', path, body: { gracePeriodSeconds: 0 } });
    return step.kind !== 'wait';
  }
}
