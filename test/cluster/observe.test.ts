// What a resource that is only observed says would be done: to the end, with what the API server would refuse.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { Kubelet } from '../../tools/control-plane/kubelet.ts';
import { Api, type Live } from '../support/api.ts';
import { describeCluster, eventually } from '../support/cluster.ts';
import { clusterBackend } from '../support/cluster-backend.ts';
import { EngineProcess } from '../support/engine-process.ts';

const NAMESPACE = 'observe-suite';
const API = 'observe.example.com/v1';
const RULE = `apiVersion: opsonata.dev/v1alpha1
kind: Rule
metadata: { name: show }
spec:
  resource:
    apiVersion: ${API}
    kind: Show
    crd:
      schema:
        spec:
          type: object
          properties:
            text: { type: string }
            port: { type: integer }
            name: { type: string }
            version: { type: string }
            more: { type: boolean, default: false }
  memory: { first: =$memory.first ?? spec.text }
  tasks:
    - id: migrate
      key: =spec.version
      template:
        apiVersion: batch/v1
        kind: Job
        metadata: { name: "{% metadata.name %}-migrate" }
        spec: { template: { spec: { restartPolicy: Never, containers: [{ name: run, image: example.com/migrate }] } } }
  children:
    - id: config
      template: { apiVersion: v1, kind: ConfigMap, metadata: { name: "{% metadata.name %}" }, data: { text: =spec.text, first: =$memory.first } }
    - id: app
      template:
        apiVersion: apps/v1
        kind: Deployment
        metadata: { name: "{% metadata.name %}" }
        spec:
          replicas: 1
          selector: { matchLabels: { show: =metadata.name } }
          template:
            metadata: { labels: { show: =metadata.name }, annotations: { text: =$config.data.text } }
            spec: { containers: [{ name: app, image: example.com/app }] }
    - id: behind
      after: [app]
      template: { apiVersion: v1, kind: ConfigMap, metadata: { name: "{% metadata.name %}-behind" }, data: { text: =spec.text } }
    - id: status
      template: { apiVersion: v1, kind: ConfigMap, metadata: { name: "{% metadata.name %}-status" }, data: { ready: =$string($app.status.readyReplicas) } }
    - id: migrated
      after: [migrate]
      template: { apiVersion: v1, kind: ConfigMap, metadata: { name: "{% metadata.name %}-migrated" }, data: { version: =spec.version } }
    - id: port
      template:
        apiVersion: v1
        kind: Service
        metadata: { name: "{% metadata.name %}" }
        spec: { selector: { show: =metadata.name }, ports: [{ port: =spec.port }] }
    - id: locked
      template: { apiVersion: v1, kind: Secret, metadata: { name: "{% metadata.name %}-locked" }, immutable: true, stringData: { text: =spec.text } }
    - id: taken
      template: { apiVersion: v1, kind: ConfigMap, metadata: { name: "{% metadata.name %}-taken" }, data: { text: =spec.text } }
    - id: more
      when: =spec.more
      template: { apiVersion: v1, kind: ConfigMap, metadata: { name: "{% metadata.name %}-more" }, data: { text: =spec.text } }
`;
const OBSERVE = { metadata: { annotations: { 'opsonata.dev/observe': 'true' } } };
const SPEC = { text: 'one', port: 80, version: 'v1', more: true };

