// The ledger: what is emulated and what is not, in one place. The server refuses through it, and counts what it refused;
// docs/reference/apiserver.md is made from it.

import { type ApiError, notEmulated } from './model/api-error.ts';
import type { ApiRequest } from './model/request.ts';

/** How a built-in kind is emulated. */
export interface KindEntry {
  /**
   * The fields whose rules are not all checked, besides those of their type: dotted paths without indexes, each for all
   * that is below it. None: everything is checked.
   */
  readonly unchecked: readonly string[];
}

const ALL: KindEntry = { unchecked: [] };
const except = (...unchecked: readonly string[]): KindEntry => ({ unchecked });

/** The built-in kinds that are emulated, by `apiVersion/kind`. */
export const KINDS: { readonly [kind: string]: KindEntry } = {
  'v1/ConfigMap': ALL,
  'v1/Endpoints': except('subsets'),
  'v1/Event': ALL,
  'v1/LimitRange': except('spec'),
  'v1/Namespace': ALL,
  'v1/Node': except('spec'),
  'v1/PersistentVolume': except('spec'),
  'v1/PersistentVolumeClaim': except('spec'),
  'v1/Pod': except('spec'),
  'v1/ResourceQuota': except('spec'),
  'v1/Secret': except('data', 'type'),
  'v1/Service': except('spec'),
  'v1/ServiceAccount': ALL,
  'events.k8s.io/v1/Event': ALL,
  'apps/v1/ControllerRevision': except('data', 'revision'),
  'apps/v1/DaemonSet': except('spec'),
  'apps/v1/Deployment': except('spec'),
  'apps/v1/ReplicaSet': except('spec'),
  'apps/v1/StatefulSet': except('spec'),
  'batch/v1/CronJob': except('spec'),
  'batch/v1/Job': except('spec'),
  'autoscaling/v1/HorizontalPodAutoscaler': except('spec'),
  'autoscaling/v2/HorizontalPodAutoscaler': except('spec'),
  'policy/v1/PodDisruptionBudget': except('spec'),
  'networking.k8s.io/v1/Ingress': except('spec'),
  'networking.k8s.io/v1/IngressClass': except('spec'),
  'networking.k8s.io/v1/NetworkPolicy': except('spec'),
  'discovery.k8s.io/v1/EndpointSlice': except('addressType', 'endpoints', 'ports'),
  'rbac.authorization.k8s.io/v1/ClusterRole': ALL,
  'rbac.authorization.k8s.io/v1/ClusterRoleBinding': ALL,
  'rbac.authorization.k8s.io/v1/Role': ALL,
  'rbac.authorization.k8s.io/v1/RoleBinding': ALL,
  'authentication.k8s.io/v1/SelfSubjectReview': ALL,
  'authentication.k8s.io/v1/TokenReview': ALL,
  'authorization.k8s.io/v1/LocalSubjectAccessReview': ALL,
  'authorization.k8s.io/v1/SelfSubjectAccessReview': ALL,
  'authorization.k8s.io/v1/SelfSubjectRulesReview': ALL,
  'authorization.k8s.io/v1/SubjectAccessReview': ALL,
  'storage.k8s.io/v1/StorageClass': except('provisioner', 'volumeBindingMode', 'allowedTopologies'),
  'scheduling.k8s.io/v1/PriorityClass': except('preemptionPolicy'),
  'coordination.k8s.io/v1/Lease': except('spec'),
  'apiextensions.k8s.io/v1/CustomResourceDefinition': except('spec'),
};

/** True for a built-in kind that is emulated. */
export function isEmulated(kind: string): boolean {
  return Object.hasOwn(KINDS, kind);
}

/** The subresources that are emulated, and of what. */
export const SUBRESOURCES: { readonly [name: string]: string } = {
  eviction: 'of pods: PodDisruptionBudgets are respected',
  resize: 'of pods: nothing of it is seen in their status',
  scale: 'of Deployments, ReplicaSets, StatefulSets, and of custom resources; not by server-side apply',
  status: 'of every kind that has it',
  token: 'of ServiceAccounts',
};

/** The parameters of queries that the API has. Any other one is ignored, as the real server ignores it. */
export const PARAMETERS: { readonly [name: string]: 'emulated' | 'without effect' | 'refused' } = {
  allowWatchBookmarks: 'emulated',
  continue: 'emulated',
  dryRun: 'emulated',
  fieldManager: 'emulated',
  fieldSelector: 'emulated',
  fieldValidation: 'emulated',
  force: 'emulated',
  gracePeriodSeconds: 'emulated',
  ignoreStoreReadErrorWithClusterBreakingPotential: 'refused',
  includeObject: 'emulated',
  labelSelector: 'emulated',
  limit: 'emulated',
  orphanDependents: 'emulated',
  pretty: 'without effect',
  propagationPolicy: 'emulated',
  resourceVersion: 'emulated',
  resourceVersionMatch: 'emulated',
  sendInitialEvents: 'emulated',
  shardSelector: 'refused',
  timeout: 'without effect',
  timeoutSeconds: 'emulated',
  watch: 'emulated',
};

