// Tasks: Jobs that run once for each value of a key, and what waits for them.

import { describe, expect, test } from 'vitest';
import { evaluate } from '../../../engine/evaluate/evaluate.ts';
import type { KubeObject } from '../../../engine/model/object.ts';
import type { Plan } from '../../../engine/model/plan.ts';
import { momentOf, ownerOf, ruleOf, storedOf } from '../../support/rules.ts';

const JOB = (name: string) =>
  `{ apiVersion: batch/v1, kind: Job, metadata: { name: "${name}" }, spec: { template: { spec: { containers: [{ name: a, image: =spec.version }], restartPolicy: Never } } } }`;
const rule = (more = '', name = '{% metadata.name %}-migrate') =>
  ruleOf(`  children:
    - id: config
      after: [migrate]
      template: { apiVersion: v1, kind: ConfigMap, metadata: { name: =metadata.name }, data: { version: =spec.version } }
    - id: other
      template: { apiVersion: v1, kind: ConfigMap, metadata: { name: "{% metadata.name %}-other" }, data: { a: b } }
  tasks:
    - id: migrate
      key: =spec.version
${more}      template: ${JOB(name)}
  status: { phase: =$migrate.phase, at: =$migrate.finishedAt }
`);

/** A resource whose status and Jobs are kept from one look to the next. */
class World {
  status: object = {};
  jobs: KubeObject[] = [];
  now = 1_767_225_600;
  spec: { version?: string; skip?: boolean; on?: boolean };
  readonly #rule;

  constructor(spec: World['spec'], more = '', name?: string) {
    this.spec = spec;
    this.#rule = rule(more, name);
  }