describeCluster('what an observed resource says would be done', (cluster) => {
  let api: Api;
  let engine: EngineProcess;
  let kubelet: Kubelet;

  beforeAll(async () => {
    api = new Api(clusterBackend(cluster), NAMESPACE);
    kubelet = new Kubelet(cluster.state.kubeconfig);
    await api.createNamespace();
    engine = await EngineProcess.start(cluster, { 'rule.yaml': RULE });
  });

  afterAll(async () => {
    await engine?.stop();
    await kubelet?.stop();
    api?.stop();
  });

  const want = async (name: string, spec: object, more: object = {}) =>
    await api.apply(`${API} Show ${name}`, { ...more, spec }, 'user', true);
  const entriesOf = (live: Live) =>
    (live.status?.preview ?? []).map(({ id, action, name, fields, startsAnew, refused, message }: Live) =>
      [id, action, name, ...(fields ?? []), startsAnew && 'starts anew', refused && 'refused', message]
        .filter(Boolean)
        .join('|')
        .replace(/-[0-9a-f]{8}$/, '-HASH')
        .replace(/, \/\S*\/rule.yaml/, ', rule.yaml'),
    );
  const previewed = async (name: string, generation: number) =>
    await api.until('it is observed', `${API} Show ${name}`, (live) =>
      live.status?.conditions?.some(
        (item: Live) => item.type === 'Observing' && item.status === 'True' && item.observedGeneration === generation,
      ),
    );
  const observingOf = (live: Live): string =>
    live.status.conditions.find((item: Live) => item.type === 'Observing').message;

  test('tells of a new resource all that would be made, and what would be refused', async () => {
    await api.apply('ConfigMap new-taken', { data: { text: 'of somebody else' } });
    const mark = await cluster.mark();
    await want('new', { ...SPEC, port: 70000 }, OBSERVE);
    const live = await previewed('new', 1);
    expect(entriesOf(live)).toEqual([
      'config|Create|new',
      'port|Create|new|refused',
      'locked|Create|new-locked',
      'taken|Create|new-taken|refused',
      'more|Create|new-more',
      'migrate|Create|new-migrate-HASH',
      'app|Create|new',
      'migrated|Create|new-migrated',
      'behind|Create|new-behind',
      'status|Wait|reads of "app" what is known only when that is there',
    ]);
    const refusedOf = (id: string) => live.status.preview.find((entry: Live) => entry.id === id).refused;
    expect(refusedOf('port')).toMatch(/spec\.ports\[0\]\.port: Invalid value: 70000/);
    expect(refusedOf('taken')).toMatch(/an object of this name exists that .* did not make/);
    expect(observingOf(live)).toMatch(
      /; \d+ changes wait: create Service observe-suite\/new, which is refused: Service/,
    );
    expect(observingOf(live)).toMatch(/; what becomes of "status" is not known yet$/);
    expect(live.status.memory).toBeUndefined();
    expect(live.metadata.finalizers).toBeUndefined();
    const others = (await cluster.writes(mark)).filter(({ subresource }) => subresource !== 'status');
    expect(others).toEqual([]);
    expect(await api.get('ConfigMap new')).toBeUndefined();
  });

  test('tells of a change which fields become what by which formula, what is deleted, and what cannot be changed', async () => {
    await want('old', SPEC);
    await api.condition(`${API} Show old`, 'Ready', { status: 'True' });
    await api.edit('apps/v1 Deployment old', {
      spec: { replicas: 3 },
      metadata: { labels: { by: 'somebody' } },
    });
    await api.until('the edit is put back', 'apps/v1 Deployment old', ({ spec }) => spec.replicas === 1);
    await api.condition(`${API} Show old`, 'Ready', { status: 'True' });
    await want('old', { ...SPEC, text: 'two', version: 'v2', more: false }, OBSERVE);
    const live = await previewed('old', 2);
    expect(entriesOf(live)).toEqual([
      'config|Update|old|data.text: "one" became "two" (=spec.text, rule.yaml:29:110)',
      'locked|Update|old-locked|stringData: changed (=spec.text, rule.yaml:56:137)|refused',
      'taken|Update|old-taken|data.text: "one" became "two" (=spec.text, rule.yaml:58:116)',
      'migrate|Create|old-migrate-HASH',
      'app|Update|old|spec.template.metadata.annotations.text: "one" became "two" (=$config.data.text, rule.yaml:39:81)|starts anew',
      'migrated|Update|old-migrated|data.version: "v1" became "v2" (=spec.version, rule.yaml:48:122)',
      'behind|Update|old-behind|data.text: "one" became "two" (=spec.text, rule.yaml:43:117)',
      'more|Delete|old-more|since when gives false',
      'port|None|old',
      'status|Wait|reads of "app" what is known only when that is there',
    ]);
    const locked = live.status.preview.find(({ id }: Live) => id === 'locked');
    expect(locked.refused).toMatch(/field is immutable when `immutable` is set/);
    expect(JSON.stringify(live.status.preview)).not.toMatch(/dHdv|b25l/);
    expect((await api.get('ConfigMap old')).data.text).toBe('one');
  });

  test('asks once, however often the resource is looked at, and again when what it depends on has changed', async () => {
    await want('calm', { ...SPEC, port: 70001 }, OBSERVE);
    await previewed('calm', 1);
    const isOfCalm = ({ name }: { readonly name: string }) => name.startsWith('calm');
    const mark = await cluster.mark();
    // Looked at again: what is not in the spec changes, and then the spec of another one, to know that all is done.
    for (const round of ['1', '2', '3']) {
      await api.edit(`${API} Show calm`, { metadata: { labels: { round } } });
      await want(`barrier-${round}`, { ...SPEC, text: round }, OBSERVE);
      await previewed(`barrier-${round}`, 1);
    }
    expect((await cluster.dryRuns(mark)).filter(isOfCalm)).toEqual([]);
    expect((await cluster.writes(mark)).filter(isOfCalm)).toEqual([]);
    await want('calm', { ...SPEC, port: 81 }, OBSERVE);
    await previewed('calm', 2);
    expect((await cluster.dryRuns(mark)).filter(isOfCalm)).toMatchObject([{ resource: 'services', code: 201 }]);
  });

  test('tells what an admission policy would refuse', async (context) => {
    const served = await cluster.try(['get', 'validatingadmissionpolicies']);
    if (served.code !== 0) {
      console.log('SKIPPED: admission policies, because this API server serves none');
      context.skip('this API server serves no admission policies');
    }
    const group = 'admissionregistration.k8s.io/v1';
    const policy = {
      apiVersion: group,
      kind: 'ValidatingAdmissionPolicy',
      metadata: { name: 'no-bad-text' },
      spec: {
        matchConstraints: {
          resourceRules: [
            { apiGroups: [''], apiVersions: ['v1'], resources: ['configmaps'], operations: ['CREATE', 'UPDATE'] },
          ],
        },
        validations: [
          {
            expression: '!has(object.data) || object.data.all(key, object.data[key] != "bad")',
            message: 'no bad text',
          },
        ],
      },
    };
    const binding = {
      apiVersion: group,
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata: { name: 'no-bad-text' },
      spec: { policyName: 'no-bad-text', validationActions: ['Deny'] },
    };
    await cluster.apply({ apiVersion: 'v1', kind: 'List', items: [policy, binding] });
    await eventually('the policy is in force', async () => {
      const probe = {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'probe', namespace: NAMESPACE },
        data: { text: 'bad' },
      };
      const ran = await cluster.try(['create', '--dry-run=server', '-f', '-'], JSON.stringify(probe));
      return ran.code !== 0 ? true : undefined;
    });
    await want('denied', { ...SPEC, text: 'bad' }, OBSERVE);
    const live = await previewed('denied', 1);
    const config = live.status.preview.find(({ id }: Live) => id === 'config');
    expect(config).toMatchObject({ action: 'Create', refused: expect.stringMatching(/no bad text/) });
    await cluster.kubectl('delete validatingadmissionpolicybinding no-bad-text');
  });

  test('does what it told, and has no preview any more', async () => {
    await want('calm', { ...SPEC, port: 82 }, { metadata: { annotations: { 'opsonata.dev/observe': 'false' } } });
    await api.condition(`${API} Show calm`, 'Ready', { status: 'True' });
    const live = await api.get(`${API} Show calm`);
    expect(live.status.preview).toBeUndefined();
    expect((await api.get('ConfigMap calm-status')).data).toEqual({ ready: '1' });
  });
});
