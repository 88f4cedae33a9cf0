// Would an API server take the names under `crd`? What the schema of a rule can say of one of them it says; here is what
// needs several, or what is made of them.
// Source: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/ and
// https://kubernetes.io/docs/reference/labels-annotations-taints/#api-approved-kubernetes-io

import ruleSchema from '../../../schemas/rule.schema.json' with { type: 'json' };
import type { Diagnostic } from '../../model/diagnostic.ts';
import { groupOf } from '../../model/object.ts';
import type { LooseRule, PathStep, Places } from '../../model/rule.ts';
import { namesOf } from '../crd.ts';

type Resource = NonNullable<LooseRule['spec']>['resource'];

const RESOURCE = ['spec', 'resource'];
// RFC 1035 and RFC 1123: a label, and all of them with their dots.
const MAX_LABEL = 63;
const MAX_SUBDOMAIN = 253;
// Of characters the schema of a rule takes no more; an API server counts bytes.
const MAX_WARNING = 256;
const API_VERSION = new RegExp(ruleSchema.definitions.RuleResource.properties.apiVersion.pattern);

interface Mistake {
  readonly path: readonly PathStep[];
  readonly message: string;
  readonly hint: string;
}

/** What is wrong with the names of the definition that a rule brings. */
export function lintDefinition(resource: Resource | undefined, places: Places): readonly Diagnostic[] {
  if (resource?.crd === undefined || !API_VERSION.test(resource.apiVersion ?? '')) return [];
  const mistakes = [...lintGroup(resource), ...lintLengths(resource), ...lintWarnings(resource)];
  return mistakes.map(({ path, message, hint }) => ({
    ...{ code: 'WrongValue', severity: 'error', message, hint },
    span: places.value([...RESOURCE, ...path]),
  }));
}

function lintGroup({ apiVersion = '' }: NonNullable<Resource>): readonly Mistake[] {
  const path = ['apiVersion'];
  const group = groupOf(apiVersion);
  if (group === '') {
    const message = 'a kind that a rule defines needs a group of its own';
    return [{ path, message, hint: 'write apiVersion: GROUP/VERSION' }];
  }
  if (!group.includes('.')) {
    const hint = `write a domain, such as ${group}.example.com${apiVersion.slice(group.length)}`;
    return [{ path, message: `the group "${group}" has no dot, so that no API server takes the definition`, hint }];
  }
  const hint = 'use a group below a domain of your own';
  if (/(^|\.)(k8s|kubernetes)\.io$/.test(group))
    return [{ path, message: `the group "${group}" belongs to the Kubernetes project`, hint }];
  return group === 'opsonata.dev' ? [{ path, message: `the group "${group}" belongs to the engine`, hint }] : [];
}

function lintLengths({ apiVersion = '', kind = '', crd = {} }: NonNullable<Resource>): readonly Mistake[] {
  const group = groupOf(apiVersion);
  const tooLong = (what: string, text: string, max: number, path: readonly PathStep[]): readonly Mistake[] => {
    const more = text.length - max;
    const message = `${what} has ${text.length} characters, and may have ${max}`;
    return more > 0 ? [{ path, message, hint: `shorten it by ${more} characters` }] : [];
  };
  const plural = crd.plural ?? namesOf(kind).plural;
  return [
    ...tooLong('the version', apiVersion.slice(group.length + 1), MAX_LABEL, ['apiVersion']),
    ...(kind.length > MAX_LABEL ? [] : tooLong('the kind of the list, KINDList,', `${kind}List`, MAX_LABEL, ['kind'])),
    ...tooLong('the name of the definition, PLURAL.GROUP,', `${plural}.${group}`, MAX_SUBDOMAIN, ['apiVersion']),
  ];
}

function lintWarnings({ crd }: NonNullable<Resource>): readonly Mistake[] {
  return (crd?.versions ?? []).flatMap((version, index): readonly Mistake[] => {
    const warning = version?.deprecationWarning ?? '';
    const bytes = new TextEncoder().encode(warning).length;
    const message = `the warning has ${bytes} bytes, and may have ${MAX_WARNING}`;
    const path = ['crd', 'versions', index, 'deprecationWarning'];
    return bytes > MAX_WARNING && [...warning].length <= MAX_WARNING ? [{ path, message, hint: 'shorten it' }] : [];
  });
}
