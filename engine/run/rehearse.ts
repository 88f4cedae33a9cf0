// A resource that is only observed: what would be done for it, to the end, as far as it can be known.
//
// In: what is there. Out: every change that would be made, with what the API server says to it. Each is tried by a dry
// run; the answer is taken for the object, and everything is evaluated again, until nothing new comes. What is compared
// is always what is really there, so that each object is told of once.
// Promises: writes nothing; asks once for what is asked for again and again (dry-runs.ts).

import { type ApplyInput, apply, refOf } from '../apply/apply.ts';
import { dryRunOf } from '../apply/dry-run.ts';
import type { KubeClient } from '../kube/client.ts';
import type { Change } from '../model/change.ts';
import { isEqual, type Json, type JsonObject, type MaybeJson } from '../model/json.ts';
import { describeRef, isSameObject, type KubeObject, kindKey } from '../model/object.ts';
import type { Plan } from '../model/plan.ts';
import type { Rehearsal, Step } from '../model/preview.ts';
import type { CompiledRule } from '../model/rule.ts';
import { type DryRunSession, type DryRuns, questionOf } from './dry-runs.ts';
import { diffNow, evaluateNow, type Moment, type MomentDeps } from './moment.ts';
import { Progress } from './progress.ts';

/** What a rehearsal needs of the world. */
export interface RehearseDeps extends MomentDeps {
  readonly client: KubeClient;
  readonly dryRuns: DryRuns;
}

// Each pass comes one step further in the graph, or in the state. Chosen: more steps than a rule has.
const MAX_PASSES = 200;
// What is remembered may change as often as in a reconcile: see Remembering.
const MAX_WRITES = 10;

/** Rehearses a resource. `moment`: what is there now. */
export async function rehearse(
  rule: CompiledRule,
  input: ApplyInput,
  moment: Moment,
  deps: RehearseDeps,
): Promise<Rehearsal> {
  const session = deps.dryRuns.begin(input.owner.metadata.uid ?? '');
  const stage = new Stage(rule, input, moment, deps);
  for (let pass = 0; pass < MAX_PASSES && (await stage.next(session)); pass += 1);
  session.end();
  return stage.rehearsal;
}

interface Tried extends Step {
  readonly question: string | undefined;
}

class Stage {
  readonly #rule: CompiledRule;
  readonly #input: ApplyInput;
  readonly #moment: Moment;
  readonly #deps: RehearseDeps;
  readonly #progress = new Progress();
  readonly #tried = new Map<string, Tried>();
  readonly #taken: string[] = [];
  #writes = 0;
  #owner: KubeObject;
  #plan: Plan;
  #changes: readonly Change[] = [];

  constructor(rule: CompiledRule, input: ApplyInput, moment: Moment, deps: RehearseDeps) {
    this.#rule = rule;
    this.#input = input;
    this.#moment = moment;
    // The same numbers each time: what is rehearsed is never written, and must not differ from one time to the next.
    this.#deps = { ...deps, random: () => 0.5 };
    this.#owner = moment.owner;
    this.#plan = this.#look();
  }

