// How rules come to work and go: from files that change, and from objects of the cluster, on whatever API server there is.

import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Fault } from '../../engine/model/fault.ts';
import { Api, type Backend, type Live } from './api.ts';
import { eventually } from './cluster.ts';
import type { Engine, LogLine } from './engine-process.ts';

const NAMESPACE = 'delivery-suite';
const GROUP = 'delivery.example.com';

interface RuleSpec {
  readonly resource: object;
  readonly children: readonly object[];
}

const child = (kind: string, data: object, id = kind.toLowerCase()) => ({
  id,
  template: { apiVersion: 'v1', kind, metadata: { name: '=metadata.name' }, ...data },
});

const spec = (kind: string, children: readonly object[]): RuleSpec => ({
  resource: {
    apiVersion: `${GROUP}/v1`,
    kind,
    crd: { schema: { spec: { type: 'object', properties: { x: { type: 'string' } } } } },
  },
  children,
});

/** A rule as it stands in a file: JSON is YAML, too. */
const ruleText = (kind: string, children: readonly object[]): string =>
  JSON.stringify(
    {
      apiVersion: 'opsonata.dev/v1alpha1',
      kind: 'Rule',
      metadata: { name: kind.toLowerCase() },
      spec: spec(kind, children),
    },
    null,
    1,
  );

const config = (value: string) => child('ConfigMap', { data: { value } });
const secret = (value: string) => child('Secret', { stringData: { value } });

/** A mounted ConfigMap: files are links into a folder that is exchanged as a whole. Source: kubelet's atomic writer. */
class Volume {
  readonly path = mkdtempSync(join(tmpdir(), 'opsonata-volume-'));
  #version = 0;
  #names: ReadonlySet<string> = new Set();

