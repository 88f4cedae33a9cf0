// What test/peers/ is compared with: what the originals need, as they were read on one day, and where ours differ.

/** One example of another project, beside the rule of test/peers/ that does the same. */
export interface Peer {
  /** The folder below test/peers/. */
  readonly name: string;
  readonly project: 'kro' | 'Metacontroller';
  /** What has to be written, and what has to run, beside the custom resource. */
  readonly original: string;
  /** What of the rule language the rule shows. */
  readonly shows: string;
  /** What ours does in another way, and why. */
  readonly differs: string;
}

/** The day on which the originals were read. */
export const READ_ON = '2026-11-29';

/** In the order of the page. */
export const peers: readonly Peer[] = [
  {
    name: 'webapp',
    project: 'kro',
    original: 'one definition of 3,662 characters',
    shows: '`when`, `ready`, children that read each other; a status field of a child that is not wanted is absent',
    differs:
      'the children have the name of the resource, and go only into namespaces that the rule lists: who writes a resource could reach any other',
  },
  {
    name: 'core-dns',
    project: 'kro',
    original: 'one definition of 6,471 characters',
    shows:
      'children of the cluster for a resource in a namespace, a namespace from a list of choices, defaults of whole maps, a field that is left to Kubernetes',
    differs:
      'the children have the name of the resource; the service account may go only where the rule says; the revision of the Deployment is given once and then Kubernetes’ own',
  },
  {
    name: 'saas-multi-tenant',
    project: 'kro',
    original: 'three definitions of 4,142 characters together',
    shows:
      'rules that make resources of other rules, kinds without namespaces, a namespace as an edge of the graph, an input that is waited for',
    differs:
      'the resources have no namespace, since they reach whole namespaces, and the tenant is known by their name; quota and policy are made after the namespace, which the original leaves to retries',
  },
  {
    name: 'bluegreen',
    project: 'Metacontroller',
    original:
      'a hook of 5,043 characters of JavaScript in a web server that has to run beside the controller, a controller object, and a CRD',
    shows: '`memory` written before what follows it, `forEach` with `key`, a phase machine of three formulas',
    differs:
      'what was is kept in `status.memory`, not in an annotation of each ReplicaSet; the active colour follows `spec.replicas`; the old colour is emptied after the service was seen to lead elsewhere',
  },
  {
    name: 'catset',
    project: 'Metacontroller',
    original:
      'a hook of 4,981 characters of JavaScript in a web server that has to run beside the controller, a controller object with an update strategy, and a CRD',
    shows:
      '`rollout` in an order with a gate on readiness, members made one after the other, volumes that outlive their pods by `memory`',
    differs: 'when the resource is deleted its pods go together, not one after the other',
  },
  {
    name: 'service-per-pod',
    project: 'Metacontroller',
    original:
      'two controller objects and two hooks of 1,206 characters of Jsonnet together, in a web server that has to run beside the controller, and a third hook for the end',
    shows: 'rules for kinds of Kubernetes itself, `forEach` over numbers, a patch of fields that are given up again',
    differs: 'the end needs no text: what was added goes when its annotation, or its object, goes',
  },
];
