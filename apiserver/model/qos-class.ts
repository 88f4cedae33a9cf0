// The quality of service class of a pod.

import { isObject, type JsonObject, listIn, objectIn } from './json.ts';

/**
 * How a pod ranks when memory runs short, by what its containers ask for.
 * Source: https://kubernetes.io/docs/concepts/workloads/pods/pod-qos/
 */
export function qosClassOf(spec: JsonObject): string {
  const containers = [...listIn(spec, 'containers'), ...listIn(spec, 'initContainers')].filter(isObject);
  const amounts = containers.map((container) => {
    const limits = objectIn(container, 'resources', 'limits');
    return { limits, requests: { ...limits, ...objectIn(container, 'resources', 'requests') } };
  });
  const has = (values: JsonObject): boolean => values['cpu'] !== undefined || values['memory'] !== undefined;
  if (!amounts.some(({ requests }) => has(requests))) return 'BestEffort';
  const isGuaranteed = amounts.every(({ limits, requests }) =>
    ['cpu', 'memory'].every((name) => limits[name] !== undefined && limits[name] === requests[name]),
  );
  return isGuaranteed ? 'Guaranteed' : 'Burstable';
}
