// Members of a child with a rollout, and a cluster that does at once what the plan says.

import { type EvaluateInput, evaluate } from '../../engine/evaluate/evaluate.ts';
import type { Json } from '../../engine/model/json.ts';
import type { KubeObject } from '../../engine/model/object.ts';
import type { Plan } from '../../engine/model/plan.ts';
import { momentOf, ownerOf, ruleOf, storedOf } from './rules.ts';

const READY = { conditions: [{ type: 'Ready', status: 'True' }], phase: 'Running' };
/** The status of a pod that is not ready. */
export const NOT_READY: Json = { conditions: [{ type: 'Ready', status: 'False' }], phase: 'Running' };

const DRAIN = `  tasks:
    - id: leave
      retries: 1
      skip: =spec.skip
      template: { apiVersion: batch/v1, kind: Job, metadata: { name: "{% metadata.name %}-leave-{% $self.metadata.name %}-{% $item %}" }, spec: { template: { spec: { restartPolicy: Never, containers: [{ name: a, image: x }] } } } }
`;

const rule = (rollout: string, more = '') =>
  ruleOf(`  children:
${more}    - id: node
      forEach: =spec.members
      key: =$item
      onImmutable: recreate
      rollout: ${rollout}
      template:
        apiVersion: v1
        kind: Pod
        metadata: { name: "{% metadata.name %}-{% $item %}", labels: { app: node } }
        spec: { containers: [{ name: a, image: =spec.image }] }
${rollout.includes('drain') ? DRAIN : ''}`);
/** The primary last, and a drain. */
export const ROLLOUT = `{ order: "=$self.metadata.labels.role = 'primary' ? 1 : 0", drain: leave }`;
/** A child with a volume for each member. */
export const VOLUME = `    - id: data
      forEach: =spec.members
      key: =$item
      template:
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata: { name: "{% metadata.name %}-data-{% $item %}" }
`;

/** Objects, the status and the time, from one look to the next. Pods are not ready until they are healed. */
export class MemberWorld {
  objects: KubeObject[] = [];
  status: { tasks?: { key: string; phase: string }[] } = {};
  spec: { members: readonly string[]; image: string; skip?: boolean } = { members: ['0', '1', '2'], image: 'v1' };
  now = 1_767_225_600;
  #uid = 0;
  readonly #rule;

  constructor(rollout: string = ROLLOUT, more = '') {
    this.#rule = rule(rollout, more);
  }

  /** What is planned now; `more`: what is special about the moment. */
  plan({ spec = {}, ...more }: Partial<EvaluateInput> & { readonly spec?: object } = {}): Plan {
    const owner = { ...ownerOf({ ...this.spec, ...spec }), status: this.status } as unknown as KubeObject;
    return evaluate(this.#rule, momentOf({ owner, observed: this.objects, now: this.#time(), ...more }));
  }

  /** One look, and what it says is done: objects are written, removed, and what is to be kept is kept. */
  look(): Plan {
    for (;;) {
      const plan = this.plan();
      if (plan.state.write === undefined) {
        this.#apply(plan);
        return plan;
      }
      this.status = { ...this.status, ...plan.state.write } as MemberWorld['status'];
    }
  }

  // A changed pod is one made anew.
  #apply({ desired, prune }: Plan): void {
    for (const { object } of desired) {
      const at = this.objects.findIndex(
        ({ metadata, kind }) => kind === object.kind && metadata.name === object.metadata.name,
      );
      const mark = 'opsonata.dev/applied';
      if (at >= 0 && this.objects[at]?.metadata.annotations?.[mark] === object.metadata.annotations?.[mark]) continue;
      this.#uid += 1;
      const stored = storedOf(object, 'web', {
        uid: `${String(this.#uid).padStart(8, '0')}-x`,
        creationTimestamp: this.#time(),
      });
      const status = { Pod: NOT_READY, PersistentVolumeClaim: { phase: 'Bound' } }[object.kind];
      const made = (status === undefined ? stored : { ...stored, status }) as KubeObject;
      if (at >= 0) this.objects[at] = made;
      else this.objects.push(made);
    }
    const gone = prune.map(({ object }) => object);
    this.objects = this.objects.filter((object) => !gone.includes(object));
    this.now += 1;
  }

  #time(): string {
    return new Date(this.now * 1000).toISOString().replace('.000', '');
  }

  change(name: string, more: (object: KubeObject) => object): void {
    this.objects = this.objects.map((object) =>
      object.metadata.name === name ? ({ ...object, ...more(object) } as KubeObject) : object,
    );
  }

  label(name: string, labels: object): void {
    this.change(name, ({ metadata }) => ({ metadata: { ...metadata, labels: { ...metadata.labels, ...labels } } }));
  }

  heal(...keys: readonly string[]): void {
    for (const key of keys) this.change(`shop-${key}`, () => ({ status: READY }));
  }

  /** What the Job of a drain came to. */
  end(type: 'Complete' | 'Failed'): void {
    const job = this.objects.findLast(({ kind }) => kind === 'Job') as KubeObject;
    this.change(job.metadata.name, () => ({ status: { conditions: [{ type, status: 'True', message: 'exit 1' }] } }));
  }

  get pods(): string {
    const pods = this.objects.filter(({ kind }) => kind === 'Pod');
    const image = ({ spec }: KubeObject) =>
      (spec as unknown as { containers: { image: string }[] }).containers[0]?.image;
    return pods
      .map((pod) => `${pod.metadata.name.slice(5)}:${image(pod)}`)
      .sort()
      .join(' ');
  }

  get volumes(): string {
    return this.objects
      .flatMap(({ kind, metadata }) => (kind === 'PersistentVolumeClaim' ? metadata.name : []))
      .join(' ');
  }

  get runs(): readonly string[] {
    return (this.status.tasks ?? []).map(({ key, phase }) => `${key.split('@')[0]} ${phase}`);
  }
}
