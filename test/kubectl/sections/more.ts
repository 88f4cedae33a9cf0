// What kubectl does besides: raw requests, pruning, more ways of printing and watching, and what needs a kubelet.

import type { Section } from '../section.ts';

const settings = (name: string, data: object): object => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, labels: { set: 'pruned' } },
  data,
});

const list = (...items: readonly object[]): object => ({ apiVersion: 'v1', kind: 'List', items });

const BASE = '/api/v1/namespaces/raw/configmaps';

/** Requests as they are, and sets of objects that are pruned. */
export const RAW: Section = {
  name: 'raw',
  files: {
    'one.json': settings('one', { a: '1' }),
    'one-2.json': settings('one', { a: '2' }),
    'both.json': list(settings('one', { a: '1' }), settings('two', { b: '2' })),
    'second.json': list(settings('two', { b: '2' })),
  },
  steps: [
    `create --raw ${BASE} -f one.json`,
    `create --raw ${BASE} -f one.json`,
    `replace --raw ${BASE}/one -f one-2.json`,
    `get --raw ${BASE}/one`,
    `get --raw ${BASE}?limit=1`,
    `delete --raw ${BASE}/one`,
    `delete --raw ${BASE}/one`,
    'get --raw /version',
    'get --raw /readyz',
    'get --raw /livez',
    'get --raw /nothing',
    'get --raw /apis/apps',
    'get --raw /apis/apps/v1/nothings',
    'apply -f both.json --prune -l set=pruned --prune-allowlist=core/v1/ConfigMap',
    'apply -f second.json --prune -l set=pruned --prune-allowlist=core/v1/ConfigMap --dry-run=server',
    'apply -f second.json --prune -l set=pruned --prune-allowlist=core/v1/ConfigMap',
    'get configmap',
    { run: 'apply edit-last-applied configmap/two', editor: 'sed -i s/b:/c:/' },
    'apply view-last-applied configmap/two',
    'apply view-last-applied configmap nothing',
    'apply set-last-applied -f one.json --create-annotation=true',
    'apply -f second.json --force',
    'apply -f second.json --overwrite=false',
    'replace -f second.json --dry-run=server',
    'replace -f one.json',
    'replace --force -f second.json',
    'delete -f both.json --ignore-not-found',
  ],
};

const PRINTED = [
  'yaml',
  'json',
  'name',
  'wide',
  'jsonpath={.data.a}',
  "'custom-columns=A:.data.a'",
  "'go-template={{.kind}}'",
];

// How it is watched, and how many lines there are of the first state and the changed one.
const WATCHED = [
  ['-o yaml', 25],
  ['-o wide', 3],
  ['-o name', 2],
  ['--output-watch-events -o json', 42],
] as const;

/** More of `get` and its watches, and `events`. */
export const PRINT: Section = {
  name: 'print',
  files: { 'one.json': settings('one', { a: '1' }), 'columns.txt': 'NAME          A\nmetadata.name data.a\n' },
  steps: [
    'create -f one.json',
    ...PRINTED.map((form) => `get -f one.json -o ${form}`),
    ...PRINTED.map((form) => `get configmap -l set=pruned -o ${form}`),
    'get configmap one -o custom-columns-file=columns.txt',
    'get configmap one -o nothing',
    'get configmap one -o jsonpath={.nothing} --allow-missing-template-keys=false',
    'get configmap one --output-watch-events',
    'get configmap one -L set,nothing --no-headers',
    'get configmap one --server-print=false',
    'get configmap one -o wide --server-print=false',
    'get configmap one --subresource=status',
    'get configmap/one namespace/print',
    'get configmap one -A',
    'get cm,ns/print',
    ...WATCHED.map(([how, lines], at) => ({
      watch: `get configmap one -w ${how}`,
      firstLines: 1,
      change: `label configmap one print=p${at} --overwrite`,
      lines,
    })),
    'events --types=Warning',
    'events -o yaml',
    'events -A --for=configmap/one',
    'get ev',
    'label configmap one print-',
    'label -f one.json from=file',
    'label configmap one a=1 b=2 --dry-run=client -o yaml',
    'label configmap one a=1 --dry-run=server -o name',
    'label configmap one --resource-version=1 a=1',
    'annotate -f one.json --overwrite note=1',
    'annotate configmap -l set=pruned note=2 --overwrite',
    'annotate configmap one --list',
    'patch -f one.json --type=merge -p {"data":{"b":"2"}} --dry-run=server -o yaml',
    'patch configmap one -p {"data":{"b":"2"}} -o name',
    'patch configmap one nothing -p {"data":{"b":"2"}}',
    'patch configmap one --type=wrong -p {}',
    'edit configmap nothing',
    { run: 'edit -f one.json', editor: "sed -i 's/a: .*/a: edited/'" },
    { run: 'edit configmap one', editor: 'false' },
    { run: 'edit configmap one --output-patch', editor: "sed -i 's/a: .*/a: again/'" },
    { run: 'edit configmap -l set=pruned', editor: "sed -i 's/a: .*/a: all/'" },
  ],
};

