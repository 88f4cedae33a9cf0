// Are there the kinds that a rule speaks of? Of Kubernetes' own groups that is known; a cluster may be of another version,
// so that a kind which is not there is a warning, and not an error.

import ruleSchema from '../../../schemas/rule.schema.json' with { type: 'json' };
import type { Diagnostic } from '../../model/diagnostic.ts';
import { type GroupVersionKind, groupOf } from '../../model/object.ts';
import type { PathStep, RuleDocument } from '../../model/rule.ts';
import { suggest } from '../../model/suggest.ts';
import type { KindSchemas } from '../../model/type.ts';

const API_VERSION = new RegExp(ruleSchema.definitions.RuleResource.properties.apiVersion.pattern);
const PARTS = [
  ['inputs', 'resource'],
  ['children', 'template'],
  ['tasks', 'template'],
  ['patches', 'target'],
] as const;

type Place = readonly [path: readonly PathStep[], kind: Partial<GroupVersionKind>];

/** What of the kinds that a rule speaks of is not there. */
export function lintKinds(document: RuleDocument, schemas: KindSchemas): readonly Diagnostic[] {
  const { places } = document;
  return placesOf(document).flatMap(([path, { apiVersion, kind }]): readonly Diagnostic[] => {
    if (apiVersion === undefined || kind === undefined || isComputed(apiVersion) || isComputed(kind)) return [];
    if (!API_VERSION.test(apiVersion)) {
      // Of the others the schema of a rule has said so.
      if (path.at(-1) === 'resource') return [];
      const message = `"apiVersion" is the text "${apiVersion}"`;
      const hint = near(kind, apiVersion, schemas) ?? 'write GROUP/VERSION in lower case, such as apps/v1';
      return [{ code: 'WrongValue', severity: 'error', message, span: places.value([...path, 'apiVersion']), hint }];
    }
    if (schemas.find(apiVersion, kind) !== undefined || !isOfKubernetes(apiVersion, schemas)) return [];
    const message = `Kubernetes has no kind "${kind}" in ${apiVersion}`;
    const hint = near(kind, apiVersion, schemas) ?? 'correct the kind, or its apiVersion';
    return [{ code: 'WrongValue', severity: 'warning', message, span: places.value([...path, 'kind']), hint }];
  });
}

function placesOf({ content: { spec = {} } }: RuleDocument): readonly Place[] {
  const { resource } = spec;
  const own: readonly Place[] =
    resource === undefined || resource.crd !== undefined ? [] : [[['spec', 'resource'], resource]];
  const others = PARTS.flatMap(([part, field]) =>
    (spec[part] ?? []).flatMap((item, index): readonly Place[] => {
      const found = (item as { readonly [name: string]: Partial<GroupVersionKind> | undefined } | null)?.[field];
      return found === undefined ? [] : [[['spec', part, index, field], found]];
    }),
  );
  return [...own, ...others];
}

// Reported where it stands.
function isComputed(text: string): boolean {
  return text.startsWith('=') || text.includes('{%');
}

function isOfKubernetes(apiVersion: string, { kinds = [] }: KindSchemas): boolean {
  return kinds.some((one) => groupOf(one.apiVersion) === groupOf(apiVersion));
}

function near(kind: string, apiVersion: string, { kinds = [] }: KindSchemas): string | undefined {
  const same = kinds.filter((one) => one.kind === kind);
  const [best] = same.filter((one) => groupOf(one.apiVersion) === groupOf(apiVersion)).concat(same);
  if (best !== undefined) return `write apiVersion: ${best.apiVersion}`;
  const group = kinds.filter((one) => groupOf(one.apiVersion) === groupOf(apiVersion));
  return suggest(
    kind,
    group.map((one) => one.kind),
  );
}
