// The JavaScript client with its informer, as a program of somebody else: what it sees of what it does itself.

import {
  ApiException,
  AppsV1Api,
  CoreV1Api,
  CustomObjectsApi,
  EventsV1Api,
  KubeConfig,
  KubernetesObjectApi,
  makeInformer,
  PatchStrategy,
  setHeaderOptions,
  type V1ConfigMap,
  V1MicroTime,
} from '@kubernetes/client-node';
import { eventually } from '../support/cluster.ts';
import { definitionOf } from './site.ts';

const NAMESPACE = 'informer';
const GROUP = 'informer.example.com';
const STATUS = { type: 'object', properties: { ready: { type: 'integer' } } };
const LABELS = { watched: 'yes' };
const MERGE = setHeaderOptions('Content-Type', PatchStrategy.MergePatch);
const STRATEGIC = setHeaderOptions('Content-Type', PatchStrategy.StrategicMergePatch);

/** What it saw, line by line; equal for equal servers. */
export async function runInformer(kubeconfig: string): Promise<readonly string[]> {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const core = config.makeApiClient(CoreV1Api);
  await core.createNamespace({ body: { metadata: { name: NAMESPACE } } });
  return [
    ...(await watchObjects(config, core)),
    ...(await useWorkloads(config)),
    ...(await useCustomObjects(config)),
    ...(await useAnyObject(config)),
    ...(await refused(core)),
  ];
}

async function watchObjects(config: KubeConfig, core: CoreV1Api): Promise<readonly string[]> {
  const seen: string[] = [];
  const selector = 'watched=yes';
  const list = async () => await core.listNamespacedConfigMap({ namespace: NAMESPACE, labelSelector: selector });
  const path = `/api/v1/namespaces/${NAMESPACE}/configmaps`;
  const informer = makeInformer<V1ConfigMap>(config, path, list, selector);
  for (const verb of ['add', 'update', 'delete'] as const)
    informer.on(verb, ({ metadata, data }) => seen.push(`${verb} ${metadata?.name} ${JSON.stringify(data ?? {})}`));
  // It calls it an error that it was stopped.
  informer.on('error', (error) => {
    if (error.name !== 'AbortError') seen.push(`error ${String(error)}`);
  });
  const count = async (lines: number): Promise<void> => {
    await eventually(`${lines} lines of ${seen.join('; ')}`, () => seen.length >= lines || undefined);
  };
  const named = (name: string) => ({ namespace: NAMESPACE, name });
  const create = async (name: string, labels: { [name: string]: string }): Promise<void> => {
    await core.createNamespacedConfigMap({
      namespace: NAMESPACE,
      body: { metadata: { name, labels }, data: { a: '1' } },
    });
  };
  await create('before', LABELS);
  await informer.start();
  await count(1);
  await create('other', {});
  await create('made', LABELS);
  await count(2);
  await core.patchNamespacedConfigMap({ ...named('made'), body: { data: { a: '2' } } }, MERGE);
  await count(3);
  await core.patchNamespacedConfigMap({ ...named('other'), body: { metadata: { labels: LABELS } } }, STRATEGIC);
  await count(4);
  await core.patchNamespacedConfigMap({ ...named('made'), body: { metadata: { labels: { watched: null } } } }, MERGE);
  await count(5);
  await core.deleteNamespacedConfigMap(named('before'));
  await count(6);
  await informer.stop();
  await core.patchNamespacedConfigMap({ ...named('other'), body: { data: { a: '3' } } }, MERGE);
  await create('late', LABELS);
  await informer.start();
  await count(8);
  await informer.stop();
  const known = informer.list().map(({ metadata }) => metadata?.name);
  return [...seen, `knows ${known.sort().join(', ')}`];
}

