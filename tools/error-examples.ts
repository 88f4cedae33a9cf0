// One example for each code: the pages of docs/errors are made from them, and test/errors.test.ts sees that each example
// really produces its code.

import { apply, toOutcomeFault } from '../engine/apply/apply.ts';
import { assemble } from '../engine/compile/rule-set.ts';
import { type EvaluateInput, evaluate } from '../engine/evaluate/evaluate.ts';
import { checkSamples } from '../engine/evaluate/samples.ts';
import { checkSchedules } from '../engine/evaluate/schedule.ts';
import { loadAccess } from '../engine/kube/auth.ts';
import { classify } from '../engine/kube/classify.ts';
import { unavailable } from '../engine/kube/session.ts';
import { load } from '../engine/load/load.ts';
import { collectSources } from '../engine/load/source.ts';
import type { Code } from '../engine/model/codes.ts';
import type { Diagnostic } from '../engine/model/diagnostic.ts';
import { Fault } from '../engine/model/fault.ts';
import type { Json } from '../engine/model/json.ts';
import type { KubeObject } from '../engine/model/object.ts';
import type { CompiledRule } from '../engine/model/rule.ts';
import { withinNamespace } from '../engine/run/within-namespace.ts';
import { contest, halted, refusedPatch } from './contest.ts';

/** What an example gives: the code, the words, and where it is a diagnostic, the place. */
export interface Produced {
  readonly code: string;
  readonly message: string;
  readonly diagnostic?: Diagnostic;
}

/** An example of a code. `shown`: what a reader sees of it, as a fenced block; `produce` runs it. */
export interface ErrorExample {
  readonly shown: string;
  readonly language: 'yaml' | 'json' | 'text';
  produce(): Promise<readonly Produced[]>;
}

const HEAD = 'apiVersion: opsonata.dev/v1alpha1\nkind: Rule\nmetadata: { name: web }\n';
const RESOURCE = '  resource: { apiVersion: example.com/v1, kind: Web }\n';
const rule = (spec: string): string => `${HEAD}spec:\n${RESOURCE}${spec}`;
const CRD =
  '{ schema: { spec: { type: object, properties: { host: { type: string }, tier: { type: string, enum: [web, db] }, ports: { type: array, items: { type: object, properties: { name: { type: string } } } } } } } }';
const typed = (data: string): string =>
  config(data).replace(RESOURCE, `  resource:\n    apiVersion: example.com/v1\n    kind: Web\n    crd: ${CRD}\n`);
const config = (data: string, more = ''): string =>
  rule(
    `  children:\n    - id: config\n${more}      template:\n        apiVersion: v1\n        kind: ConfigMap\n        metadata: { name: =metadata.name }\n        data: ${data}\n`,
  );

const NO_DEPS = { schemas: { find: () => undefined }, checkSamples, checkSchedules };

/** Loads and compiles the text of a rule file. */
export function checkText(
  text: string,
  file = 'rule.yaml',
): { readonly diagnostics: readonly Diagnostic[]; readonly rules: readonly CompiledRule[] } {
  const { rules, diagnostics } = assemble(load([{ file, text, found: false }]), NO_DEPS);
  return { diagnostics, rules: [...rules.values()].map(({ rule }) => rule) };
}

function fromText(text: string): ErrorExample {
  const produce = async () =>
    checkText(text).diagnostics.map((diagnostic) => ({
      code: diagnostic.code,
      message: diagnostic.message,
      diagnostic,
    }));
  return { shown: text, language: 'yaml', produce };
}

function fromNamespaced(text: string, namespace: string): ErrorExample {
  const produce = async () => {
    const rules = assemble(load([{ file: 'rule.yaml', text, found: false }]), NO_DEPS);
    const { diagnostics } = withinNamespace(rules, namespace);
    return diagnostics.map((diagnostic) => ({ code: diagnostic.code, message: diagnostic.message, diagnostic }));
  };
  return { shown: text, language: 'yaml', produce };
}

const OWNER: KubeObject = {
  apiVersion: 'example.com/v1',
  kind: 'Web',
  metadata: { name: 'shop', namespace: 'default', uid: 'u1', generation: 1 },
};

const MOMENT: EvaluateInput = {
  owner: OWNER,
  observed: [],
  now: '2026-01-01T00:00:00Z',
  isWanted: true,
  read: () => ({ kind: 'found', objects: [] }),
  unlisted: () => undefined,
};

