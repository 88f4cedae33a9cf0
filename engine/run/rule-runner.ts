// One rule at work: watches its custom resources and their children, and turns events into keys of the workqueue.

import { Events } from '../apply/events.ts';
import type { KubeClient } from '../kube/client.ts';
import type { Discovery } from '../kube/discovery.ts';
import type { Clock } from '../model/clock.ts';
import { Fault } from '../model/fault.ts';
import type { HealthRules } from '../model/health.ts';
import { journalPlaceOf, readJournal } from '../model/journal.ts';
import { isHeld } from '../model/lifecycle.ts';
import { type KubeObject, kindKey, nameKey, toRef } from '../model/object.ts';
import type { CompiledInput, CompiledRule } from '../model/rule.ts';
import { matchesSelector } from '../model/selector.ts';
import type { InterestScope, Observed } from '../watch/interests.ts';
import { Reads } from '../watch/reads.ts';
import type { StoreChange } from '../watch/store.ts';
import { STALLED_RETRY_MS } from './backoff.ts';
import { logConditions } from './condition-log.ts';
import { Contention } from './contention.ts';
import { DryRuns } from './dry-runs.ts';
import { HaltLog } from './halt-log.ts';
import type { Log } from './log.ts';
import { ObservedChildren, ownerUidsOf } from './observed-children.ts';
import { Settled } from './progress.ts';
import { reconcile } from './reconcile.ts';
import type { Telemetry } from './telemetry.ts';
import { describeBeyond } from './within-namespace.ts';
import { workAfter } from './work-after.ts';
import type { WorkResult } from './workqueue.ts';

/** What a runner needs of the world. */
export interface RunnerDeps {
  readonly client: KubeClient;
  readonly discovery: Discovery;
  readonly interests: InterestScope;
  readonly clock: Clock;
  readonly log: Log;
  readonly telemetry: Telemetry;
  readonly health: HealthRules | undefined;
  /** Numbers from 0 to below 1 that nobody can guess. */
  random(): number;
  /** Watch this namespace only. */
  readonly namespace: string | undefined;
  /** Asks for a custom resource to be worked on; `key` is nameKey() of it. */
  enqueue(key: string): void;
}

/** Runs one rule. */
export class RuleRunner {
  readonly rule: CompiledRule;
  readonly #deps: RunnerDeps;
  readonly #owners: Observed;
  readonly #ownersByUid: (uid: string) => readonly KubeObject[];
  readonly #children: ObservedChildren;
  readonly #reads: Reads;
  readonly #inputs: readonly Observed[];
  readonly #settled = new Settled();
  readonly #contention = new Contention();
  readonly #dryRuns = new DryRuns();
  readonly #halts: HaltLog;
  readonly #events: Events;
  #statusFields: readonly string[] | 'none' | undefined;
  #knowsStatus = false;
  #isBeyond = false;
  #state: 'waiting' | 'working' | 'closed' = 'waiting';
  readonly #underWay = new Set<Promise<WorkResult>>();
  // Changes that a reconcile itself makes need no second one, also where the watch tells of them before the answer to
  // the write is there: for each resource at work, the versions that were seen and are nobody's yet.
  readonly #working = new Map<string, Set<string>>();
  #ownWrites: string | undefined;

