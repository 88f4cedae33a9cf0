// Rules that are objects of the cluster: watches them, and tells in their conditions what became of them.
//
// Promises: what changes together is taken over together; where the kind is not served (not yet, or not at the moment of
// a start), or may not be listed, nothing is known, and nothing is taken away; their order is that of their age, so that
// of two that claim the same it is always the older that has it. Writes nothing but their status, and that only where it
// changes.

import type { KubeClient } from '../kube/client.ts';
import type { Discovery } from '../kube/discovery.ts';
import type { ApiTransport } from '../kube/transport.ts';
import type { Clock, Timer } from '../model/clock.ts';
import { Fault } from '../model/fault.ts';
import { isLeaving } from '../model/lifecycle.ts';
import { type KubeObject, toRef } from '../model/object.ts';
import { type RuleVerdict, ruleStatus } from '../status/rule-status.ts';
import { Interests, type Observed } from '../watch/interests.ts';
import { STALLED_RETRY_MS } from './backoff.ts';
import type { Log } from './log.ts';
import { Workqueue, type WorkResult } from './workqueue.ts';

/** What rules in the cluster need of the world. */
export interface RuleObjectsDeps {
  readonly transport: ApiTransport;
  readonly discovery: Discovery;
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly log: Log;
  random(): number;
  /** Hears of the rules, in their order, whenever they have changed. */
  onChange(objects: readonly KubeObject[]): void;
}

interface Told {
  readonly object: KubeObject;
  /** Undefined until somebody says. */
  readonly verdict: RuleVerdict | undefined;
}

const RULE = { apiVersion: 'opsonata.dev/v1alpha1', kind: 'Rule' };
const FIELD_MANAGER = 'opsonata';
// Who delivers rules writes one after the other. Chosen.
const GATHER_MS = 100;

/** The rules of the cluster. */
export class RuleObjects {
  readonly #deps: RuleObjectsDeps;
  readonly #interests: Interests;
  readonly #queue: Workqueue;
  readonly #told = new Map<string, Told>();
  #observed: Observed | undefined;
  #gathering: Timer | undefined;
  #signature = '';

  constructor(deps: RuleObjectsDeps) {
    this.#deps = deps;
    const { transport, discovery, clock, log } = deps;
    const random = () => deps.random();
    this.#interests = new Interests({
      transport,
      discovery,
      clock,
      random,
      // That there are no such rules is ordinary.
      log: (event, facts) => {
        if (event === 'state' && facts.state === 'failing') log.warn('watch-state', facts);
      },
      onListenerError: (error) => log.error('failed', { code: 'InternalError', message: String(error) }),
    });
    this.#queue = new Workqueue(1, { clock, random, work: async (name) => await this.#work(name) });
  }

  /** Begins to watch. Resolves when it is known which rules there are, or that nobody can know. */
  async start(): Promise<void> {
    this.#queue.start();
    const observed = this.#interests.scope().observe(RULE);
    this.#observed = observed;
    await observed.reflector.whenKnown();
    observed.store.onChange(() => this.#gather());
    this.#take();
  }

  /** Tells what became of each of the rules that were taken over last. */
  tell(verdictOf: (object: KubeObject) => RuleVerdict): void {
    for (const [name, { object }] of this.#told) {
      this.#told.set(name, { object, verdict: verdictOf(object) });
      this.#queue.add(name);
    }
  }

  /** Ends the watch, and waits for what is under way. Idempotent. */
  async stop(): Promise<void> {
    this.#gathering?.cancel();
    await this.#queue.stop();
    await this.#interests.stop();
  }

  #gather(): void {
    this.#gathering ??= this.#deps.clock.after(GATHER_MS, () => {
      this.#gathering = undefined;
      this.#take();
    });
  }

  #take(): void {
    const { store, reflector } = this.#observed as Observed;
    if (reflector.state === 'missing' || !reflector.isSettled) return;
    const objects = store.list().filter((object) => !isLeaving(object));
    const ordered = [...objects].sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
    const signature = JSON.stringify(ordered.map(({ metadata }) => [metadata.uid, metadata.generation]));
    if (signature === this.#signature) return;
    this.#signature = signature;
    this.#told.clear();
    for (const object of ordered) this.#told.set(object.metadata.name, { object, verdict: undefined });
    this.#deps.onChange(ordered);
  }

  async #work(name: string): Promise<WorkResult> {
    const { object, verdict } = this.#told.get(name) ?? {};
    const live = this.#observed?.store.get(name);
    if (object === undefined || verdict === undefined || live === undefined) return { kind: 'done' };
    const { uid } = object.metadata;
    if (live.metadata.uid !== uid) return { kind: 'done' };
    const { clock, client, log } = this.#deps;
    const now = new Date(clock.now()).toISOString().replace(/\.\d+Z$/, 'Z');
    const status = ruleStatus(verdict, { generation: object.metadata.generation ?? 0, live, now });
    if (status === undefined) return { kind: 'done' };
    const metadata = { name, ...(uid === undefined ? {} : { uid }) };
    try {
      const options = { fieldManager: FIELD_MANAGER, force: true, subresource: 'status' } as const;
      this.#observed?.store.put(await client.apply({ ...RULE, metadata, status }, options));
      return { kind: 'done' };
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      // It is gone, or another of its name is there: that event is on the way.
      if (error.code === 'NotFound' || error.code === 'Conflict') return { kind: 'done' };
      log.warn('failed', { ref: toRef(live), code: error.code, message: error.message });
      return error.retry === 'never' ? { kind: 'after', delayMs: STALLED_RETRY_MS } : { kind: 'backoff' };
    }
  }
}

function orderOf({ metadata }: KubeObject): string {
  return `${metadata.creationTimestamp ?? ''} ${metadata.name}`;
}
