// The simulated controllers at work: what changes is looked at by those whom it concerns, one object after the other,
// soon after the request that changed it; what waits for a time is looked at when it has come.
//
// Promises: the same requests at the same times have the same effect, in the same order; nothing is left to be done when
// a request after the next is answered, but what waits for a time; after `stop` nothing happens any more.

import { type ApiObject, nameOf, namespaceOf } from '../model/api-object.ts';
import type { Change } from '../store/store.ts';
import { reconcileBudget } from './budget.ts';
import { reconcileClaim, reconcileVolume } from './claim.ts';
import { concernedBy } from './concerned.ts';
import { reconcileCronJob } from './cron-job.ts';
import { reconcileDaemonSet } from './daemon-set.ts';
import { reconcileDeployment } from './deployment.ts';
import { reconcileJob } from './job.ts';
import { reconcileLoadBalancer } from './load-balancer.ts';
import { reconcileNamespace, registerNode } from './namespace.ts';
import { controllerOf } from './owner.ts';
import { reconcilePod } from './pod.ts';
import { reconcileReplicaSet } from './replica-set.ts';
import { reconcileEndpoints, reconcileService } from './service.ts';
import { reconcileStatefulSet } from './stateful-set.ts';
import { isSteeredAnew } from './steering.ts';
import { World, type WorldDeps } from './world.ts';

/** What the simulation needs of its surroundings. */
export interface SimulationDeps extends WorldDeps {
  /** Runs something after the current request. */
  defer(run: () => void): void;
  /** Calls back after a time, unless the result is called before. */
  after(delayMs: number, run: () => void): () => void;
}

/** Looks at an object, and does what there is to do. The result is when to look again, whatever changes. */
export type Reconcile = (world: World, object: ApiObject) => number | undefined;

const RECONCILERS: { readonly [kind: string]: Reconcile | undefined } = {
  Namespace: reconcileNamespace,
  Pod: reconcilePod,
  Deployment: reconcileDeployment,
  ReplicaSet: reconcileReplicaSet,
  StatefulSet: reconcileStatefulSet,
  DaemonSet: reconcileDaemonSet,
  Job: reconcileJob,
  CronJob: reconcileCronJob,
  Service: reconcileService,
  Endpoints: reconcileEndpoints,
  Ingress: reconcileLoadBalancer,
  PersistentVolumeClaim: reconcileClaim,
  PersistentVolume: reconcileVolume,
  PodDisruptionBudget: reconcileBudget,
};

const STEERED: readonly string[] = ['Pod', 'PersistentVolumeClaim', 'Service', 'Ingress'];

// Chosen: far more often than any object changes by itself at one time.
const TURNS = 2_000;

/** The simulation of one server. */
export class Simulation {
  readonly #deps: SimulationDeps;
  #world: World;
  readonly #queue = new Map<string, ApiObject>();
  readonly #wakes = new Map<string, { readonly atMs: number; readonly object: ApiObject }>();
  #cancel: (() => void) | undefined;
  #isPlanned = false;
  #isStopped = false;

  constructor(deps: SimulationDeps) {
    this.#deps = deps;
    this.#world = new World(deps);
    deps.store.onAnyChange((change) => this.#hear(change));
  }

  /** Begins: with what is there already. */
  start(): void {
    this.#world.noteAll();
    if (this.#world.hasNode) registerNode(this.#world);
    for (const kind of Object.keys(RECONCILERS)) for (const object of this.#world.list(kind)) this.#enqueue(object);
    this.#plan();
  }

  /** Begins where the simulation of another server is, which has the same objects now. */
  startAs(other: Simulation): void {
    this.#world = other.#world.fork(this.#deps);
    for (const [key, object] of other.#queue) this.#queue.set(key, object);
    for (const [key, wake] of other.#wakes) this.#wakes.set(key, wake);
    this.#plan();
  }

  /** Ends it. Idempotent. */
  stop(): void {
    this.#isStopped = true;
    this.#queue.clear();
    this.#wakes.clear();
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #hear(change: Change): void {
    if (this.#isStopped) return;
    this.#world.note(change);
    const { after, before, type } = change;
    if (type === 'DELETED') this.#wakes.delete(keyOf(after));
    this.#enqueue(after);
    this.#enqueueOwner(after);
    if (before !== undefined) this.#enqueueOwner(before);
    this.#enqueueNamespace(after);
    for (const object of concernedBy(this.#world, change)) this.#enqueue(object);
    if (before !== undefined && isSteeredAnew(before, after)) this.#enqueueSteered(after);
    this.#plan();
  }

  // A namespace gets back what it is never without.
  #enqueueNamespace(object: ApiObject): void {
    if (!['ServiceAccount', 'ConfigMap'].includes(object.kind)) return;
    const namespace = this.#world.get('Namespace', '', namespaceOf(object));
    if (namespace !== undefined) this.#enqueue(namespace);
  }

  // What an annotation may steer: everything in the namespace.
  #enqueueSteered(object: ApiObject): void {
    const namespace = object.kind === 'Namespace' ? nameOf(object) : namespaceOf(object);
    if (namespace !== '') for (const kind of STEERED) this.#enqueueAll(kind, namespace);
  }

  #enqueueOwner(object: ApiObject): void {
    const owner = controllerOf(object);
    if (owner === undefined || RECONCILERS[owner.kind] === undefined) return;
    const found = this.#world.get(owner.kind, namespaceOf(object), owner.name);
    if (found !== undefined) this.#enqueue(found);
  }

  #enqueueAll(kind: string, namespace: string): void {
    for (const object of this.#world.list(kind, namespace)) this.#enqueue(object);
  }

  #enqueue(object: ApiObject): void {
    if (RECONCILERS[object.kind] !== undefined) this.#queue.set(keyOf(object), object);
  }

  #plan(): void {
    if (this.#isPlanned) return;
    this.#isPlanned = true;
    this.#deps.defer(() => this.#drain());
  }

  #drain(): void {
    const turns = new Map<string, number>();
    for (;;) {
      const [next] = this.#queue;
      if (next === undefined) break;
      const [key, object] = next;
      this.#queue.delete(key);
      const turn = (turns.get(key) ?? 0) + 1;
      turns.set(key, turn);
      if (turn > TURNS) throw new Error(`the simulation of ${key} comes to no end`);
      this.#reconcile(key, object);
    }
    this.#isPlanned = false;
    this.#arm();
  }

  #reconcile(key: string, object: ApiObject): void {
    const current = this.#world.get(object.kind, namespaceOf(object), nameOf(object));
    this.#wakes.delete(key);
    if (current === undefined) return;
    const atMs = RECONCILERS[object.kind]?.(this.#world, current);
    if (atMs !== undefined) this.#wakes.set(key, { atMs, object: current });
  }

  // One timer at a time, for what comes first.
  #arm(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    const times = [...this.#wakes.values()].map(({ atMs }) => atMs);
    if (times.length === 0 || this.#isStopped) return;
    const firstMs = times.reduce((first, atMs) => Math.min(first, atMs));
    this.#cancel = this.#deps.after(Math.max(0, firstMs - this.#deps.nowMs()), () => this.#wake());
  }

  #wake(): void {
    const due = [...this.#wakes].filter(([, { atMs }]) => atMs <= this.#deps.nowMs());
    for (const [, { object }] of due.sort(([, a], [, b]) => a.atMs - b.atMs)) this.#enqueue(object);
    this.#drain();
  }
}

function keyOf(object: ApiObject): string {
  return `${object.kind}/${namespaceOf(object)}/${nameOf(object)}`;
}