/** What runs in pods: there is no kubelet, so that both servers only say so. */
export const INSIDE: Section = {
  name: 'inside',
  steps: [
    'run web --image=nginx:1',
    'wait --for=condition=Ready pod/web --timeout=1s',
    'logs nothing',
    'logs deployment/nothing',
    'logs -l a=b',
    'exec nothing -- ls',
    'cp nothing:/a b',
    'attach nothing',
    'port-forward pod/web 8080',
    'port-forward service/nothing 8080',
    'top pods',
    'top nodes',
    'debug nothing --image=b',
    'debug web --image=b --copy-to=web-copy --attach=false -q',
    'get pods -o name',
    'get pod web-copy -o jsonpath={.spec.containers[*].image}',
    'delete pods --all --grace-period=0 --force',
  ],
};

/** What holds a namespace that is to go, and the namespaces that stay. */
export const REMAINS: Section = {
  name: 'remains',
  steps: [
    'create namespace kubectl-remains',
    'create configmap held -n kubectl-remains',
    'create secret generic held -n kubectl-remains',
    'patch configmap held -n kubectl-remains --type=merge -p {"metadata":{"finalizers":["example.com/a","example.com/b"]}}',
    'patch secret held -n kubectl-remains --type=merge -p {"metadata":{"finalizers":["example.com/a"]}}',
    'delete namespace kubectl-remains --wait=false',
    {
      run: 'wait --for=condition=NamespaceFinalizersRemaining namespace/kubectl-remains --timeout=30s',
      save: 'progress',
    },
    'get namespace kubectl-remains -o yaml --show-managed-fields',
    'describe namespace kubectl-remains',
    'create configmap late -n kubectl-remains',
    'patch secret held -n kubectl-remains --type=json -p [{"op":"remove","path":"/metadata/finalizers"}]',
    'patch configmap held -n kubectl-remains --type=json -p [{"op":"remove","path":"/metadata/finalizers/-1"}]',
    'get configmap held -n kubectl-remains -o jsonpath={.metadata.finalizers}',
    'patch configmap held -n kubectl-remains --type=json -p [{"op":"remove","path":"/metadata/finalizers"}]',
    { run: 'wait --for=delete namespace/kubectl-remains --timeout=30s', save: 'progress' },
    'get namespace kubectl-remains',
    'delete namespace default',
    'delete namespace kube-system kube-public --wait=false',
  ],
};

/** Selectors as they are mistyped, and numbers in them. */
export const SELECT: Section = {
  name: 'select',
  steps: [
    'create configmap a',
    'label configmap a size=10 tier=web',
    'create job done --image=busybox:1 -- true',
    ...['size>9', 'size<9', 'tier in x', 'size>big', '=', 'tier=-x', 'a/b/c=x', 'tier,', 'tier in (web'].map(
      (selector) => `get configmap -l '${selector}'`,
    ),
    'get jobs --field-selector=status.successful=0 -o name',
    'get jobs --field-selector=status.successful=1 -o name',
  ],
};