function fromPlan(text: string, observed: readonly KubeObject[] = [], more: Partial<EvaluateInput> = {}): ErrorExample {
  const produce = async () => {
    const plan = evaluate(checkText(text).rules[0] as CompiledRule, { ...MOMENT, observed, ...more });
    const health = plan.health.flatMap((item) => {
      const code = { Failed: 'ChildFailed', Terminating: 'ChildTerminating', InProgress: 'Progressing', Current: '' }[
        item.health.status
      ];
      return code === '' ? [] : [{ code, message: item.health.message }];
    });
    const leaving = (plan.leaving ?? []).map(({ message }) => ({ code: 'Terminating', message }));
    return [...plan.waiting, ...plan.failures, ...health, ...leaving].map(({ code, message }) => ({ code, message }));
  };
  return { shown: text, language: 'yaml', produce };
}

function fromAnswer(status: number, body: Json): ErrorExample {
  const produce = async () => [classify({ status, body })];
  return {
    shown: `HTTP ${status}\n${typeof body === 'string' ? body : JSON.stringify(body, null, 2)}`,
    language: 'text',
    produce,
  };
}

function fromFault(shown: string, work: () => unknown): ErrorExample {
  const produce = async () => {
    try {
      const result = await work();
      return Array.isArray(result) ? (result as Produced[]) : [toOutcomeFault(result)];
    } catch (error) {
      return [toOutcomeFault(error)];
    }
  };
  return { shown, language: 'text', produce };
}

const status = (code: number, reason: string, message: string, details: Json = {}): ErrorExample =>
  fromAnswer(code, { kind: 'Status', apiVersion: 'v1', status: 'Failure', message, reason, details, code });

const child = (object: object): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: {
    name: 'shop',
    namespace: 'default',
    uid: 'u2',
    generation: 2,
    labels: { 'opsonata.dev/child': 'deployment' },
  },
  ...object,
});

const DEPLOYMENT = rule(
  '  children:\n    - id: deployment\n      template: { apiVersion: apps/v1, kind: Deployment, metadata: { name: =metadata.name }, spec: { replicas: 2 } }\n    - id: config\n      template:\n        apiVersion: v1\n        kind: ConfigMap\n        metadata: { name: =metadata.name }\n        data: { ready: =$string($deployment.status.readyReplicas) }\n',
);

const INPUT = rule(
  '  inputs:\n    - id: tls\n      resource: { apiVersion: v1, kind: Secret }\n      name: =metadata.name & "-tls"\n  children:\n    - id: config\n      template:\n        apiVersion: v1\n        kind: ConfigMap\n        metadata: { name: =metadata.name }\n        data: { certificate: =$tls.data.`tls.crt` }\n',
);

const FOREIGN: KubeObject = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'shop', namespace: 'default', uid: 'u3' },
};

const CONFIG_MARKS = { labels: { 'opsonata.dev/child': 'config' } };

async function applyOver(live: KubeObject): Promise<readonly Produced[]> {
  const [compiled] = checkText(config('{ a: "1" }')).rules;
  const plan = evaluate(compiled as CompiledRule, MOMENT);
  const desired = plan.desired[0] as (typeof plan.desired)[number];
  const client = {
    get: async () => live,
    apply: async () => {
      throw new Fault({ code: 'Conflict', retry: 'now', message: 'the object has been modified' });
    },
    patch: async () => live,
    delete: async () => undefined,
  };
  const results = await apply(
    [{ kind: 'create', child: 'config', desired }],
    { rule: 'web', owner: OWNER, journal: 'status', records: [], inventory: [] },
    { client, observe: () => undefined, forget: () => undefined },
  );
  return results.flatMap(({ outcome }) => (outcome.fault === undefined ? [] : [outcome.fault]));
}

function fromContest(policy: string, how: Parameters<typeof contest>[2]): ErrorExample {
  const text = config('{ a: "1" }', policy === '' ? '' : `      ${policy}\n`);
  const produce = () => contest(checkText(text).rules[0] as CompiledRule, OWNER, how);
  return { shown: text, language: 'yaml', produce };
}

function fromHalt(word: 'suspend' | 'observe'): ErrorExample {
  const text = config('{ a: "1" }').replace('spec:\n', `spec:\n  ${word}: true\n`);
  return { shown: text, language: 'yaml', produce: () => halted(checkText(text).rules[0] as CompiledRule, OWNER) };
}

function fromPatch(text: string, target: KubeObject): ErrorExample {
  const produce = () => refusedPatch(checkText(text).rules[0] as CompiledRule, OWNER, target);
  return { shown: text, language: 'yaml', produce };
}

