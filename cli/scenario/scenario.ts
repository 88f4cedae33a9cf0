// One scenario, from its first step to the first that does not hold.

import { dirname } from 'node:path';
import {
  collectSources,
  type Json,
  type JsonObject,
  loadObjects,
  type MaybeJson,
  parseDuration,
  type ScenarioDocument,
  type ScenarioStep,
} from '../../engine/index.ts';
import { fileSource } from '../file-source.ts';
import { Api } from './api.ts';
import { findMissing } from './match.ts';
import type { World } from './world.ts';

type Named = NonNullable<ScenarioStep['expect']>[number];

/** What came of a scenario. `skipped`: it needs what this place cannot do. */
export interface ScenarioResult {
  readonly kind: 'passed' | 'failed' | 'skipped';
  readonly steps: number;
  /** Expectations that were looked at. */
  readonly checks: number;
  /** Why it failed or was skipped. */
  readonly lines: readonly string[];
}

const WITHIN = '60s';

/** Runs a scenario in a world whose engine is not started yet. */
export async function runScenario(scenario: ScenarioDocument, world: World): Promise<ScenarioResult> {
  const steps = (scenario.content.spec?.steps ?? []) as readonly ScenarioStep[];
  const run = new Run(dirname(scenario.file), world);
  const hindrance = (await run.bringsRules(steps)) ? await world.takeRules() : undefined;
  if (hindrance !== undefined) return { kind: 'skipped', steps: 0, checks: 0, lines: [hindrance] };
  let result: ScenarioResult | undefined;
  let left: readonly string[] = [];
  try {
    await world.startEngine();
    result = await runSteps(scenario, steps, run);
  } finally {
    left = await run.clean();
  }
  return left.length === 0 || result.kind === 'failed' ? result : { ...result, kind: 'failed', lines: left };
}

async function runSteps(scenario: ScenarioDocument, steps: readonly ScenarioStep[], run: Run): Promise<ScenarioResult> {
  for (const [index, step] of steps.entries()) {
    const problems = await run.step(step);
    if (problems.length === 0) continue;
    const { line } = scenario.places.value(['spec', 'steps', index]).start;
    const name = step.name === undefined ? `step ${index + 1}` : `step ${index + 1}, ${step.name}`;
    const lines = [`${scenario.file}:${line}: ${name}`, ...problems.map((problem) => `  ${problem}`)];
    return { kind: 'failed', steps: index + 1, checks: run.checks, lines };
  }
  return { kind: 'passed', steps: steps.length, checks: run.checks, lines: [] };
}

class Run {
  checks = 0;
  readonly #folder: string;
  readonly #world: World;
  readonly #api: Api;
  readonly #made: JsonObject[] = [];

  constructor(folder: string, world: World) {
    this.#folder = folder;
    this.#world = world;
    this.#api = new Api(world.transport);
  }

  /** Does a step; what does not hold of it. */
  async step(step: ScenarioStep): Promise<readonly string[]> {
    for (const object of [...(await this.#read(step.files ?? [])), ...(step.apply ?? [])] as JsonObject[]) {
      await this.#patiently(async () => await this.#apply(object));
    }
    for (const object of step.patch ?? []) await this.#api.merge(object as unknown as JsonObject);
    for (const object of step.status ?? []) await this.#api.merge(object as unknown as JsonObject, 'status');
    for (const object of step.delete ?? []) await this.#api.delete(object as unknown as JsonObject);
    const taken = await this.#refused(step.refuse ?? []);
    if (taken.length > 0) return taken;
    const written = step.restart === true ? await this.#restart(step.quiet !== undefined) : undefined;
    if (step.advance !== undefined) await this.#world.advance(this.#world.nowMs() + parseDuration(step.advance) * 1000);
    const problems = await this.#look(step);
    if (problems.length > 0 || step.quiet === undefined) return problems;
    return await this.#stayQuiet(parseDuration(step.quiet) * 1000, written);
  }

  /** True where some of the objects that are applied are rules. */
  async bringsRules(steps: readonly ScenarioStep[]): Promise<boolean> {
    const read = await this.#read(steps.flatMap(({ files = [] }) => files));
    const applied = steps.flatMap(({ apply = [] }) => apply);
    return [...(read as unknown as readonly Named[]), ...applied].some(
      ({ apiVersion, kind }) => kind === 'Rule' && apiVersion.startsWith('opsonata.dev/'),
    );
  }

  /** Removes what the scenario made, where the place outlives it. What does not go. */
  async clean(): Promise<readonly string[]> {
    if (!this.#world.isShared) return [];
    const left: string[] = [];
    for (const object of this.#made.reverse()) {
      const problem = await this.#remove(object).catch((error) => String(error));
      if (problem !== undefined) left.push(`${nameOf(object as unknown as Named)} does not go: ${problem}`);
    }
    return left;
  }

  // The engine alone can take its finalizers off, and it is about to end. What others hold is their business.
  async #remove(object: JsonObject): Promise<string | undefined> {
    await this.#api.delete(object);
    const endMs = this.#world.nowMs() + parseDuration(WITHIN) * 1000;
    for (;;) {
      const live = await this.#api.get(object);
      const held = finalizersOf(live).find((name) => name.startsWith('opsonata.dev/'));
      if (held === undefined) return undefined;
      if (this.#world.nowMs() >= endMs) return readinessOf(live)[0] ?? `it has the finalizer ${held}`;
      await this.#world.pass(endMs);
    }
  }

  async #read(files: readonly string[]): Promise<readonly Json[]> {
    const paths = files.map((file) => `${this.#folder}/${file}`);
    const { objects, diagnostics } = loadObjects((await collectSources(paths, fileSource)).files);
    const [first] = diagnostics;
    if (first !== undefined) throw new Error(first.message);
    if (objects.length === 0 && files.length > 0) throw new Error(`there are no objects in ${paths.join(', ')}`);
    return objects as unknown as readonly Json[];
  }

  // A definition that was made just now is not served yet.
  async #patiently(work: () => Promise<void>): Promise<void> {
    const endMs = this.#world.nowMs() + parseDuration(WITHIN) * 1000;
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (this.#world.nowMs() >= endMs) throw error;
        await this.#world.pass(endMs);
      }
    }
  }

