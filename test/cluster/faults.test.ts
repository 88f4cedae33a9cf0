// What goes wrong: broken rules, formulas that fail, an API server that dies, hangs, or loses its history.

import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeCluster, eventually } from '../support/cluster.ts';
import { EngineProcess } from '../support/engine-process.ts';

const NAMESPACE = 'fault-suite';

const rule = (name: string, kind: string, text: string) => `apiVersion: opsonata.dev/v1alpha1
kind: Rule
metadata: { name: ${name} }
spec:
  resource:
    apiVersion: faults.example.com/v1
    kind: ${kind}
    crd: { schema: { spec: { type: object, properties: { text: { type: string }, size: { type: integer } } } } }
  children:
    - id: config
      template:
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: "${name}-{% metadata.name %}" }
        data: { text: ${text} }
`;

const RULES = {
  'good.yaml': rule('good', 'Good', '=spec.text'),
  'broken.yaml': rule('broken', 'Broken', '=spec.text & $uppercas(spec.text)'),
  'formula.yaml': rule('formula', 'Formula', '=$string($number(spec.text) + 1)'),
};

describeCluster('faults around the operator', (cluster) => {
  let engine: EngineProcess;

  beforeAll(async () => {
    await cluster.kubectl(`create namespace ${NAMESPACE}`);
    engine = await EngineProcess.start(cluster, RULES);
  });

  afterAll(async () => {
    await engine?.stop();
  });

  const resource = (kind: string, name: string, spec: object) => ({
    apiVersion: 'faults.example.com/v1',
    kind,
    metadata: { name, namespace: NAMESPACE },
    spec,
  });
  const text = async (name: string) => (await cluster.get('configmap', name, NAMESPACE))?.data?.text;

  test('a broken rule among good ones: the good ones run, the broken one is reported with its place', async () => {
    const place = 'broken.yaml:15:36: error UnknownFunction: there is no function "$uppercas"';
    await eventually('it is printed', () => engine.stderr.includes(place));
    await eventually('it is printed how to mend it', () => engine.stderr.includes('did you mean "$uppercase"?'));
    expect(engine.events('rule-diagnostic')).toMatchObject([
      { code: 'UnknownFunction', line: 15, column: 36, hint: 'did you mean "$uppercase"?' },
    ]);
    expect(engine.events('started')[0]?.['rules']).toEqual(['formula', 'good']);
    await cluster.apply(resource('Good', 'one', { text: 'fine' }));
    await eventually('the good rule works', async () => (await text('good-one')) === 'fine');
  });

  test('a formula that fails for one resource does not hold up the others, and Stalled names its place', async () => {
    await cluster.apply(resource('Formula', 'bad', { text: 'no number' }));
    const stalled = await eventually('Stalled', async () => {
      const live = await cluster.get('formula', 'bad', NAMESPACE);
      return live?.status?.conditions?.find(
        (item: { type: string; status: string }) => item.type === 'Stalled' && item.status === 'True',
      );
    });
    expect(stalled.reason).toBe('ExpressionFailed');
    expect(stalled.message).toMatch(/formula\.yaml:15:32: child "config": D3030: "no number" is not a number/);
    await cluster.apply(resource('Good', 'two', { text: 'fine too' }));
    await eventually('the others go on', async () => (await text('good-two')) === 'fine too');
    // An ordinary edit cures it.
    await cluster.apply(resource('Formula', 'bad', { text: '41' }));
    await eventually('the child', async () => (await text('formula-bad')) === '42');
  });

  test('goes on after the API server was killed and started again, with at most one list for each kind', async () => {
    await cluster.killApiServer();
    await cluster.restartApiServer();
    const mark = await cluster.mark();
    await cluster.apply(resource('Good', 'three', { text: 'after the crash' }));
    await eventually('the child', async () => (await text('good-three')) === 'after the crash');
    // A new API server knows nothing older than its own start: what changed meanwhile in other kinds makes it ask for a list.
    const lists = cluster
      .reads(mark)
      .filter(({ verb }) => verb === 'list')
      .map(({ resource: kind }) => kind);
    expect(lists).toEqual([...new Set(lists)]);
  });

  test('notices an API server that hangs, and goes on when it is back', async () => {
    const before = engine.events('watch-fault').length;
    cluster.pauseApiServer();
    try {
      await eventually('the dead connection is noticed', () => engine.events('watch-fault').length > before);
    } finally {
      cluster.resumeApiServer();
    }
    await eventually('kubectl works again', async () => (await cluster.try(['get', '--raw', '/readyz'])).code === 0);
    await cluster.apply(resource('Good', 'four', { text: 'after the pause' }));
    await eventually('the child', async () => (await text('good-four')) === 'after the pause');
  });

  test('lists once when the history is gone, and misses nothing that happened meanwhile', async () => {
    await cluster.killApiServer();
    // Changes while nobody watches, and a compaction: the versions that the engine knows do not exist any more.
    await cluster.restartApiServer();
    await cluster.kubectl(`delete configmap good-one -n ${NAMESPACE}`);
    await cluster.forgetHistory();
    await cluster.killApiServer();
    await cluster.restartApiServer();
    await eventually('the deleted child is back', async () => (await text('good-one')) === 'fine');
    await cluster.apply(resource('Good', 'five', { text: 'after the compaction' }));
    await eventually('the child', async () => (await text('good-five')) === 'after the compaction');
  });

  test('survives the loss of a definition, and works again when it is back', async () => {
    await cluster.kubectl('delete crd goods.faults.example.com');
    await eventually('the kind is missing', () =>
      engine.events('watch-state').some(({ kind, state }) => String(kind).startsWith('Good.') && state === 'missing'),
    );
    await engine.stop();
    engine = await EngineProcess.start(cluster, RULES);
    await cluster.apply(resource('Good', 'six', { text: 'again' }));
    await eventually('the child', async () => (await text('good-six')) === 'again');
  });

  test('goes on writing a status whose schema has lost a field', async () => {
    await cluster.apply(resource('Good', 'seven', { text: 'before' }));
    const condition = async (generation: number) =>
      await eventually(`the status of generation ${generation}`, async () => {
        const { status } = await cluster.get('good', 'seven', NAMESPACE);
        return status?.conditions?.[0]?.observedGeneration === generation ? status : undefined;
      });
    expect(await condition(1)).toHaveProperty('children');
    const path = '/spec/versions/0/schema/openAPIV3Schema/properties/status/properties/children';
    await cluster.kubectl(`patch crd goods.faults.example.com --type=json -p=[{"op":"remove","path":"${path}"}]`);
    await cluster.apply(resource('Good', 'seven', { text: 'after' }));
    expect(await condition(2)).not.toHaveProperty('children');
  });

  test('without rights it says which one is missing, and does not end', async () => {
    const limited = new EngineProcess(cluster, { 'rule.yaml': readFileSync('examples/01-webapp/rule.yaml', 'utf8') }, [
      '--as',
      'nobody',
    ]);
    await eventually(
      'it gives the reason',
      () =>
        limited.stderr.includes('forbidden') ||
        limited.lines.some((line) => JSON.stringify(line).includes('forbidden')),
    );
    expect(await limited.stop()).toBe(0);
  });

  test('a rule that lacks a right, or whose definition is refused, holds up no other', async () => {
    const resources = ['configmaps', 'customresourcedefinitions', 'frees', 'frees/status', 'locks', 'odds'];
    await cluster.apply({
      apiVersion: 'v1',
      kind: 'List',
      items: [
        {
          apiVersion: 'rbac.authorization.k8s.io/v1',
          kind: 'ClusterRole',
          metadata: { name: 'no-secrets' },
          rules: [{ apiGroups: ['*'], resources, verbs: ['*'] }],
        },
        {
          apiVersion: 'rbac.authorization.k8s.io/v1',
          kind: 'ClusterRoleBinding',
          metadata: { name: 'no-secrets' },
          roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'no-secrets' },
          subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'no-secrets' }],
        },
      ],
    });
    const rules = {
      'free.yaml': rule('free', 'Free', '=spec.text'),
      'lock.yaml': rule('lock', 'Lock', '=spec.text').replace('kind: ConfigMap', 'kind: Secret'),
      // Only an API server reads rules of definitions.
      'odd.yaml': rule('odd', 'Odd', '=spec.text').replace(
        '{ type: string }',
        '{ type: string, x-kubernetes-validations: [{ rule: self. }] }',
      ),
    };
    await eventually('the rights are there', async () => {
      const ran = await cluster.try(['auth', 'can-i', 'create', 'configmaps', '--as', 'no-secrets', '-n', NAMESPACE]);
      return ran.stdout.startsWith('yes');
    });
    const limited = new EngineProcess(cluster, rules, ['--as', 'no-secrets']);
    await eventually(
      'the kind is served',
      async () => (await cluster.try(['get', 'frees.faults.example.com', '-A'])).code === 0,
    );
    await cluster.apply(resource('Free', 'one', { text: 'free' }));
    await eventually('the good rule works', async () => (await text('free-one')) === 'free');
    await eventually('the refusal is told', () => limited.events('failed').length > 0);
    expect(limited.events('failed')).toMatchObject([{ rule: 'odd', code: 'Invalid' }]);
    await eventually('only the right is missing', async () => {
      const text = await (await fetch(`${limited.endpoints}/readyz`)).text();
      return text === 'rule lock: Secret.v1 is not listed yet\n';
    });
    expect(await limited.stop()).toBe(0);
  });
});
