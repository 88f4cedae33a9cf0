// Runs scenarios: on the real controller manager with a node that is played here, and on the embedded server.

import { VirtualClock } from '../../../apiserver/clock.ts';
import { nameOf, namespaceOf, uidOf } from '../../../apiserver/model/api-object.ts';
import { type Json, type JsonObject, objectIn, textIn } from '../../../apiserver/model/json.ts';
import { startApiServer } from '../../../apiserver/server.ts';
import type { Recording } from '../recorded.ts';
import { type Backend, embeddedBackend, type Step } from '../script.ts';
import type { PlayedNode } from './node.ts';
import type { Scenario, ScenarioStep } from './scenarios.ts';
import { normalizeSnapshot, takeSnapshot } from './snapshot.ts';

/** What is in the namespace of a scenario after each step. */
export interface ScenarioRun {
  readonly scenario: string;
  readonly rests: readonly (readonly Json[])[];
}

/** Waits until a server is at rest after the writes of a step. */
export type Settle = (step: ScenarioStep, namespace: string) => Promise<void>;

/** Runs one scenario. A write that is refused is an error. */
export async function runScenario(backend: Backend, scenario: Scenario, settle: Settle): Promise<ScenarioRun> {
  const namespace = `w-${scenario.name}`;
  await write(backend, { method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name: namespace } } });
  const rests: (readonly Json[])[] = [];
  const uids = new Map<string, string>();
  for (const step of scenario.steps) {
    for (const one of step.writes) {
      const text = JSON.stringify(one)
        .replaceAll('NAMESPACE', namespace)
        .replaceAll(/\{\{uid of (\w+)\}\}/g, (_, name: string) => uids.get(name) ?? 'nothing');
      const written = await write(backend, JSON.parse(text) as Step);
      uids.set(nameOf(written), uidOf(written));
    }
    await settle(step, namespace);
    rests.push(normalizeSnapshot(await takeSnapshot(backend, namespace), namespace));
  }
  return { scenario: scenario.name, rests };
}

async function write(backend: Backend, step: Step): Promise<Json> {
  const { status, body } = await backend.send(step);
  if (status >= 300) throw new Error(`${step.method} ${step.path}: ${status} ${JSON.stringify(body)}`);
  return body;
}

const ADVANCE_MS = 30_000;

/** Runs a scenario on an embedded server of its own, in virtual time. */
export async function runEmbedded(scenario: Scenario): Promise<ScenarioRun> {
  const clock = new VirtualClock();
  const server = await startApiServer({ clock });
  const run = await runScenario(embeddedBackend(server), scenario, async ({ advanceMs = ADVANCE_MS }) =>
    clock.advance(advanceMs),
  );
  await server.stop();
  return run;
}

/** The run as it is recorded. */
export function toRecording({ scenario, rests }: ScenarioRun): Recording {
  return { script: scenario, answers: rests.map((body) => ({ status: 200, body, warnings: [] })) };
}

const POLL_MS = 250;
const QUIET_MS = 3_000;
// A machine that is busy takes longer for a look, and so do the controllers on it.
const QUIET_LOOKS = 10;

/** Plays the node of a real server, and knows since when nothing has happened in each namespace. */
export class Quietness {
  readonly #backend: Backend;
  readonly #node: PlayedNode;
  readonly #seen = new Map<string, { readonly versions: string; readonly sinceMs: number; readonly looks: number }>();
  #isOn = true;
  #ended: Promise<void> = Promise.resolve();

  constructor(backend: Backend, node: PlayedNode) {
    this.#backend = backend;
    this.#node = node;
  }

  start(): void {
    this.#ended = this.#look();
  }

  async stop(): Promise<void> {
    this.#isOn = false;
    await this.#ended;
  }

  /** Waits until a step has come to rest. */
  async settle({ quietMs = QUIET_MS, until }: ScenarioStep, namespace: string): Promise<void> {
    this.#seen.delete(namespace);
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      const seen = this.#seen.get(namespace);
      if (seen === undefined || seen.looks < QUIET_LOOKS || Date.now() - seen.sinceMs < quietMs) continue;
      if (until === undefined || seen.versions.includes(until)) return;
    }
  }

  async #look(): Promise<void> {
    while (this.#isOn) {
      const moved = await this.#node.pass();
      const objects = await takeSnapshot(this.#backend, '');
      for (const [namespace, versions] of versionsByNamespace(objects)) {
        const before = this.#seen.get(namespace);
        const isSame = !moved.has(namespace) && before?.versions === versions;
        this.#seen.set(
          namespace,
          isSame ? { ...before, looks: before.looks + 1 } : { versions, sinceMs: Date.now(), looks: 0 },
        );
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }
}

function versionsByNamespace(objects: readonly JsonObject[]): ReadonlyMap<string, string> {
  const versions = new Map<string, string>();
  for (const object of objects) {
    const namespace = namespaceOf(object) || textIn(object, 'spec', 'claimRef', 'namespace');
    const fields = Object.keys(objectIn(object, 'status')).join();
    const own = `${uidOf(object)} ${textIn(object, 'metadata', 'resourceVersion')} ${fields}\n`;
    versions.set(namespace, `${versions.get(namespace) ?? ''}${own}`);
  }
  return versions;
}