  // How many writes there were before. `isWatched`: what the engine still had to write for the steps before is over then.
  async #restart(isWatched: boolean): Promise<number> {
    if (isWatched) await this.#world.advance(this.#world.nowMs());
    await this.#world.stopEngine();
    const written = this.#world.writes().length;
    await this.#world.startEngine();
    return written;
  }

  // What was there before is not the scenario's to remove.
  async #apply(object: JsonObject): Promise<void> {
    const isNew = this.#world.isShared && (await this.#api.get(object)) === undefined;
    await this.#api.apply(object);
    if (isNew) this.#made.push(object);
  }

  async #refused(refusals: NonNullable<ScenarioStep['refuse']>): Promise<readonly string[]> {
    this.checks += refusals.length;
    const problems: string[] = [];
    for (const { apply, patch, message } of refusals) {
      const object = (apply ?? patch) as unknown as JsonObject;
      const name = nameOf((apply ?? patch) as Named);
      try {
        if (apply === undefined) await this.#api.merge(object);
        else await this.#apply(object);
        problems.push(`${name} is not refused`);
      } catch (error) {
        const said = (error as Error).message;
        if (!said.includes(message)) problems.push(`${name} is refused with ${said}, not with ${message}`);
      }
    }
    return problems;
  }

  async #look({ expect = [], absent = [], within = WITHIN }: ScenarioStep): Promise<readonly string[]> {
    this.checks += expect.length + absent.length;
    const endMs = this.#world.nowMs() + parseDuration(within) * 1000;
    for (;;) {
      const found = await Promise.all([
        ...expect.map((object) => this.#problemsOf(object)),
        ...absent.map(async (object) =>
          (await this.#find(object)) === undefined ? [] : [`${nameOf(object)} is there`],
        ),
      ]);
      const problems = found.flat();
      if (problems.length === 0 || this.#world.nowMs() >= endMs) return problems;
      await this.#world.pass(endMs);
    }
  }

  async #find(object: Named): Promise<MaybeJson> {
    return await this.#api.get(object as unknown as JsonObject);
  }

  async #problemsOf(expected: Named): Promise<readonly string[]> {
    const live = await this.#find(expected);
    if (live === undefined) return [`${nameOf(expected)} is not there`];
    const problems = findMissing(expected as unknown as Json, live).map((problem) => `${nameOf(expected)}${problem}`);
    return problems.length === 0 ? [] : [...problems, ...readinessOf(live)];
  }

  // `from`: how many writes there may have been; without it, as many as there were when what the steps before had led to
  // was over: on a cluster, more may be on its way when an expectation holds.
  async #stayQuiet(forMs: number, from: number | undefined): Promise<readonly string[]> {
    this.checks += 1;
    const endMs = this.#world.nowMs() + forMs;
    await this.#world.pass(this.#world.nowMs());
    if (from === undefined) await this.#world.advance(this.#world.nowMs());
    const before = from ?? this.#world.writes().length;
    await this.#world.advance(endMs);
    const written = this.#world.writes().slice(before);
    return written.map(({ method, path }) => `the engine wrote: ${method} ${path}`);
  }
}

function finalizersOf(live: MaybeJson): readonly string[] {
  return (
    (live as { readonly metadata: { readonly finalizers?: readonly string[] } } | undefined)?.metadata.finalizers ?? []
  );
}

// What the object itself says of why it is not ready.
function readinessOf(live: MaybeJson): readonly string[] {
  const { conditions = [] } =
    (live as { readonly status?: { readonly conditions?: readonly JsonObject[] } }).status ?? {};
  const ready = conditions.find(({ type, status }) => type === 'Ready' && status !== 'True');
  return ready === undefined ? [] : [`Ready is ${ready['status']}, ${ready['reason']}: ${ready['message']}`];
}

function nameOf({ kind, metadata }: Named): string {
  const { namespace, name } = metadata;
  return `${kind} ${namespace === undefined ? name : `${namespace}/${name}`}`;
}