  write(files: Readonly<Record<string, string>>): void {
    this.#version += 1;
    const folder = `..${this.#version}`;
    mkdirSync(join(this.path, folder));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(this.path, folder, name), text);
    symlinkSync(folder, join(this.path, '..data_tmp'));
    renameSync(join(this.path, '..data_tmp'), join(this.path, '..data'));
    for (const name of this.#names) if (files[name] === undefined) rmSync(join(this.path, name));
    for (const name of Object.keys(files)) {
      if (!this.#names.has(name)) symlinkSync(join('..data', name), join(this.path, name));
    }
    this.#names = new Set(Object.keys(files));
  }

  end(): void {
    rmSync(this.path, { recursive: true });
  }
}

/** The suite. */
export function deliverySuite(backend: () => Backend | Promise<Backend>): void {
  let api: Api;
  let engine: Engine;
  const volume = new Volume();

  beforeAll(async () => {
    api = new Api(await backend(), NAMESPACE);
    await api.createNamespace();
    await start();
  });

  afterAll(async () => {
    await engine?.stop();
    // Operators of later suites on the same API server would take these over.
    await api?.deleteAll('opsonata.dev/v1alpha1', 'Rule');
    api?.stop();
    volume.end();
  });

  async function start(): Promise<void> {
    engine = await api.start({}, [volume.path]);
  }

  const said = (event: string, rule: string): readonly LogLine[] =>
    engine.events(event).filter((line) => line['rule'] === rule || line['file'] === `Rule/${rule}`);
  const hears = async (event: string, rule: string): Promise<LogLine> =>
    await eventually(`the log has ${event} of ${rule}`, () => said(event, rule)[0]);
  // As soon as the kind is served.
  const make = async (kind: string, name: string): Promise<Live> =>
    await eventually(`${kind} ${name} can be made`, async () => {
      try {
        return await api.apply(`${GROUP}/v1 ${kind} ${name}`, { spec: { x: 'y' } }, 'user');
      } catch (error) {
        if (error instanceof Fault && error.code === 'KindNotFound') return undefined;
        throw error;
      }
    });
  const valueIs = async (name: string, value: string): Promise<Live> =>
    await api.until(`value is ${value}`, `ConfigMap ${name}`, ({ data }) => data?.value === value);

  test('takes over a volume that is exchanged, watches what is new, and re-evaluates every resource of a changed rule', async () => {
    volume.write({ 'a.yaml': ruleText('Alpha', [config('one')]), 'b.yaml': ruleText('Beta', [config('one')]) });
    const names = Array.from({ length: 10 }, (_, index) => `alpha-${index}`);
    for (const name of names) await make('Alpha', name);
    await make('Beta', 'beta');
    for (const name of [...names, 'beta']) await valueIs(name, 'one');
    const before = await api.get('ConfigMap beta');
    volume.write({
      'a.yaml': ruleText('Alpha', [config('two'), secret('s')]),
      'b.yaml': ruleText('Beta', [config('one')]),
    });
    for (const name of names) {
      await valueIs(name, 'two');
      await api.until('is there', `Secret ${name}`, () => true);
    }
    expect([said('rule-reloaded', 'alpha').length, said('rule-reloaded', 'beta').length]).toEqual([1, 0]);
    expect((await api.get('ConfigMap beta')).metadata.resourceVersion).toBe(before.metadata.resourceVersion);
    // Something of the new kind is repaired: it is watched.
    await api.delete('Secret alpha-3');
    await api.until('is back', 'Secret alpha-3', () => true);
    // And what the rule has no more goes.
    volume.write({ 'a.yaml': ruleText('Alpha', [secret('s')]), 'b.yaml': ruleText('Beta', [config('one')]) });
    await api.untilGone('ConfigMap alpha-3');
    expect(await api.get('ConfigMap beta')).toBeDefined();
  });

  test('keeps the last version of a rule that broke, and leaves what a removed rule made', async () => {
    const delta = (value: string) => ruleText('Delta', [{ ...config(value), onDelete: 'orphan' }]);
    volume.write({ 'c.yaml': ruleText('Gamma', [config('one')]), 'd.yaml': delta('one') });
    await make('Gamma', 'gamma');
    await make('Delta', 'delta');
    await valueIs('gamma', 'one');
    await valueIs('delta', 'one');
    const broken = ruleText('Gamma', [config('=spec.y')]);
    volume.write({ 'c.yaml': broken, 'd.yaml': delta('two') });
    await valueIs('delta', 'two');
    expect(await hears('rule-broken', 'gamma')).toMatchObject({ message: 'its last version stays at work' });
    const line = broken.split('\n').findIndex((text) => text.includes('=spec.y')) + 1;
    const file = join(volume.path, 'c.yaml');
    expect(engine.events('rule-diagnostic')).toContainEqual(
      expect.objectContaining({ code: 'UnknownField', file, line }),
    );
    expect(engine.stderr).toContain(`"value": "=spec.y"`);
    await api.delete('ConfigMap gamma');
    await valueIs('gamma', 'one');

    volume.write({ 'c.yaml': ruleText('Gamma', [config('one')]) });
    const gone = await hears('rule-removed', 'delta');
    const message = 'the rule is gone; what it made stays, and so does the finalizer opsonata.dev/delta';
    expect(gone).toMatchObject({ resources: 1, held: 1, message });
    await hears('rule-mended', 'gamma');
    expect((await api.get('ConfigMap delta')).data).toEqual({ value: 'two' });
    // It is nobody's business any more.
    const uid = (await api.get('ConfigMap delta')).metadata.uid;
    await api.edit('ConfigMap delta', { data: { value: 'mine' } });
    await make('Gamma', 'gamma-2');
    await valueIs('gamma-2', 'one');
    expect(await api.get('ConfigMap delta')).toMatchObject({ metadata: { uid }, data: { value: 'mine' } });
  });

  const RULE = 'opsonata.dev/v1alpha1 Rule';
  const put = async (kind: string, children: readonly object[]): Promise<Live> =>
    await api.apply(`${RULE} ${kind.toLowerCase()}`, { spec: spec(kind, children) }, 'gitops', true);
  const conditions = ({ status }: Live) =>
    Object.fromEntries((status?.conditions ?? []).map((one: Live) => [one.type, `${one.status} ${one.reason}`]));
  const settled = async (kind: string, generation: number): Promise<Live> =>
    await api.until(
      `generation ${generation} is told of`,
      `${RULE} ${kind.toLowerCase()}`,
      ({ status }) =>
        status?.observedGeneration === generation &&
        status.conditions.some(
          (one: Live) => one.type === 'Ready' && !['Progressing', 'NotListed', 'KindNotFound'].includes(one.reason),
        ),
    );

  test('takes rules from the cluster, and tells them what became of them', async () => {
    const first = await put('Epsilon', [config('one')]);
    expect(first.status).toEqual({ observedGeneration: -1 });
    const accepted = await settled('Epsilon', 1);
    expect(conditions(accepted)).toEqual({
      Accepted: 'True Accepted',
      Ready: 'True Ready',
      Stalled: 'False NotStalled',
    });
    await make('Epsilon', 'epsilon');
    await valueIs('epsilon', 'one');

    await put('Epsilon', [config('two')]);
    await valueIs('epsilon', 'two');
    await settled('Epsilon', 2);

    await put('Epsilon', [{ ...config('=spec.y'), redy: true }]);
    const broken = await settled('Epsilon', 3);
    expect(conditions(broken)).toEqual({
      Accepted: 'False UnknownField',
      Ready: 'False UnknownField',
      Stalled: 'True UnknownField',
    });
    const [message, ready] = ['Accepted', 'Ready'].map(
      (type) => broken.status.conditions.find((one: Live) => one.type === type).message,
    );
    expect(message).toContain(
      'spec.children[0].redy: UnknownField: "children[0]" has no field "redy", did you mean "ready"?',
    );
    expect(message).toContain(
      'spec.children[0].template.data.value:1:7: UnknownField: there is no field "y" in "spec"',
    );
    expect(ready).toBe('the version before this one stays at work');
    await api.delete('ConfigMap epsilon');
    await valueIs('epsilon', 'two');

    await put('Epsilon', [config('three')]);
    await valueIs('epsilon', 'three');
    const mended = await settled('Epsilon', 4);
    expect(conditions(mended)).toMatchObject({ Accepted: 'True Accepted', Ready: 'True Ready' });

    await api.delete(`${RULE} epsilon`);
    expect(await hears('rule-removed', 'epsilon')).toMatchObject({
      ...{ resources: 1, held: 0, message: 'the rule is gone; what it made stays' },
    });
    expect((await api.get('ConfigMap epsilon')).data).toEqual({ value: 'three' });
  });

  test('lets files have a rule that the cluster has, too, whatever came first, and names both', async () => {
    const file = ruleText('Zeta', [config('file')]);
    await put('Zeta', [config('object')]);
    await make('Zeta', 'zeta');
    const { metadata } = await valueIs('zeta', 'object');
    volume.write({ 'z.yaml': file });
    await valueIs('zeta', 'file');
    const refused = async (): Promise<void> => {
      const told = await api.until(
        'it is refused',
        `${RULE} zeta`,
        (one) => conditions(one).Accepted === 'False DuplicateRule',
      );
      const { message } = told.status.conditions.find((one: Live) => one.type === 'Accepted');
      expect(message).toContain('metadata.name: DuplicateRule: the name "zeta" is taken by another rule');
      expect(message).toContain(`the other one is here: ${join(volume.path, 'z.yaml')}:5:11`);
      expect(conditions(told)).toMatchObject({ Ready: 'False DuplicateRule' });
    };
    await refused();
    // In the other order.
    await engine.stop();
    await start();
    await refused();
    await valueIs('zeta', 'file');
    expect(said('rule-diagnostic', 'zeta')).toMatchObject([
      { code: 'DuplicateRule', file: 'Rule/zeta', path: 'metadata.name' },
      { code: 'DuplicateRule', file: 'Rule/zeta', path: 'spec.resource.kind' },
    ]);
    volume.write({});
    const { metadata: after } = await valueIs('zeta', 'object');
    expect(after.uid).toBe(metadata.uid);
    await api.until('it is accepted', `${RULE} zeta`, (one) => conditions(one).Accepted === 'True Accepted');
  });

  test('gives a kind that two objects claim to the older', async () => {
    await put('Eta', [config('old')]);
    const { metadata } = await settled('Eta', 1);
    // Objects made within a second are of one age.
    const nextMs = Date.parse(metadata.creationTimestamp) + 1_000;
    await eventually('a second has passed', () => Date.now() > nextMs || undefined);
    await api.apply(`${RULE} aaa`, { spec: spec('Eta', [config('young')]) }, 'gitops');
    const young = await api.until('it is refused', `${RULE} aaa`, (one) => conditions(one).Accepted !== undefined);
    expect(conditions(young)).toMatchObject({ Accepted: 'False DuplicateRule', Ready: 'False DuplicateRule' });
    // Under another version, too: it would replace the definition.
    const { resource } = spec('Eta', []);
    await api.apply(`${RULE} aab`, { spec: { resource: { ...resource, apiVersion: `${GROUP}/v2` } } }, 'gitops');
    const other = await api.until('it is refused', `${RULE} aab`, (one) => conditions(one).Accepted !== undefined);
    expect(conditions(other)).toMatchObject({ Accepted: 'False DuplicateRule' });
    expect(other.status.conditions.find((one: Live) => one.type === 'Accepted').message).toMatch(
      /^spec\.resource\.kind: DuplicateRule: the kind Eta of delivery\.example\.com is taken by the rule "eta"/,
    );
    await api.delete(`${RULE} aab`);
    await make('Eta', 'eta');
    await valueIs('eta', 'old');
    await api.delete(`${RULE} eta`);
    await api.until('it is accepted', `${RULE} aaa`, (one) => conditions(one).Accepted === 'True Accepted');
    await make('Eta', 'eta-2');
    await valueIs('eta-2', 'young');
  });
}