  constructor(rule: CompiledRule, deps: RunnerDeps) {
    this.rule = rule;
    this.#deps = deps;
    const { namespace } = deps;
    this.#halts = new HaltLog(rule.name, deps.log);
    this.#events = new Events(rule.name, ({ code, message }) =>
      deps.log.warn('event-not-written', { rule: rule.name, code, message }),
    );
    this.#owners = deps.interests.observe({ ...rule.resource, namespace });
    this.#ownersByUid = this.#owners.store.index(({ metadata }) => (metadata.uid === undefined ? [] : [metadata.uid]));
    this.#owners.store.onChange((change) => {
      const key = nameKey(change.object.metadata);
      if (change.type === 'deleted') {
        this.#reads.forget(key);
        this.#halts.forget(change.object);
        this.#dryRuns.forget(change.object.metadata.uid ?? '');
      }
      this.#onEvent(key, change.object);
      logConditions(rule.name, change, deps.log);
    });
    this.#children = new ObservedChildren(rule, {
      interests: deps.interests,
      namespace,
      onChange: (change) => this.#onChild(change),
      onKnown: () => this.enqueueAll(),
    });
    // Where the engine works in one namespace, other namespaces are watched only as a rule names them.
    this.#reads = new Reads({
      observe: ({ apiVersion, kind }, where) =>
        deps.interests.observe({ apiVersion, kind, namespace: namespace === undefined ? undefined : where }),
      wake: (key) => this.#enqueue(key),
    });
    const read = [...rule.inputs, ...rule.patches.map(({ target }) => target)];
    this.#inputs = read.map((input) => this.#reads.prepare(input.resource, namespaceOf(input, namespace)));
  }

  /** Why the runner does not work yet; undefined when it does. */
  get notReady(): string | undefined {
    if (!this.#owners.reflector.isSettled)
      return `rule ${this.rule.name}: ${kindKey(this.rule.resource)} is not listed yet`;
    const { unsettled } = this.#children;
    if (unsettled !== undefined) return `rule ${this.rule.name}: ${unsettled} is not listed yet`;
    return this.#state === 'working' ? undefined : `rule ${this.rule.name}: its inputs are not listed yet`;
  }

  /** True while the API server does not serve the rule's own kind. */
  get isMissing(): boolean {
    return this.#owners.reflector.state === 'missing';
  }

  /**
   * Waits until everything that the rule watches was listed or may not be listed, then asks for each custom resource to
   * be worked on. A kind that becomes known later asks for them again. `after`: what must have ended before, such as the
   * work of the rule's last version.
   */
  async start(after: Promise<unknown>): Promise<void> {
    const watched = [this.#owners, ...this.#children.all, ...this.#inputs];
    await Promise.all([after, ...watched.map(({ reflector }) => reflector.whenKnown())]);
    if (this.#state === 'closed') return;
    this.#state = 'working';
    this.enqueueAll();
  }

  /** Takes no more work; resolves when nothing is under way. Objects of the cluster stay as they are. */
  async close(): Promise<void> {
    this.#state = 'closed';
    await Promise.all(this.#underWay);
  }

  /** The custom resources that it knows of. */
  get ownerCount(): number {
    return this.#owners.store.size;
  }

  /** Those that cannot go without the rule: it holds them by its finalizer. */
  get heldCount(): number {
    return this.#owners.store.list().filter((owner) => isHeld(owner, this.rule.name)).length;
  }

  /** Works on one custom resource. Never throws. */
  async work(key: string): Promise<WorkResult> {
    if (this.#state !== 'working') return { kind: 'done' };
    const work = this.#work(key);
    this.#underWay.add(work);
    return await work.finally(() => this.#underWay.delete(work));
  }

  async #work(key: string): Promise<WorkResult> {
    const { clock, telemetry, log } = this.#deps;
    const startMs = clock.now();
    telemetry.reconcileStarted(this.rule.name);
    const versions = new Set<string>();
    this.#working.set(key, versions);
    try {
      const result = await this.#reconcile(key);
      telemetry.reconcileEnded(
        this.rule.name,
        result.kind === 'backoff' ? 'error' : result.kind === 'after' ? 'requeue_after' : 'success',
        clock.now() - startMs,
      );
      return result;
    } catch (error) {
      telemetry.reconcileEnded(this.rule.name, 'error', clock.now() - startMs);
      return this.#onFault(error, key, log);
    } finally {
      this.#working.delete(key);
      if (versions.size > 0) this.#enqueue(key);
    }
  }

  async #reconcile(key: string): Promise<WorkResult> {
    await this.#learnStatusFields();
    if (this.#isBeyond) return { kind: 'done' };
    const { clock, client, log, telemetry } = this.#deps;
    const { rule } = this;
    const { outcomes, plan } = await reconcile(rule, {
      client,
      settled: this.#settled,
      contention: this.#contention,
      dryRuns: this.#dryRuns,
      events: this.#events,
      owner: () => this.#owners.store.get(key),
      children: (owner) => this.#children.of(owner),
      unlisted: (kind) => this.#children.unlisted(kind),
      isWanted: (owner) => this.#isWanted(owner),
      read: this.#reads.reader(key),
      observe: (object) => this.#observe(object, key),
      forget: (object) => {
        if (kindKey(object) === kindKey(this.rule.resource))
          this.#owners.store.remove(object, Number.POSITIVE_INFINITY);
        else this.#children.forget(object);
        this.#settled.forget(object.metadata.uid ?? '');
        this.#contention.forget(object.metadata.uid ?? '');
      },
      health: this.#deps.health,
      now: () => new Date(clock.now()).toISOString().replace(/\.\d+Z$/, 'Z'),
      nowMs: () => clock.now(),
      random: () => this.#deps.random(),
      statusFields: this.#statusFields,
      halted: (owner, halt) => {
        this.#halts.tell(owner, halt);
        if (halt?.code !== 'Observing') this.#dryRuns.forget(owner.metadata.uid ?? '');
      },
      report: (owner, outcome) => {
        if (outcome.result === 'unchanged' || outcome.result === 'skipped') return;
        telemetry.outcome(rule.name, outcome);
        const { result, child, ref, differences, fault, lost, restart } = outcome;
        const changed = differences?.slice(0, 10).map(({ op, path }) => `${op} ${path}`);
        const facts = {
          rule: rule.name,
          owner: toRef(owner),
          child,
          ref,
          ...(changed === undefined ? {} : { changed }),
          ...(lost === undefined ? {} : { lost }),
          ...(restart === undefined ? {} : { restart: restart.reason }),
        };
        if (fault === undefined && lost !== undefined)
          log.warn(result, { ...facts, message: 'changed by others since, and left' });
        else if (fault === undefined) log.info(result, facts);
        else log.warn(result, { ...facts, code: fault.code, message: fault.message });
      },
    });
    const faults = outcomes.flatMap(({ fault }) => fault ?? []);
    // A patch that is written in another way now comes when what it did in the old one is undone, and that is known.
    const isUndone = outcomes.some(({ result }) => result === 'withdrawn');
    const wakeAtMs = isUndone ? clock.now() : plan?.state.wakeAtMs;
    return workAfter(faults, wakeAtMs === undefined ? undefined : wakeAtMs - clock.now());
  }

  // The custom resource's own status could not be written, or the engine has a bug.
  #onFault(error: unknown, key: string, log: Log): WorkResult {
    const fault =
      error instanceof Fault
        ? error
        : new Fault({ code: 'InternalError', retry: 'backoff', message: String(error), cause: error });
    // A resource that was deleted meanwhile: its event is on the way.
    if (fault.code === 'NotFound' || fault.code === 'Conflict') return { kind: 'backoff' };
    const stack = error instanceof Fault || !(error instanceof Error) ? {} : { stack: error.stack };
    log.error('failed', { rule: this.rule.name, key, code: fault.code, message: fault.message, ...stack });
    // The kind's schema is not as it was: it is asked for again.
    if (fault.code === 'SchemaMismatch') this.#knowsStatus = false;
    else if (fault.retry === 'never') return { kind: 'after', delayMs: STALLED_RETRY_MS };
    return { kind: 'backoff', ...(fault.retryAfterMs === undefined ? {} : { atLeastMs: fault.retryAfterMs }) };
  }

  // The API server is asked once, and again after it has refused a status for its fields.
  async #learnStatusFields(): Promise<void> {
    if (this.#knowsStatus) return;
    const { discovery, namespace, log } = this.#deps;
    const { subresources, namespaced } = await discovery.resolve(this.rule.resource);
    // Of a kind that somebody else defines it is known only now that it has none. See within-namespace.ts.
    this.#isBeyond = namespace !== undefined && !namespaced;
    const message = describeBeyond(this.rule, namespace ?? '');
    if (this.#isBeyond) log.error('failed', { rule: this.rule.name, code: 'BeyondNamespace', message });
    const { decorates, status, conditions } = this.rule;
    const reports = !decorates || status.length + conditions.length > 0;
    this.#statusFields =
      reports && subresources.includes('status') ? await discovery.statusFields(this.rule.resource) : 'none';
    this.#knowsStatus = true;
  }

  #observe(object: KubeObject, key: string): void {
    this.#ownWrites = key;
    if (kindKey(object) === kindKey(this.rule.resource)) this.#owners.store.put(object);
    else this.#children.put(object);
    this.#reads.put(object);
    this.#ownWrites = undefined;
    this.#working.get(key)?.delete(versionKey(object));
  }

  #isWanted({ metadata }: KubeObject): boolean {
    const { selector, namespaces } = this.rule;
    return (
      (selector === undefined || matchesSelector(metadata.labels, selector)) &&
      (namespaces === undefined || namespaces.includes(metadata.namespace ?? ''))
    );
  }

  /** Asks for every custom resource to be worked on. */
  enqueueAll(): void {
    for (const { metadata } of this.#owners.store.list()) this.#enqueue(nameKey(metadata));
  }

  #onChild({ type, object, previous }: StoreChange): void {
    for (const uid of new Set([...ownerUidsOf(object), ...(previous === undefined ? [] : ownerUidsOf(previous))])) {
      for (const owner of this.#ownersByUid(uid)) this.#onEvent(nameKey(owner.metadata), object);
    }
    // The child of an owner that is gone makes room for that of a new owner of the same name.
    if (type === 'deleted') for (const key of this.#ownerKeysOf(object)) this.#enqueue(key);
  }

  #ownerKeysOf({ metadata }: KubeObject): readonly string[] {
    const { ownerReferences = [], namespace } = metadata;
    return ownerReferences
      .filter((reference) => kindKey(reference) === kindKey(this.rule.resource))
      .map(({ name }) => nameKey({ namespace, name }))
      .filter((key) => this.#owners.store.get(key) !== undefined);
  }

  #onEvent(key: string, object: KubeObject): void {
    const versions = this.#ownWrites === key ? undefined : this.#working.get(key);
    if (versions === undefined) this.#enqueue(key);
    else versions.add(versionKey(object));
  }

  #hasLeft(owner: KubeObject): boolean {
    const place = journalPlaceOf(this.rule, this.#statusFields);
    if (isHeld(owner, this.rule.name)) return true;
    const { records, inventory } = readJournal(owner, this.rule.name, place);
    return this.#children.of(owner).length + records.length + inventory.length > 0;
  }

  #enqueue(key: string): void {
    if (this.#state !== 'working' || this.#ownWrites === key) return;
    const owner = this.#owners.store.get(key);
    // Of an object that the rule is not for, only what it once made there is of interest.
    if (owner === undefined || this.#isWanted(owner) || this.#hasLeft(owner)) this.#deps.enqueue(key);
  }
}

// Which namespace an input is in, as far as the rule's text says it.
function namespaceOf({ namespace }: CompiledInput, own: string | undefined): string | undefined {
  if (namespace === undefined) return own;
  const { template } = namespace;
  return template.kind === 'literal' && template.value !== '*' ? String(template.value) : undefined;
}

function versionKey({ metadata }: KubeObject): string {
  return `${metadata.uid} ${metadata.resourceVersion}`;
}