  /** Looks until nothing is left to remember, then makes and removes Jobs. */
  look(): Plan {
    for (;;) {
      const owner = { ...ownerOf(this.spec), status: this.status } as KubeObject;
      const now = new Date(this.now * 1000).toISOString().replace('.000', '');
      const plan = evaluate(this.#rule, momentOf({ owner, observed: this.jobs, now }));
      if (plan.state.write === undefined) {
        const made = plan.desired
          .map(({ object }) => object)
          .filter(
            ({ kind, metadata }) => kind === 'Job' && !this.jobs.some((job) => job.metadata.name === metadata.name),
          );
        const gone = plan.prune.map(({ object }) => object.metadata.name);
        const creationTimestamp = now;
        this.jobs = [...this.jobs, ...made.map((object) => storedOf(object, 'web', { creationTimestamp }))].filter(
          ({ metadata }) => !gone.includes(metadata.name),
        );
        return plan;
      }
      this.status = { ...this.status, ...plan.state.write };
    }
  }

  end(type: 'Complete' | 'Failed', message = ''): void {
    const last = this.jobs.at(-1) as KubeObject;
    this.jobs[this.jobs.length - 1] = {
      ...last,
      status: { conditions: [{ type, status: 'True', message }] },
    } as KubeObject;
  }
}

const ids = (plan: Plan) => plan.desired.map(({ child }) => child);
const runs = (world: World) =>
  (world.status as { tasks: { key: string; phase: string; attempt: number; message?: string }[] }).tasks.map(
    ({ key, phase, attempt, message }) => [key, phase, attempt, ...(message === undefined ? [] : [message])].join(' '),
  );

describe('a task', () => {
  test('is kept, runs, and lets go on what comes after it', () => {
    const world = new World({ version: 'v1' });
    const begun = world.look();
    expect(runs(world)).toEqual(['v1 Running 1']);
    expect(ids(begun)).toEqual(['other', 'migrate']);
    expect(begun.waiting).toMatchObject([
      { child: 'config', message: 'needs "migrate", which runs for "v1"', on: 'migrate' },
    ]);
    expect(world.jobs.map(({ metadata }) => metadata.name)).toEqual([
      expect.stringMatching(/^shop-migrate-[0-9a-f]{8}$/),
    ]);
    world.end('Complete');
    const done = world.look();
    expect(runs(world)).toEqual(['v1 Succeeded 1']);
    expect(ids(done)).toEqual(['other', 'config']);
    expect(done.status).toEqual([
      ['phase', 'Succeeded'],
      ['at', '2026-01-01T00:00:00Z'],
    ]);
    expect(done.prune).toEqual([]);
  });

  test('does not run again for the same key, whatever becomes of the Job', () => {
    const world = new World({ version: 'v1' });
    world.look();
    world.end('Complete');
    world.look();
    world.jobs = [];
    expect(ids(world.look())).toEqual(['other', 'config']);
    expect(world.jobs).toEqual([]);
  });

  test('runs for each new key; what comes after it keeps what it is meanwhile', () => {
    const world = new World({ version: 'v1' });
    world.look();
    world.end('Complete');
    world.look();
    world.spec = { version: 'v2' };
    const plan = world.look();
    expect(plan.waiting).toMatchObject([{ child: 'config', message: 'needs "migrate", which runs for "v2"' }]);
    expect(plan.prune).toEqual([]);
    expect(runs(world)).toEqual(['v1 Succeeded 1', 'v2 Running 1']);
    expect(world.jobs).toHaveLength(2);
  });

  test('does not overlap with a run of its own for another key', () => {
    const world = new World({ version: 'v1' });
    world.look();
    world.spec = { version: 'v2' };
    expect(world.look().waiting).toMatchObject([{ message: 'needs "migrate", which still runs for "v1"' }]);
    expect(world.jobs).toHaveLength(1);
    world.end('Failed', 'no');
    world.look();
    expect(runs(world)).toEqual(['v1 Failed 1 no', 'v2 Running 1']);
  });

  test('that is superseded ends with its Job, whoever deleted that, and is not tried again', () => {
    const deleted = new World({ version: 'v1' });
    deleted.look();
    deleted.spec = { version: 'v2' };
    deleted.jobs = [];
    // It may be on its way into what is observed: it is looked for again, for a while.
    expect(deleted.look().state.wakeAtMs).toBe((deleted.now + 10) * 1000);
    expect(runs(deleted)).toEqual(['v1 Running 1']);
    deleted.now += 10;
    deleted.look();
    expect(runs(deleted)).toEqual(['v1 Failed 1 its Job is gone, and another run is wanted', 'v2 Running 1']);
    expect(deleted.jobs).toHaveLength(1);
    const failed = new World({ version: 'v1' }, '      retries: 3\n');
    failed.look();
    failed.spec = { version: 'v2' };
    failed.end('Failed', 'no');
    failed.now += 10;
    failed.look();
    expect(runs(failed)).toEqual(['v1 Failed 2 its Job is gone, and another run is wanted', 'v2 Running 1']);
  });

  test('whose Job has another name for each key leaves the running one alone', () => {
    const world = new World({ version: 'v1' }, '', '{% metadata.name %}-{% spec.version %}');
    world.look();
    world.spec = { version: 'v2' };
    const plan = world.look();
    expect(plan.waiting).toMatchObject([{ message: 'needs "migrate", which still runs for "v1"' }]);
    expect(world.jobs.map(({ metadata }) => metadata.name.slice(0, 8))).toEqual(['shop-v1-']);
    world.end('Complete');
    world.look();
    expect(runs(world)).toEqual(['v1 Succeeded 1', 'v2 Running 1']);
    expect(world.jobs.map(({ metadata }) => metadata.name.slice(0, 8))).toEqual(['shop-v1-', 'shop-v2-']);
  });

  test('that failed is tried again as often as the rule says, then stays failed', () => {
    const world = new World({ version: 'v1' }, '      retries: 1\n');
    world.look();
    world.end('Failed', 'first');
    world.look();
    expect(runs(world)).toEqual(['v1 Running 2']);
    expect(world.jobs).toHaveLength(2);
    world.end('Failed', 'second');
    const failed = world.look();
    expect(runs(world)).toEqual(['v1 Failed 2 second']);
    expect(failed.health).toMatchObject([
      { child: 'migrate', health: { status: 'Failed', message: 'the task failed for "v1": second' } },
    ]);
    expect(failed.waiting).toMatchObject([{ child: 'config', message: 'needs "migrate", which failed for "v1"' }]);
    world.spec = { version: 'v2' };
    world.look();
    expect(runs(world)).toEqual(['v1 Failed 2 second', 'v2 Running 1']);
  });

  test('that takes too long has failed, and its Job goes', () => {
    const world = new World({ version: 'v1' }, '      timeout: 10m\n');
    const plan = world.look();
    expect(plan.state.wakeAtMs).toBe((world.now + 600) * 1000);
    world.now += 600;
    world.look();
    expect(runs(world)).toEqual(['v1 Failed 1 it took longer than 600 seconds']);
    expect(world.jobs).toEqual([]);
  });

  test('can be skipped and given up by an edit', () => {
    const skipped = new World({ version: 'v1', skip: true }, '      skip: =spec.skip = true\n');
    expect(ids(skipped.look())).toEqual(['other', 'config']);
    expect(skipped.look().status).toEqual([['phase', 'Skipped']]);
    const world = new World({ version: 'v1', on: true }, '      when: =spec.on\n');
    world.look();
    expect(world.jobs).toHaveLength(1);
    world.spec = { version: 'v1', on: false };
    expect(ids(world.look())).toEqual(['other', 'config']);
    expect(world.jobs).toEqual([]);
  });

  test('without a key has nothing to do, and holds up nothing', () => {
    expect(ids(new World({}).look())).toEqual(['other', 'config']);
  });

  test('keeps the last Jobs and outcomes', () => {
    const world = new World({ version: 'v0' }, '      keep: 2\n');
    for (let version = 0; version < 5; version += 1) {
      world.spec = { version: `v${version}` };
      world.now += 60;
      world.look();
      world.end('Complete');
      world.look();
    }
    expect(runs(world)).toEqual(['v2 Succeeded 1', 'v3 Succeeded 1', 'v4 Succeeded 1']);
    expect(world.jobs).toHaveLength(2);
  });
});
