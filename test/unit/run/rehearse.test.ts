// What is tried of a resource that is only observed, how far it goes, and how often the API server is asked.

import { describe, expect, test } from 'vitest';
import type { KubeClient } from '../../../engine/kube/client.ts';
import { Fault } from '../../../engine/model/fault.ts';
import type { KubeObject } from '../../../engine/model/object.ts';
import type { CompiledRule } from '../../../engine/model/rule.ts';
import { Contention } from '../../../engine/run/contention.ts';
import { DryRuns } from '../../../engine/run/dry-runs.ts';
import { Settled } from '../../../engine/run/progress.ts';
import { rehearse } from '../../../engine/run/rehearse.ts';
import { describeForeseen, foresee } from '../../../engine/status/preview.ts';
import { momentOf, ownerOf, ruleOf, storedOf } from '../../support/rules.ts';

type Answer = (object: KubeObject) => Fault | undefined;

/** An API server that takes all but what `refuse` says, and an engine that remembers its answers. */
class World {
  readonly asked: string[] = [];
  readonly stored: KubeObject[] = [];
  nowMs = 0;
  owner: KubeObject = ownerOf({ text: 'a' });
  observed: readonly KubeObject[] = [];
  refuse: Answer = () => undefined;
  readonly #rule: CompiledRule;
  readonly #dryRuns = new DryRuns();

  constructor(rule: CompiledRule) {
    this.#rule = rule;
  }

  async tell(): Promise<readonly string[]> {
    const client: KubeClient = {
      get: async () => this.owner,
      apply: async (object, { dryRun }) => {
        if (dryRun !== true) throw new Error('something is written');
        this.asked.push(`${object.kind} ${object.metadata.name}`);
        const fault = this.refuse(object);
        if (fault !== undefined) throw fault;
        const { resourceVersion: _version, ...metadata } = object.metadata;
        const stored = storedOf({ ...object, metadata });
        this.stored.push(stored);
        return stored;
      },
      patch: async () => {
        throw new Error('nothing is patched');
      },
      delete: async ({ kind, name }, _preconditions, options) => {
        if (options?.dryRun !== true) throw new Error('something is deleted');
        this.asked.push(`delete ${kind} ${name}`);
        return undefined;
      },
    };
    const input = { rule: 'web', owner: this.owner, journal: 'status', records: [], inventory: [] } as const;
    const { read } = momentOf({});
    const moment = { owner: this.owner, observed: this.observed, isWanted: true, mayRemember: true, records: [] };
    const rehearsal = await rehearse(this.#rule, input, moment, {
      ...{ client, dryRuns: this.#dryRuns, settled: new Settled(), contention: new Contention(), health: undefined },
      ...{ now: () => '2026-01-01T00:00:00Z', nowMs: () => this.nowMs, random: Math.random },
      read: read as NonNullable<typeof read>,
      unlisted: () => undefined,
    });
    const waiting = rehearsal.plan.waiting.map(({ child }) => `${child} waits`);
    return [...foresee(this.#rule, rehearsal).map(describeForeseen), ...waiting];
  }
}

const child = (id: string, more = '', data = '{ text: =spec.text }') =>
  `    - id: ${id}\n${more}      template: { apiVersion: v1, kind: ConfigMap, metadata: { name: ${id} }, data: ${data} }\n`;
const fault = (code: 'Invalid' | 'NotFound' | 'AdmissionFailed', retry: 'never' | 'now' | 'backoff') =>
  new Fault({ code, retry, message: 'no' });

describe('a rehearsal', () => {
  test('goes on with what would be stored, to the end', async () => {
    const world = new World(
      ruleOf(
        `  children:\n${child('one')}${child('two', '', '{ text: =$one.data.text }')}${child('three', '      after: [two]\n')}`,
      ),
    );
    expect(await world.tell()).toEqual([
      'create ConfigMap default/one',
      'create ConfigMap default/two',
      'create ConfigMap default/three',
    ]);
  });

  test('does not try what would be in a namespace that it would make', async () => {
    const world = new World(
      ruleOf(
        '  children:\n    - id: home\n      template: { apiVersion: v1, kind: Namespace, metadata: { name: home, namespace: "" } }\n    - id: inside\n      template: { apiVersion: v1, kind: ConfigMap, metadata: { name: "inside-{% $home.metadata.name %}", namespace: home } }\n',
      ),
    );
    world.refuse = ({ metadata }) => (metadata.namespace === 'home' ? fault('NotFound', 'now') : undefined);
    expect(await world.tell()).toEqual([
      'create Namespace home',
      'create ConfigMap home/inside-home, not tried, since the namespace "home" is not there yet',
    ]);
  });

  test('does not try what comes after what is refused', async () => {
    const rule = ruleOf(`  children:\n${child('one')}${child('two', '', '{ text: =$one.data.text & spec.text }')}`);
    const world = new World(rule);
    await world.tell();
    world.observed = [...world.stored];
    world.owner = ownerOf({ text: 'b' });
    world.refuse = ({ metadata }) => (metadata.name === 'one' ? fault('Invalid', 'never') : undefined);
    expect(await world.tell()).toEqual([
      'update ConfigMap default/one (data.text), which is refused: no',
      'update ConfigMap default/two (data.text), not tried, since it comes after what is refused',
    ]);
  });

  test('asks once, also for what is made of chance; again for what may pass at once, and for a refusal after a while', async () => {
    const world = new World(
      ruleOf(
        `  children:\n${child('fine')}${child('bad')}${child('later')}    - id: key\n      write: once\n      template: { apiVersion: v1, kind: Secret, metadata: { name: key }, stringData: { key: =$randomPassword(20) } }\n`,
      ),
    );
    world.refuse = ({ metadata: { name } }) => {
      if (name === 'bad') return fault('Invalid', 'never');
      return name === 'later' ? fault('AdmissionFailed', 'backoff') : undefined;
    };
    const first = await world.tell();
    expect(world.asked.splice(0).sort()).toEqual(['ConfigMap bad', 'ConfigMap fine', 'ConfigMap later', 'Secret key']);
    expect(await world.tell()).toEqual(first);
    expect(world.asked.splice(0)).toEqual(['ConfigMap later']);
    world.nowMs = 5 * 60_000;
    await world.tell();
    expect(world.asked.splice(0).sort()).toEqual(['ConfigMap bad', 'ConfigMap later']);
    world.owner = ownerOf({ text: 'b' });
    await world.tell();
    expect(world.asked.splice(0).sort()).toEqual(['ConfigMap bad', 'ConfigMap fine', 'ConfigMap later']);
  });

  test('asks again only where more than the status of an object has changed', async () => {
    const rule = ruleOf(`  children:\n${child('one', '      when: =spec.text = "a"\n')}`);
    const world = new World(rule);
    await world.tell();
    world.observed = [...world.stored];
    world.owner = ownerOf({ text: 'b' });
    world.asked.length = 0;
    expect(await world.tell()).toEqual(['delete ConfigMap default/one, since when gives false']);
    const [live] = world.observed as [KubeObject];
    const touched = { ...live, status: { seen: true }, metadata: { ...live.metadata, resourceVersion: '21' } };
    world.observed = [touched];
    await world.tell();
    expect(world.asked.splice(0)).toEqual(['delete ConfigMap one']);
    world.observed = [{ ...touched, metadata: { ...touched.metadata, finalizers: ['example.com/hold'] } }];
    await world.tell();
    expect(world.asked).toEqual(['delete ConfigMap one']);
  });
});
