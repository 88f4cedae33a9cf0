// The schemas of the kinds that rules speak of: those that rules define themselves, then those that somebody else knows.

import { isObject, type JsonObject } from '../model/json.ts';
import type { KubernetesFacts } from '../model/kubernetes-facts.ts';
import type { GroupVersionKind } from '../model/object.ts';
import { apiVersionsOf, type RuleDocument } from '../model/rule.ts';
import type { KindSchema, KindSchemas } from '../model/type.ts';
import { toCrd } from './crd.ts';

/** The kinds that these rules define, the first of two that define the same, then those of `others`. */
export function kindSchemas(documents: readonly RuleDocument[], others?: KindSchemas): KindSchemas {
  const own = new Map<string, KindSchema>();
  for (const { content } of documents) {
    const schema = schemaOfCrd(toCrd(content));
    for (const apiVersion of apiVersionsOf(content)) {
      const key = `${apiVersion} ${content.spec?.resource?.kind}`;
      if (schema !== undefined && !own.has(key)) own.set(key, schema);
    }
  }
  const { kinds } = others ?? {};
  return { kinds, find: (apiVersion, kind) => own.get(`${apiVersion} ${kind}`) ?? others?.find(apiVersion, kind) };
}

/** The kinds of Kubernetes itself. */
export function factsSchemas(facts: KubernetesFacts): KindSchemas {
  const rank = ({ apiVersion }: GroupVersionKind) => facts.apiVersions.indexOf(apiVersion);
  return {
    kinds: [...facts.kinds()].sort((a, b) => rank(a) - rank(b)),
    find: (apiVersion, kind) => {
      const known = facts.findKind(apiVersion, kind);
      const schema = known === undefined ? undefined : facts.schema(known.schema);
      if (known === undefined || schema === undefined) return undefined;
      const subresources = Object.keys(known.subresources);
      const resolve = (ref: string) => facts.schema(ref);
      return { schema, isNamespaced: known.scope === 'Namespaced', subresources, resolve };
    },
  };
}

/** The schema of a definition's first version, or undefined where there is none. */
export function schemaOfCrd(crd: JsonObject | undefined): KindSchema | undefined {
  const spec = crd?.['spec'];
  const versions = isObject(spec) ? spec['versions'] : undefined;
  const [version] = Array.isArray(versions) ? (versions as readonly JsonObject[]) : [];
  const holder = version?.['schema'];
  const schema = isObject(holder) ? holder['openAPIV3Schema'] : undefined;
  if (!isObject(spec) || !isObject(schema)) return undefined;
  return { schema, isNamespaced: spec['scope'] !== 'Cluster', resolve: () => undefined };
}