  get rehearsal(): Rehearsal {
    const untouched = this.#changes
      .filter((change) => this.#find(change) === undefined)
      .map((change): Step => {
        const outcome = { child: change.child, ref: refOf(change), result: 'unchanged' } as const;
        return questionOf(change) === undefined ? { change, outcome } : { change, outcome, untried: BEHIND };
      });
    const steps = [...this.#tried.values(), ...untouched];
    return { steps, remembered: this.#remembered(), taken: this.#taken, plan: this.#plan };
  }

  /** Goes one step. False when nothing is left to try. */
  async next(session: DryRunSession): Promise<boolean> {
    this.#plan = this.#look();
    if (this.#remember()) return true;
    const { observed, records = [] } = this.#moment;
    this.#changes = diffNow(this.#rule, this.#plan, { observed, records }, this.#deps).changes;
    const left = this.#changes.filter((change) => !this.#isDone(change));
    const frontier = this.#progress.frontier(left).filter((change) => this.#find(change) === undefined);
    const tried = await Promise.all(
      frontier.map(async (change) => ({ change, ...(await this.#try(change, session)) })),
    );
    for (const one of tried) this.#take(one);
    return frontier.length > 0;
  }

  #look(): Plan {
    const observed = this.#observed();
    const isForeseen = (object: KubeObject) => !this.#moment.observed.includes(object);
    const mayRemember = this.#writes < MAX_WRITES;
    return evaluateNow(
      this.#rule,
      { ...this.#moment, owner: this.#owner, observed, isForeseen, mayRemember },
      this.#deps,
    );
  }

  // What would be there: what is there, without what would be gone, and with what would be stored.
  #observed(): readonly KubeObject[] {
    const steps = [...this.#tried.values()].filter(({ outcome }) => outcome.fault === undefined);
    const isGone = (object: KubeObject) =>
      steps.some(
        ({ change, live }) =>
          (change.kind === 'delete' || change.kind === 'release' ? isSameObject(change.prune.object, object) : false) ||
          (live !== undefined && isSameObject(live, object)),
      );
    const isChild = ({ change: { kind } }: Step) => kind === 'create' || kind === 'configure';
    return [
      ...this.#moment.observed.filter((object) => !isGone(object)),
      ...steps.filter(isChild).flatMap(({ live }) => live ?? []),
    ];
  }

  // What is written into the resource itself is no question.
  #remember(): boolean {
    const { write, consume } = this.#plan.state;
    if (write !== undefined) {
      this.#writes += 1;
      this.#owner = { ...this.#owner, status: { ...(this.#owner['status'] as JsonObject | undefined), ...write } };
      return true;
    }
    const { annotations = {} } = this.#owner.metadata;
    const first = consume.find(({ annotation }) => annotations[annotation] !== undefined)?.annotation;
    if (first === undefined) return false;
    const { [first]: _taken, ...others } = annotations;
    this.#owner = { ...this.#owner, metadata: { ...this.#owner.metadata, annotations: others } };
    this.#taken.push(first);
    return true;
  }

  #remembered(): readonly string[] {
    const before = this.#moment.owner['status'] as JsonObject | undefined;
    const after = Object.entries((this.#owner['status'] as JsonObject | undefined) ?? {});
    return after.filter(([name, value]) => !isEqual(value, before?.[name] as MaybeJson)).map(([name]) => name);
  }

  #find(change: Change): Tried | undefined {
    const tried = this.#tried.get(idOf(change));
    return tried?.question === questionOf(change) ? tried : undefined;
  }

  #isDone(change: Change): boolean {
    const tried = this.#find(change);
    return tried !== undefined && tried.outcome.fault === undefined;
  }

  async #try(change: Change, session: DryRunSession): Promise<Omit<Tried, 'change'>> {
    const question = questionOf(change);
    const ask = async () => {
      const client = dryRunOf(this.#deps.client, this.#input.owner);
      const nothing = { client, observe: () => undefined, forget: () => undefined };
      const [applied] = await apply([change], this.#input, nothing);
      return applied as NonNullable<typeof applied>;
    };
    const { outcome, live } =
      question === undefined ? await ask() : await session.answer(question, this.#deps.nowMs(), ask);
    const home = this.#madeNamespaceOf(change);
    if (outcome.fault?.code === 'NotFound' && home !== undefined && change.kind === 'create') {
      const { fault: _fault, ...rest } = outcome;
      const untried = `not tried, since the namespace "${home}" is not there yet`;
      return { question, outcome: { ...rest, result: 'created' }, live: change.desired.object, untried };
    }
    return { question, outcome, ...(live === undefined ? {} : { live }) };
  }

  #madeNamespaceOf(change: Change): string | undefined {
    const { namespace } = refOf(change);
    const isMade = [...this.#tried.values()].some(
      ({ live }) => live?.kind === 'Namespace' && live.apiVersion === 'v1' && live.metadata.name === namespace,
    );
    return isMade ? namespace : undefined;
  }

  #take(tried: Tried): void {
    this.#progress.record(tried.outcome);
    const { change, live } = tried;
    const isTask = this.#rule.children.some(({ id, task }) => id === change.child && task !== undefined);
    const done = live !== undefined && isTask ? { live: { ...live, status: SUCCEEDED } } : {};
    this.#tried.set(idOf(change), { ...tried, ...done });
  }
}

const BEHIND = 'not tried, since it comes after what is refused';
// A Job is expected to succeed.
const SUCCEEDED: Json = { succeeded: 1, conditions: [{ type: 'Complete', status: 'True' }] };

function idOf(change: Change): string {
  const ref = refOf(change);
  return `${change.child} ${kindKey(ref)} ${describeRef(ref)}`;
}
