// Who may do what, and who one is.

import type { Section } from '../section.ts';

const rule = (verbs: readonly string[]): object => ({ apiGroups: [''], resources: ['configmaps'], verbs });

const role = (verbs: readonly string[]): object => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'Role',
  metadata: { name: 'reconciled' },
  rules: [rule(verbs)],
});

const ROBOT = 'system:serviceaccount:access:robot';

/** `auth`, `create token`, `set subject`, and doing something as somebody else. */
export const ACCESS: Section = {
  name: 'access',
  files: {
    'role.json': role(['get', 'list']),
    'role-2.json': role(['get', 'watch']),
    'binding.json': {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { name: 'reconciled' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'reconciled' },
      subjects: [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'jane' }],
    },
  },
  steps: [
    'create serviceaccount robot',
    'create token robot',
    'create token robot --duration=1h',
    'create token robot --duration=1s',
    'create token robot --audience=one --audience=two -o jsonpath={.spec.audiences}',
    'create token robot -o jsonpath={.kind}',
    'create token robot --bound-object-kind=Pod --bound-object-name=nothing',
    'create token nothing',
    'create configmap settings --from-literal=a=1',
    'create role reader --verb=get,list --resource=configmaps',
    'create rolebinding readers --role=reader --serviceaccount=access:robot',
    `get configmap settings --as=${ROBOT}`,
    `get secrets --as=${ROBOT}`,
    `get configmap settings -n default --as=${ROBOT}`,
    `delete configmap settings --as=${ROBOT}`,
    `create configmap other --as=${ROBOT}`,
    `apply --server-side -f role.json --as=${ROBOT}`,
    `auth can-i get configmaps --as=${ROBOT}`,
    `auth can-i delete configmaps --as=${ROBOT}`,
    `auth can-i get configmaps/settings --as=${ROBOT} -q`,
    `auth can-i get pods --subresource=log --as=${ROBOT}`,
    `auth can-i list configmaps -A --as=${ROBOT}`,
    `auth can-i --list --as=${ROBOT}`,
    `auth can-i --list --no-headers --as=jane --as-group=system:masters`,
    "auth can-i '*' '*'",
    'auth can-i list nothings',
    'auth can-i use deployments.apps',
    'auth can-i get',
    'auth whoami -o json',
    'auth whoami --as=jane --as-group=staff --as-group=admins',
    'auth whoami --as=jane --as-uid=42 -o yaml',
    `auth whoami --as=${ROBOT}`,
    'auth reconcile -f role.json -f binding.json --dry-run=client',
    'auth reconcile -f role.json',
    'auth reconcile -f role-2.json',
    'get role reconciled -o yaml',
    'auth reconcile -f role-2.json --remove-extra-permissions',
    'get role reconciled -o yaml',
    'set subject rolebinding readers --user=jane --group=staff',
    'set subject rolebinding readers --serviceaccount=access:other',
    'set subject rolebinding nothing --user=jane',
    'get rolebinding readers -o yaml',
    'get rolebinding -o wide',
    'describe role reader',
    'describe rolebinding readers',
    'describe clusterrole system:discovery',
    'describe clusterrolebinding cluster-admin',
    'describe serviceaccount robot',
    'delete rolebinding readers',
    `get configmap settings --as=${ROBOT}`,
  ],
};
