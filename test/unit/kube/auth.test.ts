import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type AccessOptions, type ClusterAccess, loadAccess } from '../../../engine/kube/auth.ts';
import { Fault } from '../../../engine/model/fault.ts';

const folder = mkdtempSync(join(tmpdir(), 'opsonata-auth-'));
afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

const kubeconfig = (name: string, cluster: string, user = '{ token: secret }', context = name): string =>
  fileOf(
    name,
    `apiVersion: v1
kind: Config
clusters: [{ name: ${name}, cluster: ${cluster} }]
users: [{ name: ${name}, user: ${user} }]
contexts: [{ name: ${name}, context: { cluster: ${name}, user: ${name} } }]
current-context: "${context}"
`,
  );

function load(options: AccessOptions, env: { readonly KUBECONFIG: string; readonly HOME: string }): ClusterAccess {
  const before = { ...process.env };
  Object.assign(process.env, env);
  delete process.env['KUBERNETES_SERVICE_HOST'];
  try {
    return loadAccess(options, () => 0);
  } finally {
    process.env = before;
  }
}

const nowhere = { KUBECONFIG: '', HOME: folder };

function refusalOf(options: AccessOptions): string {
  try {
    load(options, nowhere);
  } catch (error) {
    if (error instanceof Fault) return `${error.code}: ${error.message.replaceAll(`${folder}/`, '')}`;
    throw error;
  }
  return 'none';
}

const SERVER = '{ server: "https://127.0.0.1:6443" }';

describe('a kubeconfig that cannot be used is refused', () => {
  test.each([
    ['absent', {}, 'there is no kubeconfig; name one with --kubeconfig or $KUBECONFIG'],
    [
      'not there',
      { kubeconfig: join(folder, 'gone') },
      `the kubeconfig "gone" cannot be read: ENOENT: no such file or directory, open 'gone'`,
    ],
    [
      'without a current context',
      { kubeconfig: kubeconfig('a', SERVER, undefined, '') },
      'the kubeconfig has no current context; choose one with --context',
    ],
    [
      'with a context that is not there',
      { kubeconfig: kubeconfig('b', SERVER), context: 'c' },
      'the kubeconfig has no context "c"; it has b',
    ],
    [
      'with a server that is none',
      { kubeconfig: kubeconfig('d', '{ server: nonsense }') },
      `the kubeconfig's server "nonsense" is not a URL`,
    ],
    [
      'with a proxy',
      { kubeconfig: kubeconfig('e', '{ server: "https://127.0.0.1:6443", proxy-url: "http://proxy:3128" }') },
      'the kubeconfig asks for the proxy http://proxy:3128; proxies cannot be used yet',
    ],
  ])('%s', (_, options, message) => {
    expect(refusalOf(options)).toBe(`InvalidConfig: ${message}`);
  });
});

describe('a kubeconfig', () => {
  test('proves who we are', async () => {
    const access = load({ kubeconfig: kubeconfig('f', SERVER), asUser: 'someone', asGroups: ['g', 'h'] }, nowhere);
    expect(access.server.href).toBe('https://127.0.0.1:6443/');
    expect(await access.headers()).toEqual({
      authorization: 'Bearer secret',
      'impersonate-user': 'someone',
      'impersonate-group': ['g', 'h'],
    });
  });

  test('may be one of several, some of which are not there', () => {
    const files = [join(folder, 'gone'), kubeconfig('g', SERVER), kubeconfig('h', '{ server: "https://other:6443" }')];
    const env = { ...nowhere, KUBECONFIG: files.join(delimiter) };
    expect(load({}, env).server.host).toBe('127.0.0.1:6443');
    expect(load({ context: 'h' }, env).server.host).toBe('other:6443');
  });

  test('whose credential plugin fails says so', async () => {
    const plugin =
      '{ exec: { apiVersion: client.authentication.k8s.io/v1, command: "false", interactiveMode: Never } }';
    const access = load({ kubeconfig: kubeconfig('i', SERVER, plugin) }, nowhere);
    await expect(access.headers()).rejects.toMatchObject({
      code: 'Unauthorized',
      message: 'cannot log in: the credential plugin failed without a word',
    });
  });
});
