// Plays a scheduler and a kubelet on a control plane that has none, with the same steps as the embedded server takes: so
// what differs in the end is what the controllers do.

import type { ApiObject } from '../../../apiserver/model/api-object.ts';
import { nameOf, namespaceOf } from '../../../apiserver/model/api-object.ts';
import { listIn } from '../../../apiserver/model/json.ts';
import { NODE, nextStep, nodeObject } from '../../../apiserver/simulate/pod-stage.ts';
import { steeringOf } from '../../../apiserver/simulate/steering.ts';
import type { Backend } from '../script.ts';

/** A node on which everything is. */
export class PlayedNode {
  readonly #backend: Backend;
  #addresses = 0;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  async register(): Promise<void> {
    const node = nodeObject(Date.now());
    await this.#backend.send({ method: 'POST', path: '/api/v1/nodes', body: node });
    await this.#backend.send({ method: 'PUT', path: `/api/v1/nodes/${NODE}/status`, body: node });
  }

  /** Takes the next step of every pod. The result are the namespaces in which there was one. */
  async pass(): Promise<ReadonlySet<string>> {
    const { body } = await this.#backend.send({ method: 'GET', path: '/api/v1/pods' });
    const pods = listIn(body, 'items').map((pod) => ({ ...(pod as ApiObject), kind: 'Pod' }));
    const moved = await Promise.all(pods.map(async (pod) => ((await this.#step(pod)) ? [namespaceOf(pod)] : [])));
    return new Set(moved.flat());
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