/** The forms of bodies of requests. */
export const BODIES: { readonly [mediaType: string]: 'emulated' | 'refused' } = {
  'application/json': 'emulated',
  'application/yaml': 'emulated',
  'application/vnd.kubernetes.protobuf': 'emulated',
  'application/json-patch+json': 'emulated',
  'application/merge-patch+json': 'emulated',
  'application/strategic-merge-patch+json': 'emulated',
  'application/apply-patch+yaml': 'emulated',
  'application/apply-patch+cbor': 'refused',
  'application/cbor': 'refused',
};

/** The forms of answers that a real server offers. */
export const ANSWERS: { readonly [mediaType: string]: 'emulated' | 'refused' } = {
  'application/json': 'emulated',
  'application/yaml': 'emulated',
  'application/vnd.kubernetes.protobuf': 'emulated',
  'application/cbor': 'refused',
  'application/cbor-seq': 'refused',
};

/** The admission plugins that a real server has switched on, and what is done of each. */
export const ADMISSION: { readonly [plugin: string]: string } = {
  NamespaceLifecycle: 'emulated',
  LimitRanger: 'not emulated: pods get no defaults, and no limits hold',
  ServiceAccount: 'not emulated: pods get no account and no token',
  TaintNodesByCondition: 'emulated',
  PodSecurity: 'not emulated: labels of namespaces enforce nothing',
  Priority: 'not emulated: every pod has the priority 0',
  DefaultTolerationSeconds: 'emulated',
  DefaultStorageClass: 'not emulated',
  StorageObjectInUseProtection: 'emulated',
  PodGroupProtection: 'not needed: the kind is not served',
  PersistentVolumeClaimResize: 'not emulated',
  RuntimeClass: 'not needed: the kind is not served',
  DefaultIngressClass: 'not emulated',
  PodTopologyLabels: 'not emulated',
  PodGroupWorkloadExists: 'not needed: the kind is not served',
  NodeDeclaredFeatureValidator: 'not needed: nothing runs on nodes',
  JobValidation: 'not emulated',
  PodResizeValidator: 'not needed: nothing runs on nodes',
  CertificateApproval: 'not needed: the kind is not served',
  CertificateSigning: 'not needed: the kind is not served',
  CertificateSubjectRestriction: 'not needed: the kind is not served',
  ClusterTrustBundleAttest: 'not needed: the kind is not served',
  MutatingAdmissionPolicy: 'not needed: the kinds are not served',
  MutatingAdmissionWebhook: 'not needed: the kinds are not served',
  ValidatingAdmissionPolicy: 'not needed: the kinds are not served',
  ValidatingAdmissionWebhook: 'not needed: the kinds are not served',
  ResourceQuota: 'not emulated: quotas have no effect',
};

/** The paths of a real server that are not about objects, and not answered. */
export const PATHS: readonly string[] = [
  '/.well-known/openid-configuration',
  '/debug',
  '/flagz',
  '/logs',
  '/metrics',
  '/openid/v1/jwks',
  '/statusz',
];

/** What else is refused, by a name of its own. */
export const REFUSED = {
  apply: 'server-side apply to scale',
  definition: 'a definition that asks for what is not checked: see Custom resources',
  impersonation: 'constrained impersonation',
  protobuf: 'definitions in protobuf',
} as const;

/** Something that is asked for and not emulated, and how often. */
export interface Refusal {
  readonly what: string;
  readonly count: number;
}

/** Counts what is refused because it is not emulated. */
export class Ledger {
  readonly #refusals = new Map<string, number>();

  /** What was refused so far, the most frequent first. */
  refusals(): readonly Refusal[] {
    return [...this.#refusals].map(([what, count]) => ({ what, count })).sort((a, b) => b.count - a.count);
  }

  /** The error for something that is refused by a name of its own; counts it. `what` says it in detail. */
  refuse(name: keyof typeof REFUSED, what: string = REFUSED[name]): ApiError {
    return this.#refuse(what);
  }

  /** Throws for what no answer could be right about, whatever it is about. */
  checkRequest({ headers, query }: ApiRequest): void {
    for (const name of query.keys()) if (PARAMETERS[name] === 'refused') throw this.#refuse(name);
    const type = (headers['content-type'] ?? '').split(';')[0]?.trim() ?? '';
    if (BODIES[type] === 'refused') throw this.#refuse(`bodies of ${type}`);
    const wanted = (headers['accept'] ?? '').split(',').map((range) => range.split(';')[0]?.trim() ?? '');
    if (wanted.length > 0 && wanted.every((one) => ANSWERS[one] === 'refused'))
      throw this.#refuse(`answers in ${wanted.join(', ')}`);
  }

  /** Throws for a kind that is not emulated. */
  checkKind({ apiVersion, kind, plural }: { readonly [part in 'apiVersion' | 'kind' | 'plural']: string }): void {
    if (!isEmulated(`${apiVersion}/${kind}`)) throw this.#refuse(`${plural} of ${apiVersion}`);
  }

  /** Throws for a path that a real server has. */
  checkPath(path: string): void {
    if (PATHS.some((one) => path === one || path.startsWith(`${one}/`))) throw this.#refuse(path);
  }

  /** Throws for a subresource that is not emulated. */
  checkSubresource(plural: string, subresource: string): void {
    if (!Object.hasOwn(SUBRESOURCES, subresource)) throw this.#refuse(`subresource ${plural}/${subresource}`);
  }

  #refuse(what: string): ApiError {
    this.#refusals.set(what, (this.#refusals.get(what) ?? 0) + 1);
    return notEmulated(what);
  }
}
