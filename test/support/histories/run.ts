// Runs a history: what happens, and then the end of it, at which everything must be as the model says.

import type { KubeRequest } from '../../../engine/kube/transport.ts';
import { Fault } from '../../../engine/model/fault.ts';
import { Ledger, type Made, uidOf } from './ledger.ts';
import { Model, pathOf, type Wishes } from './model.ts';
import { People } from './people.ts';
import { type ChildSpec, HOME, ITEMS, type RuleSpec, THERE, textOf } from './rule.ts';
import { CRS, type Event, type Pace, type Story } from './story.ts';
import { World } from './world.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
// Longer than anything is left alone that goes wrong, but for long fights.
const QUIET_MS = 12 * MINUTE_MS;

/** A world that histories begin with: the namespaces and the kind are there. */
export async function beginning(): Promise<World> {
  const world = await World.start();
  for (const name of [HOME, THERE])
    world.ask('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  world.setRules(textOf({ children: [], patches: [], hasTask: false, isInputOptional: true }));
  await world.startEngine();
  await world.pass(30 * SECOND_MS);
  await world.endEngine('stop');
  return world;
}

/** Runs a history in a copy of a world; what was wrong at its end. */
export async function run(story: Story, from: World): Promise<readonly string[]> {
  const world = from.fork();
  const history = new History(story, world);
  try {
    return await history.run();
  } finally {
    await world.stop();
  }
}

class History {
  readonly #story: Story;
  readonly #world: World;
  readonly #wishes: Wishes;
  readonly #ledger: Ledger;
  readonly #model: Model;
  readonly #people: People;

  constructor(story: Story, world: World) {
    this.#story = story;
    this.#world = world;
    this.#wishes = {
      rules: story.rules,
      isCalm: story.steps.every(([event]) => isCalm(event)),
      rule: story.rules[0] as RuleSpec,
      specs: new Map(),
      input: undefined,
      isSelected: false,
      isThere: true,
      orphaned: new Set(),
      targets: new Map(),
      claimed: new Set(),
      edited: new Map(),
      dropped: new Set(),
      stripped: new Set(),
    };
    this.#ledger = new Ledger(world, {
      mayAdopt: (path) => this.#mayAdopt(path),
      mayDelete: (made) => !this.#isAlwaysWanted(made),
      mayRerun: (uid) => this.#wishes.dropped.has(uid) || story.rules.some(({ hasTask }) => !hasTask),
    });
    this.#model = new Model(this.#wishes, world, this.#ledger);
    this.#people = new People(this.#wishes, world, this.#ledger);
    world.watchWrites((request: KubeRequest) => this.#ledger.look(request));
  }

  async run(): Promise<readonly string[]> {
    this.#world.setRules(textOf(this.#wishes.rule));
    await this.#world.startEngine();
    for (const [event, pace] of this.#story.steps) {
      await this.#happen(event);
      await this.#pass(pace);
    }
    for (const [what, step] of this.#ends()) {
      const problems = await step();
      if (problems.length > 0) return [`${what}:`, ...problems];
    }
    return [];
  }

  #ends(): readonly (readonly [string, () => Promise<readonly string[]>])[] {
    const world = this.#world;
    return [
      ['as it is', async () => await this.#rested()],
      [
        'with what was missing',
        async () => {
          this.#people.heal();
          return await this.#rested();
        },
      ],
      ['when it is looked at again', async () => await this.#stillness()],
      [
        'when all is deleted',
        async () => {
          for (const cr of CRS) this.#people.unwant(cr, 'Background');
          return await this.#rested();
        },
      ],
      ['what the API server does not have', async () => world.refusals().map((refusal) => JSON.stringify(refusal))],
    ];
  }

  async #rested(): Promise<readonly string[]> {
    const world = this.#world;
    this.#clear();
    await world.startEngine();
    if (world.line?.isDead === true) {
      await world.endEngine('kill');
      await world.startEngine();
    }
    world.line?.dieAt(Number.POSITIVE_INFINITY, 'before');
    const isQuiet = await world.rest(QUIET_MS);
    if (!isQuiet) return ['it does not come to rest', ...world.written.slice(-6)];
    const bugs = world.log.filter((line) => line.includes('InternalError'));
    return [...this.#model.problems(), ...bugs.slice(0, 1)];
  }

  async #stillness(): Promise<readonly string[]> {
    const world = this.#world;
    await world.endEngine('stop');
    const before = world.written.length;
    await world.startEngine();
    await world.pass(QUIET_MS);
    return world.written.slice(before).map((write) => `it wrote ${write}`);
  }

  async #pass(pace: Pace): Promise<void> {
    switch (pace) {
      case 'at once':
        return;
      case 'a turn':
        return await new Promise((resolve) => setImmediate(resolve));
      case 'all':
        return await this.#world.settle();
      case 'seconds':
        return await this.#world.pass(5 * SECOND_MS);
      case 'minutes':
        return await this.#world.pass(6 * MINUTE_MS);
    }
  }

  async #happen(event: Event): Promise<void> {
    const world = this.#world;
    const { weather } = world;
    switch (event.is) {
      case 'kill':
        world.line?.dieAt(event.writes, event.moment);
        return;
      case 'stop':
        return await world.endEngine('stop');
      case 'start':
        if (world.line?.isDead === true) await world.endEngine('kill');
        return await world.startEngine();
      case 'double':
        await world.startAnother();
        return;
      case 'stale':
        weather.stale = new RegExp(`/${event.what}(/|$)`);
        return;
      case 'fresh':
        this.#freshen();
        return;
      case 'expire':
        world.compact();
        return world.line?.cutWatches(
          new Fault({ code: 'Expired', retry: 'now', message: 'too old resource version' }),
        );
      case 'forbid':
        weather.forbidden = new RegExp(`/${event.what}(/|$)`);
        world.line?.cutWatches(new Fault({ code: 'ApiUnavailable', retry: 'backoff', message: 'ended' }));
        return;
      case 'allow':
        weather.forbidden = undefined;
        return;
      case 'mishaps':
        weather.mishaps.push(...event.kinds);
        weather.failingReads += event.reads;
        return;
      default:
        this.#people.do(event);
        return;
    }
  }

  #mayAdopt(path: string): boolean {
    const mayBe = (child: ChildSpec): boolean =>
      child.adopt !== 'never' &&
      CRS.some((cr) => [undefined, ...ITEMS].some((item) => pathOf.child(child, cr, item) === path));
    return this.#story.rules.some(({ children }) => children.some(mayBe));
  }

  // Of a child that no rule and no resource of the history could ever do without.
  #isAlwaysWanted({ child, owner, path }: Made): boolean {
    const cr = CRS.find((name) => uidOf(this.#world.get(pathOf.resource(name))) === owner);
    if (cr === undefined || !this.#wishes.specs.has(cr)) return false;
    const forms = this.#story.rules.map(({ children }) => children.find(({ id }) => id === child));
    return forms.every(
      (form) =>
        form?.when === 'always' && !form.isMany && form.kind !== 'Frozen' && pathOf.child(form, cr, undefined) === path,
    );
  }

  #freshen(): void {
    const { weather } = this.#world;
    weather.stale = undefined;
    for (const wake of weather.wakers) wake();
  }

  #clear(): void {
    const { weather } = this.#world;
    this.#freshen();
    weather.mishaps = [];
    weather.failingReads = 0;
    weather.forbidden = undefined;
  }
}

function isCalm(event: Event): boolean {
  switch (event.is) {
    case 'stop':
    case 'stale':
    case 'forbid':
    case 'mishaps':
    case 'expire':
    case 'rule':
    case 'kill':
      return false;
    default:
      return true;
  }
}