/** The examples, by code. */
export const errorExamples: { readonly [C in Code]: ErrorExample } = {
  FileUnreadable: fromFault('opsonata validate missing.yaml', async () => {
    const fail = async (): Promise<never> => {
      throw new Error('"missing.yaml" does not exist');
    };
    return (await collectSources(['missing.yaml'], { isDirectory: async () => false, list: fail, read: fail }))
      .diagnostics;
  }),
  YamlSyntax: fromText(rule('  children: [{ id: config\n  let: {}\n')),
  QuoteNeeded: fromText(rule('  status:\n    phase: =spec.on ? { "a": 1 } : "off"\n')),
  DuplicateKey: fromText(rule('  let: { a: 1 }\n  let: { b: 2 }\n')),
  ReservedKey: fromText(rule('  let:\n    __proto__: { a: 1 }\n')),
  UnsafeNumber: fromText(rule('  let: { id: 12345678901234567890 }\n')),
  AmbiguousScalar: fromText(rule('  let: { mode: 0644 }\n')),
  TooLarge: {
    ...fromText(rule(`  let: { deep: ${'['.repeat(120)}${']'.repeat(120)} }\n`)),
    shown: '# a document with 120 levels of brackets',
  },
  NotARule: fromText('apiVersion: v1\nkind: ConfigMap\nmetadata: { name: web }\n'),
  UnknownField: fromText(rule('  childs: []\n')),
  MissingField: fromText(`${HEAD}spec: {}\n`),
  WrongType: fromText(rule('  children: { id: config }\n')),
  WrongValue: fromText(rule('  conditions: [{ type: available, status: true }]\n')),
  DuplicateRule: fromText(`${rule('')}---\n${rule('').replace('kind: Web }', 'kind: Other }')}`),
  ExpressionSyntax: fromText(config('{ a: =spec. }')),
  ExpressionUnsupported: fromText(config('{ a: "=$string($millis())" }')),
  UnknownFunction: fromText(config('{ a: =$uppercas(spec.a) }')),
  UnknownVariable: fromText(config('{ a: =$confg.data.b }')),
  WrongArguments: fromText(config("{ a: '=$substring(spec.a, 1, 2, 3)' }")),
  NeverEqual: fromText(typed('{ a: \'=spec.tier = "wb" ? "1" : "2"\' }')),
  ManyValues: fromText(typed('{ a: =$uppercase(spec.ports.name) }')),
  MaybeNothing: fromText(typed('{ a: "host {% spec.host %}" }')),
  UnclosedInsertion: fromText(config('{ a: "{% spec.a" }')),
  LiteralRequired: fromText(config('{ "=spec.key": a }')),
  ChosenByResource: fromText(
    rule(
      '  children:\n    - id: config\n      template: { apiVersion: v1, kind: ConfigMap, metadata: { name: =spec.name } }\n',
    ),
  ),
  ReservedMetadata: fromText(
    config('{}').replace('{ name: =metadata.name }', '{ name: =metadata.name, finalizers: [a] }'),
  ),
  InvalidName: fromText(rule('  let: { count: 1 }\n')),
  UnknownChild: fromText(config('{}', '      after: [databse]\n')),
  DependencyCycle: fromText(rule('  let:\n    a: =$b\n    b: =$a\n')),
  UnfitPolicy: fromText(config('{ a: "1" }', '      write: once\n      onDrift: warn\n')),
  DataAtRisk: fromText(
    config('{}', '      onImmutable: recreate\n')
      .replace('kind: ConfigMap', 'kind: PersistentVolumeClaim')
      .replace(/ +data.*\n/, ''),
  ),
  InvalidSchema: fromText(
    `${HEAD}spec:\n  resource:\n    apiVersion: example.com/v1\n    kind: Web\n    crd: { schema: { spec: { type: strng } } }\n`,
  ),
  BeyondNamespace: fromNamespaced(
    `${HEAD}spec:\n${RESOURCE.replace(' }', ', crd: { scope: Cluster } }')}  children: []\n`,
    'shop',
  ),
  SampleDiffers: fromText(`apiVersion: opsonata.dev/v1alpha1
kind: Health
metadata: { name: queue }
spec:
  resource: { apiVersion: example.com/v1, kind: Queue }
  cases:
    - { when: =status.phase = "Running", status: Current }
    - { status: InProgress, message: "the queue is {% status.phase %}" }
  samples:
    - object: { apiVersion: example.com/v1, kind: Queue, metadata: { name: a }, status: { phase: Broken } }
      status: Failed
`),
  Progressing: fromPlan(DEPLOYMENT, [
    child({ status: { observedGeneration: 2, readyReplicas: 1, updatedReplicas: 2 } }),
  ]),
  DependencyMissing: fromPlan(DEPLOYMENT),
  InputMissing: fromPlan(INPUT),
  NotListed: fromPlan(INPUT, [], {
    read: () => ({ kind: 'unknown', reason: 'list Secret: secrets is forbidden' }),
  }),
  DependencyNotReady: fromPlan(DEPLOYMENT, [child({ spec: { replicas: 2 } })]),
  MemberWaits: fromPlan(
    rule(
      '  children:\n    - id: node\n      forEach: [a, b]\n      key: =$item\n      rollout: { create: OrderedReady }\n      template: { apiVersion: v1, kind: Pod, metadata: { name: "{% metadata.name %}-{% $item %}" } }\n',
    ),
  ),
  ChildTerminating: fromPlan(DEPLOYMENT, [
    child({ metadata: { ...child({}).metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } }),
  ]),
  Terminating: fromPlan(DEPLOYMENT, [child({}), { ...FOREIGN, metadata: { ...FOREIGN.metadata, ...CONFIG_MARKS } }], {
    owner: { ...OWNER, metadata: { ...OWNER.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } },
  }),
  PruneHeld: fromPlan(rule('  prune: { limit: 50% }\n  children: []\n'), [child({})]),
  ChildFailed: fromPlan(DEPLOYMENT, [
    child({
      status: {
        observedGeneration: 2,
        conditions: [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' }],
      },
    }),
  ]),
  ExpressionFailed: fromPlan(config('{ a: =$string(metadata.name + 1) }')),
  InvalidResult: fromPlan(config('{ a: "{% spec.nothing %}" }')),
  ApiUnavailable: fromFault('connect ECONNREFUSED 127.0.0.1:6443', () =>
    unavailable('connect ECONNREFUSED 127.0.0.1:6443'),
  ),
  ApiThrottled: status(429, 'TooManyRequests', 'Too many requests, please try again later.', { retryAfterSeconds: 1 }),
  ApiError: status(500, 'InternalError', 'etcdserver: leader changed'),
  Unauthorized: status(401, 'Unauthorized', 'Unauthorized'),
  Forbidden: status(403, 'Forbidden', 'configmaps is forbidden: User "x" cannot patch resource "configmaps"', {
    name: 'shop',
  }),
  QuotaExceeded: status(
    403,
    'Forbidden',
    'configmaps "shop" is forbidden: exceeded quota: small, requested: count/configmaps=1',
    { name: 'shop' },
  ),
  NamespaceTerminating: status(403, 'Forbidden', 'configmaps "shop" is forbidden: because it is being terminated', {
    name: 'shop',
    causes: [
      { reason: 'NamespaceTerminating', message: 'namespace a is being terminated', field: 'metadata.namespace' },
    ],
  }),
  NotFound: status(404, 'NotFound', 'configmaps "shop" not found', { name: 'shop' }),
  KindNotFound: fromAnswer(404, '404 page not found'),
  Expired: status(410, 'Expired', 'too old resource version: 1 (200)'),
  Conflict: status(
    409,
    'Conflict',
    'Operation cannot be fulfilled on configmaps "shop": the object has been modified',
    { name: 'shop' },
  ),
  FieldConflict: status(409, 'Conflict', 'Apply failed with 1 conflict: conflict with "other": .data.a', {
    causes: [{ reason: 'FieldManagerConflict', message: 'conflict with "other"', field: '.data.a' }],
  }),
  FieldContention: fromContest('', {
    operation: 'Update',
    pause: { forMs: 60_000, until: '2026-01-01T00:01:00Z' },
  }),
  FieldYielded: fromContest('onConflict: yield', { operation: 'Apply' }),
  Drifted: fromContest('onDrift: warn', { operation: 'Update' }),
  Suspended: fromHalt('suspend'),
  Observing: fromHalt('observe'),
  NotOwned: fromFault(
    'a ConfigMap "shop" that somebody else made, and a Web "shop" whose rule wants a ConfigMap of that name',
    () => applyOver(FOREIGN),
  ),
  PatchRefused: fromPatch(
    rule(
      '  patches:\n    - id: paused\n      target: { apiVersion: apps/v1, kind: Deployment, name: =metadata.name }\n      json:\n        - { op: test, path: /spec/replicas, value: 2 }\n        - { op: add, path: /spec/paused, value: true }\n',
    ),
    child({ spec: { replicas: 3 } }),
  ),
  Invalid: status(422, 'Invalid', 'Service "shop" is invalid: spec.ports: Required value', { name: 'shop' }),
  ImmutableField: status(
    422,
    'Invalid',
    'Service "shop" is invalid: spec.clusterIPs[0]: Invalid value: ["10.0.0.9"]: may not change once set',
    { name: 'shop' },
  ),
  SchemaMismatch: status(
    500,
    '',
    'failed to create typed patch object (default/shop; apps/v1, Kind=Deployment): .spec.replcas: field not declared in schema',
  ),
  AdmissionFailed: status(
    500,
    'InternalError',
    'Internal error occurred: failed calling webhook "check.example.com": connection refused',
  ),
  ResponseTooLarge: status(413, 'RequestEntityTooLarge', 'the request is too large'),
  InvalidConfig: fromFault('opsonata run --rules rules --kubeconfig missing', () =>
    loadAccess({ kubeconfig: 'missing' }, () => 0),
  ),
  InternalError: fromFault('a bug', () => new TypeError('a state that cannot be')),
};
