// The defaults of pods and of everything that has a pod template.

import type { MutableObject } from '../model/json.ts';
import { ensured, fill, items, part, put } from './field.ts';
import { fillResources } from './resources.ts';

/** Pods. */
export function fillPod(object: MutableObject): void {
  const spec = part(object, 'spec');
  if (spec === undefined) return;
  fillPodSpec(spec);
  fill(spec, 'enableServiceLinks', true);
  for (const container of [...items(spec, 'containers'), ...items(spec, 'initContainers')]) {
    const resources = part(container, 'resources');
    const limits = part(resources, 'limits');
    if (resources !== undefined && limits !== undefined)
      put(resources, 'requests', { ...limits, ...part(resources, 'requests') });
  }
  const status = ensured(object, 'status');
  fill(status, 'phase', 'Pending');
}

/** Fills in what a pod template has; less than a pod of its own. */
export function fillPodSpec(spec: MutableObject | undefined): void {
  if (spec === undefined) return;
  fill(spec, 'dnsPolicy', 'ClusterFirst');
  nameAccount(spec);
  fill(spec, 'restartPolicy', 'Always');
  ensured(spec, 'securityContext');
  fill(spec, 'terminationGracePeriodSeconds', 30);
  fill(spec, 'schedulerName', 'default-scheduler');
  for (const container of [...items(spec, 'containers'), ...items(spec, 'initContainers')]) fillContainer(container);
  for (const volume of items(spec, 'volumes')) fillVolume(volume);
  if (spec['hostNetwork'] === true) {
    for (const container of [...items(spec, 'containers'), ...items(spec, 'initContainers')])
      for (const port of items(container, 'ports')) fill(port, 'hostPort', port['containerPort'] ?? 0);
  }
}

// The account has an older name, too, which always says the same.
function nameAccount(spec: MutableObject): void {
  const name = spec['serviceAccountName'] ?? spec['serviceAccount'];
  if (name === undefined) return;
  put(spec, 'serviceAccountName', name);
  put(spec, 'serviceAccount', name);
}

function fillContainer(container: MutableObject): void {
  fill(container, 'imagePullPolicy', isLatest(String(container['image'] ?? '')) ? 'Always' : 'IfNotPresent');
  fill(container, 'terminationMessagePath', '/dev/termination-log');
  fill(container, 'terminationMessagePolicy', 'File');
  for (const port of items(container, 'ports')) fill(port, 'protocol', 'TCP');
  for (const env of items(container, 'env')) fillFieldRef(part(env, 'valueFrom'));
  for (const name of ['livenessProbe', 'readinessProbe', 'startupProbe']) fillProbe(part(container, name));
  for (const name of ['postStart', 'preStop']) fillHttpGet(part(part(container, 'lifecycle'), name));
  fillResources(part(container, 'resources'));
}

// A tag that is missing means latest; a digest means none.
function isLatest(image: string): boolean {
  if (image === '') return false;
  if (image.includes('@')) return false;
  const name = image.slice(image.lastIndexOf('/') + 1);
  return !name.includes(':') || name.endsWith(':latest');
}

function fillProbe(probe: MutableObject | undefined): void {
  if (probe === undefined) return;
  fill(probe, 'timeoutSeconds', 1);
  fill(probe, 'periodSeconds', 10);
  fill(probe, 'successThreshold', 1);
  fill(probe, 'failureThreshold', 3);
  fillHttpGet(probe);
  const grpc = part(probe, 'grpc');
  if (grpc !== undefined) fill(grpc, 'service', '');
}

function fillHttpGet(handler: MutableObject | undefined): void {
  const get = part(handler, 'httpGet');
  if (get === undefined) return;
  fill(get, 'path', '/');
  fill(get, 'scheme', 'HTTP');
}

function fillFieldRef(source: MutableObject | undefined): void {
  const ref = part(source, 'fieldRef');
  if (ref !== undefined) fill(ref, 'apiVersion', 'v1');
}

const PROJECTED = ['secret', 'configMap', 'downwardAPI', 'projected'];

function fillVolume(volume: MutableObject): void {
  if (Object.keys(volume).every((name) => name === 'name')) volume['emptyDir'] = {};
  for (const name of PROJECTED) {
    const source = part(volume, name);
    if (source !== undefined) fill(source, 'defaultMode', 0o644);
  }
  const hostPath = part(volume, 'hostPath');
  if (hostPath !== undefined) fill(hostPath, 'type', '');
  for (const item of items(part(volume, 'downwardAPI'), 'items')) fillFieldRef(item);
  for (const source of items(part(volume, 'projected'), 'sources')) {
    const token = part(source, 'serviceAccountToken');
    if (token !== undefined) fill(token, 'expirationSeconds', 3600);
    for (const item of items(part(source, 'downwardAPI'), 'items')) fillFieldRef(item);
  }
  const iscsi = part(volume, 'iscsi');
  if (iscsi !== undefined) fill(iscsi, 'iscsiInterface', 'default');
  const claim = part(part(volume, 'ephemeral'), 'volumeClaimTemplate');
  const spec = part(claim, 'spec');
  if (spec !== undefined) fill(spec, 'volumeMode', 'Filesystem');
}
