// The defaults of kinds that have one or two.

import type { MutableObject } from '../model/json.ts';
import { ensured, fill, items, part, put } from './field.ts';
import { roundAmounts } from './resources.ts';

/** Namespaces: a label with the name, and the phase. */
export function fillNamespace(object: MutableObject): void {
  const metadata = ensured(object, 'metadata');
  const name = metadata['name'];
  if (typeof name === 'string' && name !== '') put(ensured(metadata, 'labels'), 'kubernetes.io/metadata.name', name);
  fill(ensured(object, 'status'), 'phase', 'Active');
}

/** Secrets: texts are only ever written; they become data. */
export function fillSecret(object: MutableObject): void {
  const texts = part(object, 'stringData');
  if (texts !== undefined) {
    const coded = Object.entries(texts).map(([key, text]) => [key, Buffer.from(String(text)).toString('base64')]);
    object['data'] = { ...part(object, 'data'), ...Object.fromEntries(coded) };
    delete object['stringData'];
  }
  fill(object, 'type', 'Opaque');
}

/** Nodes: the first block of addresses for pods stands in two places. */
export function fillNode(object: MutableObject): void {
  const spec = part(object, 'spec');
  const [first] = Array.isArray(spec?.['podCIDRs']) ? spec['podCIDRs'] : [];
  if (spec === undefined) return;
  if (typeof first === 'string') fill(spec, 'podCIDR', first);
  else if (typeof spec['podCIDR'] === 'string') spec['podCIDRs'] = [spec['podCIDR']];
}

/** Limit ranges: the maximum is the default limit, which is the default request. */
export function fillLimitRange(object: MutableObject): void {
  for (const item of items(part(object, 'spec'), 'limits')) {
    for (const name of ['max', 'min', 'default', 'defaultRequest', 'maxLimitRequestRatio'])
      roundAmounts(part(item, name));
    if (item['type'] !== 'Container') continue;
    const limits: MutableObject = { ...part(item, 'max'), ...part(item, 'default') };
    const requests: MutableObject = { ...part(item, 'min'), ...limits, ...part(item, 'defaultRequest') };
    if (Object.keys(limits).length > 0) put(item, 'default', limits);
    if (Object.keys(requests).length > 0) put(item, 'defaultRequest', requests);
  }
}

/** Quotas. */
export function fillResourceQuota(object: MutableObject): void {
  roundAmounts(part(part(object, 'spec'), 'hard'));
}

/** Ingress classes. */
export function fillIngressClass(object: MutableObject): void {
  const parameters = part(part(object, 'spec'), 'parameters');
  if (parameters !== undefined) fill(parameters, 'scope', 'Cluster');
}

/** Storage classes. */
export function fillStorageClass(object: MutableObject): void {
  fill(object, 'reclaimPolicy', 'Delete');
  fill(object, 'volumeBindingMode', 'Immediate');
}

/** Priority classes. */
export function fillPriorityClass(object: MutableObject): void {
  fill(object, 'preemptionPolicy', 'PreemptLowerPriority');
}

/** Definitions of custom resources. */
export function fillDefinition(object: MutableObject): void {
  const spec = ensured(object, 'spec');
  const names = ensured(spec, 'names');
  const kind = String(names['kind'] ?? '');
  if (kind !== '') {
    fill(names, 'singular', kind.toLowerCase());
    fill(names, 'listKind', `${kind}List`);
  }
  fill(spec, 'conversion', { strategy: 'None' });
  const service = part(part(part(part(spec, 'conversion'), 'webhook'), 'clientConfig'), 'service');
  if (service !== undefined) fill(service, 'port', 443);
  const status = ensured(object, 'status');
  const stored = items(spec, 'versions').find((version) => version['storage'] === true);
  const known = status['storedVersions'];
  if (stored !== undefined && (!Array.isArray(known) || known.length === 0))
    status['storedVersions'] = [stored['name'] ?? ''];
}
