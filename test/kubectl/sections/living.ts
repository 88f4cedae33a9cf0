// Workloads that come alive: rollouts with their history, jobs, pods that are placed. The real server has all its
// controllers here, and a node that is played; only what is at rest is compared.

import type { Section, Step } from '../section.ts';
import { DEPLOYMENT } from './objects.ts';

const { template } = DEPLOYMENT.spec;
const REPLICAS = { ...DEPLOYMENT.spec, replicas: 2 };

// On the way there is much to see, and how much is left to chance.
const settled = (name: string): Step => ({ run: `rollout status ${name} --timeout=120s`, save: 'progress' });

const rollout = (name: string): readonly Step[] => [
  settled(name),
  `rollout status ${name}`,
  `rollout history ${name}`,
  `annotate ${name} kubernetes.io/change-cause=second`,
  `set image ${name} app=app:2`,
  settled(name),
  `rollout history ${name}`,
  `rollout history ${name} --revision=1`,
  `rollout history ${name} --revision=2`,
  `rollout history ${name} --revision=9`,
  `rollout undo ${name} --dry-run=server`,
  `rollout undo ${name}`,
  settled(name),
  `rollout history ${name}`,
  `get ${name} -o jsonpath={.spec.template.spec.containers[0].image}`,
  `rollout undo ${name} --to-revision=2`,
  `rollout undo ${name} --to-revision=9`,
  settled(name),
  `rollout restart ${name}`,
  settled(name),
  `rollout history ${name}`,
  `rollout status ${name} --watch=false`,
  `get ${name} -o wide`,
];

/** Rollouts of Deployments. */
export const ROLLOUTS: Section = {
  name: 'rollouts',
  files: { 'web.json': { ...DEPLOYMENT, spec: REPLICAS } },
  steps: [
    'apply -f web.json',
    'wait --for=condition=Available deployment/web --timeout=120s',
    ...rollout('deployment/web'),
    'rollout pause deployment/web',
    'set image deployment/web app=app:7',
    'rollout undo deployment/web',
    'rollout restart deployment/web',
    'rollout resume deployment/web',
    settled('deployment/web'),
    // A restart puts the time into the template: the names, and with them the order, are others in each run.
    'get replicasets --sort-by={.metadata.annotations.deployment\\.kubernetes\\.io/revision} -o jsonpath={.items[*].spec.replicas}',
    'scale deployment web --replicas=3 --current-replicas=2',
    settled('deployment/web'),
    'wait --for=jsonpath={.status.readyReplicas}=3 deployment/web --timeout=120s',
    'get pods',
    'get pods --show-labels',
    'get pods -l app=web -o jsonpath={.items[*].status.phase}',
    'expose deployment web --port=80',
    'wait --for=jsonpath={.endpoints[2].conditions.ready}=true endpointslice -l kubernetes.io/service-name=web --timeout=120s',
    'get service,endpoints',
    'describe service web',
    'delete pod -l app=web --wait=false',
    settled('deployment/web'),
    'delete deployment web --cascade=foreground',
    'get pods,replicasets',
  ],
};

/** Rollouts of StatefulSets and DaemonSets. */
export const SETS: Section = {
  name: 'sets',
  files: {
    'db.json': {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name: 'db' },
      spec: { ...REPLICAS, serviceName: 'db' },
    },
    'agent.json': {
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      metadata: { name: 'agent' },
      spec: { selector: DEPLOYMENT.spec.selector, template },
    },
  },
  steps: [
    'apply -f db.json',
    ...rollout('statefulset/db'),
    'scale statefulset db --replicas=3',
    settled('statefulset/db'),
    'get pods',
    'scale statefulset db --replicas=1',
    { run: 'wait --for=delete pod/db-2 pod/db-1 --timeout=120s', save: 'progress' },
    'get statefulset,pods -o name',
    'delete statefulset db',
    { run: 'wait --for=delete pod/db-0 --timeout=120s', save: 'progress' },
    'apply -f agent.json',
    ...rollout('daemonset/agent'),
    'delete daemonset agent --cascade=orphan',
    'get pods -o jsonpath={.items[*].metadata.ownerReferences}',
    'delete pods --all --force --grace-period=0',
  ],
};

/** Jobs, and pods that are put on a node. */
export const TASKS: Section = {
  name: 'tasks',
  steps: [
    'create job once --image=busybox:1 -- true',
    'wait --for=condition=Complete job/once --timeout=120s',
    'get job once',
    'get job once -o jsonpath={.status.succeeded}',
    'get jobs --field-selector=status.successful=1 -o name',
    'get pods -l job-name=once',
    'create cronjob hourly --image=busybox:1 --schedule=@hourly -- date',
    'create job started --from=cronjob/hourly',
    'wait --for=condition=Complete job/started --timeout=120s',
    'get jobs,cronjobs',
    'delete job once started',
    'run web --image=nginx:1 --port=80',
    'wait --for=condition=Ready pod/web --timeout=120s',
    'get pod web',
    'get pod web -o jsonpath={.spec.nodeName}',
    'get events --field-selector=involvedObject.name=nothing',
    'create serviceaccount robot',
    'get serviceaccounts,configmaps',
    'get configmap kube-root-ca.crt -o jsonpath={.metadata.annotations}',
    'delete pod web',
    'get pods -l run=web',
  ],
};

/** The node is emptied, so that nothing else may be on it. */
export const DRAIN: Section = {
  name: 'drain',
  isAlone: true,
  steps: [
    'create deployment web --image=app:1 --replicas=2',
    settled('deployment/web'),
    'drain simulated --ignore-daemonsets --timeout=120s',
    'get node simulated',
    'uncordon simulated',
    settled('deployment/web'),
    'create poddisruptionbudget all --selector=app=web --min-available=2',
    'wait --for=jsonpath={.status.currentHealthy}=2 pdb/all --timeout=120s',
    'get pdb all',
    'drain simulated --ignore-daemonsets --timeout=1s --dry-run=server',
    'uncordon simulated',
    'patch pdb all --type=merge -p {"spec":{"minAvailable":1}}',
    'wait --for=jsonpath={.status.disruptionsAllowed}=1 pdb/all --timeout=120s',
    'get pdb all',
  ],
};