async function useWorkloads(config: KubeConfig): Promise<readonly string[]> {
  const apps = config.makeApiClient(AppsV1Api);
  const events = config.makeApiClient(EventsV1Api);
  const named = { namespace: NAMESPACE, name: 'web' };
  const labels = { app: 'web' };
  const spec = { containers: [{ name: 'app', image: 'app:1' }] };
  const body = {
    metadata: { name: 'web' },
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
  };
  const made = await apps.createNamespacedDeployment({ namespace: NAMESPACE, body });
  const scale = { metadata: { name: 'web' }, spec: { replicas: 3 } };
  const scaled = await apps.patchNamespacedDeploymentScale({ ...named, body: scale }, MERGE);
  const read = await apps.readNamespacedDeployment(named);
  const event = await events.createNamespacedEvent({
    namespace: NAMESPACE,
    body: {
      metadata: { name: 'said' },
      eventTime: new V1MicroTime(0),
      reportingController: 'example.com/informer',
      reportingInstance: 'one',
      action: 'Say',
      reason: 'Said',
      type: 'Normal',
      regarding: { kind: 'Deployment', name: 'web', namespace: NAMESPACE },
    },
  });
  await apps.deleteNamespacedDeployment(named);
  const left = await apps.listNamespacedDeployment({ namespace: NAMESPACE });
  return [
    `made with ${made.spec?.replicas}, of strategy ${made.spec?.strategy?.type}`,
    `scaled to ${scaled.spec?.replicas}, generation ${read.metadata?.generation}`,
    `said ${event.reason} at ${String(event.eventTime)}`,
    `left ${left.items.length}`,
  ];
}

async function useCustomObjects(config: KubeConfig): Promise<readonly string[]> {
  const any = KubernetesObjectApi.makeApiClient(config);
  await any.create(definitionOf(GROUP, STATUS) as never);
  const custom = config.makeApiClient(CustomObjectsApi);
  const place = { group: GROUP, version: 'v1', namespace: NAMESPACE, plural: 'sites' };
  await eventually('the kind is served', async () => {
    try {
      await custom.listNamespacedCustomObject(place);
      return true;
    } catch {
      return undefined;
    }
  });
  const body = { apiVersion: `${GROUP}/v1`, kind: 'Site', metadata: { name: 'shop' }, spec: { image: 'shop:1' } };
  const made = await custom.createNamespacedCustomObject({ ...place, body });
  const named = { ...place, name: 'shop' };
  const status = { status: { ready: 1 } };
  const patched = await custom.patchNamespacedCustomObjectStatus({ ...named, body: status }, MERGE);
  await custom.deleteNamespacedCustomObject(named);
  return [`made ${JSON.stringify(made.spec)}`, `status ${JSON.stringify(patched.status)}`];
}

async function useAnyObject(config: KubeConfig): Promise<readonly string[]> {
  const any = KubernetesObjectApi.makeApiClient(config);
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'password', namespace: NAMESPACE } };
  await any.create({ ...secret, stringData: { a: 'b' } } as never);
  const read = await any.read<typeof secret & { data?: object; type?: string }>(secret);
  const applied = await any.patch(
    { ...secret, data: { c: 'ZA==' } } as never,
    undefined,
    undefined,
    'informer',
    true,
    PatchStrategy.ServerSideApply,
  );
  const listed = await any.list('v1', 'Secret', NAMESPACE);
  await any.delete(secret);
  return [
    `read ${read.type} ${JSON.stringify(read.data)}`,
    `applied ${JSON.stringify((applied as { data?: object }).data)}`,
    `listed ${listed.items.map(({ metadata }) => metadata?.name).join(', ')}`,
  ];
}

async function refused(core: CoreV1Api): Promise<readonly string[]> {
  const tries = [
    async () => await core.readNamespacedConfigMap({ namespace: NAMESPACE, name: 'nothing' }),
    async () => await core.createNamespacedConfigMap({ namespace: NAMESPACE, body: { metadata: { name: 'late' } } }),
    async () => await core.createNamespacedConfigMap({ namespace: NAMESPACE, body: { metadata: { name: 'A B' } } }),
    async () =>
      await core.replaceNamespacedConfigMap({
        namespace: NAMESPACE,
        name: 'late',
        body: { metadata: { name: 'late', resourceVersion: '1' } },
      }),
  ];
  const lines: string[] = [];
  for (const attempt of tries) {
    try {
      await attempt();
      lines.push('nothing was refused');
    } catch (error) {
      if (!(error instanceof ApiException)) throw error;
      const { reason, message } = JSON.parse(String(error.body)) as { reason: string; message: string };
      lines.push(`${error.code} ${reason}: ${message}`);
    }
  }
  return lines;
}
