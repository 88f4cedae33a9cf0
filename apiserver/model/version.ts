// The order of the versions of an API.
// Source: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definition-versioning/#version-priority

/** How versions are preferred: v2 before v1 before v1beta2 before v1alpha1 before all others. */
export function compareVersions(left: string, right: string): number {
  const [a, b] = [rankOf(left), rankOf(right)];
  for (const [at, rank] of a.entries()) if (rank !== b[at]) return (b[at] ?? 0) - rank;
  return left < right ? -1 : left > right ? 1 : 0;
}

function rankOf(version: string): readonly number[] {
  const found = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version);
  if (found === null) return [0, 0, 0];
  const stage = found[2] === undefined ? 3 : found[2] === 'beta' ? 2 : 1;
  return [stage, Number(found[1]), Number(found[3] ?? 0)];
}
