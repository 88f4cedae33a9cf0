// Tables of the kinds that say who may do what, and of the small ones that name classes of things.

import { getIn, type JsonObject, listIn, objectIn, textIn } from '../model/json.ts';
import {
  AGE,
  type Cell,
  column,
  NAME,
  numberIn,
  objectsIn,
  type PrintedColumn,
  type Printer,
  textOr,
  wide,
} from './printer.ts';

const BINDING: Printer = [
  NAME,
  column('Role', (object) => `${textIn(object, 'roleRef', 'kind')}/${textIn(object, 'roleRef', 'name')}`),
  AGE,
  wide(
    'Users',
    subjects('User', (subject) => textIn(subject, 'name')),
  ),
  wide(
    'Groups',
    subjects('Group', (subject) => textIn(subject, 'name')),
  ),
  wide(
    'ServiceAccounts',
    subjects('ServiceAccount', (subject) => `${textIn(subject, 'namespace')}/${textIn(subject, 'name')}`),
  ),
];

const flag = (name: string, ...path: readonly string[]): PrintedColumn =>
  column(name, (object) => getIn(object, ...path) === true, 'boolean');
const text = (name: string, ...path: readonly string[]): PrintedColumn =>
  column(name, (object) => textIn(object, ...path));
const WEBHOOKS: Printer = [NAME, column('Webhooks', (object) => listIn(object, 'webhooks').length, 'integer'), AGE];

/** Tables of access and classes, by `apiVersion/kind`. */
export const ACCESS_PRINTERS: { readonly [kind: string]: Printer } = {
  'rbac.authorization.k8s.io/v1/RoleBinding': BINDING,
  'rbac.authorization.k8s.io/v1/ClusterRoleBinding': BINDING,
  'admissionregistration.k8s.io/v1/MutatingWebhookConfiguration': WEBHOOKS,
  'admissionregistration.k8s.io/v1/ValidatingWebhookConfiguration': WEBHOOKS,
  'coordination.k8s.io/v1/Lease': [NAME, text('Holder', 'spec', 'holderIdentity'), AGE],
  'node.k8s.io/v1/RuntimeClass': [NAME, text('Handler', 'handler'), AGE],
  'scheduling.k8s.io/v1/PriorityClass': [
    NAME,
    column('Value', (object) => numberIn(object, 'value'), 'integer'),
    flag('Global-Default', 'globalDefault'),
    AGE,
    text('PreemptionPolicy', 'preemptionPolicy'),
  ],
  'storage.k8s.io/v1/StorageClass': [
    { ...NAME, cell: className },
    text('Provisioner', 'provisioner'),
    column('ReclaimPolicy', (object) => textOr('Delete', object, 'reclaimPolicy')),
    column('VolumeBindingMode', (object) => textOr('Immediate', object, 'volumeBindingMode')),
    column('AllowVolumeExpansion', (object) => getIn(object, 'allowVolumeExpansion') === true),
    AGE,
  ],
};

function subjects(kind: string, name: (subject: JsonObject) => string): Cell {
  return (object) =>
    objectsIn(object, 'subjects')
      .filter((subject) => subject['kind'] === kind)
      .map(name)
      .join(', ');
}

const DEFAULT_MARKS: readonly string[] = [
  'storageclass.kubernetes.io/is-default-class',
  'storageclass.beta.kubernetes.io/is-default-class',
];

function className(object: JsonObject): string {
  const annotations = objectIn(object, 'metadata', 'annotations');
  const isDefault = DEFAULT_MARKS.some((mark) => annotations[mark] === 'true');
  return `${textIn(object, 'metadata', 'name')}${isDefault ? ' (default)' : ''}`;
}
