// Rules that claim the same: a name, a kind, a name of the definition of a kind, or the health of a kind.

import type { Diagnostic } from '../model/diagnostic.ts';
import type { HealthDocument } from '../model/health.ts';
import { groupOf } from '../model/object.ts';
import { isDecorator, type PathStep, type Places, type RuleDocument } from '../model/rule.ts';
import { namesOf } from './crd.ts';

const KIND = ['spec', 'resource', 'kind'];
const CRD = ['spec', 'resource', 'crd'];

/** What a document claims, and where it says so. */
export interface Claim {
  readonly path: readonly PathStep[];
  readonly what: string;
}

/** What may claim something. */
interface Claimant {
  readonly places: Places;
  readonly content: { readonly metadata?: { readonly name?: string | undefined } | undefined };
}

/** A document that claims what one before it has, and how it is told. */
export interface Duplicate<D> {
  readonly document: D;
  readonly diagnostics: readonly Diagnostic[];
}

/** What a rule claims. */
export function claimsOfRule({ content }: RuleDocument): readonly Claim[] {
  const { apiVersion, kind } = content.spec?.resource ?? {};
  const name = claimsOfName(content.metadata?.name);
  if (apiVersion === undefined || kind === undefined) return name;
  const group = groupOf(apiVersion);
  // The objects of a kind are the same in each of its versions. They are operated by one rule; any number may add to them.
  const operated: Claim = { path: KIND, what: `the kind ${kind} of ${group === '' ? apiVersion : group}` };
  return [...name, ...(isDecorator(content) ? [] : [operated]), ...claimsOfDefinition(content.spec?.resource)];
}

// An API server accepts no name in a group that another definition has: a kind that wants one is never served.
// Source: https://kubernetes.io/docs/reference/kubernetes-api/extend-resources/custom-resource-definition-v1/ (acceptedNames)
function claimsOfDefinition(resource: NonNullable<RuleDocument['content']['spec']>['resource']): readonly Claim[] {
  const { apiVersion = '', kind = '', crd } = resource ?? {};
  if (crd === undefined) return [];
  const group = groupOf(apiVersion);
  const names = namesOf(kind);
  const ofKind = [kind, `${kind}List`].map(
    (name): Claim => ({ path: KIND, what: `the kind name ${name} in ${group}` }),
  );
  const given = (field: 'plural' | 'singular'): Claim => ({
    path: crd[field] === undefined ? KIND : [...CRD, field],
    what: toResourceName(crd[field] ?? names[field], group),
  });
  const short = (crd.shortNames ?? []).flatMap((name, index): Claim[] =>
    name === null ? [] : [{ path: [...CRD, 'shortNames', index], what: toResourceName(name, group) }],
  );
  return [...ofKind, given('plural'), given('singular'), ...short];
}

function toResourceName(name: string, group: string): string {
  return `the resource name "${name}" in ${group}`;
}

/** What a health rule claims. */
export function claimsOfHealth({ content }: HealthDocument): readonly Claim[] {
  const { apiVersion, kind } = content.spec?.resource ?? {};
  const kinds = [kind].flat().flatMap((one, index): Claim[] => {
    const path = ['spec', 'resource', 'kind', ...(Array.isArray(kind) ? [index] : [])];
    const isKnown = apiVersion !== undefined && typeof one === 'string';
    return isKnown ? [{ path, what: `the health of ${one} of ${apiVersion}` }] : [];
  });
  return [...claimsOfName(content.metadata?.name), ...kinds];
}

function claimsOfName(name: string | undefined): readonly Claim[] {
  return name === undefined ? [] : [{ path: ['metadata', 'name'], what: `the name "${name}"` }];
}

/** Documents that claim what one before them has. What a duplicate itself claims is free for others. */
export function findDuplicates<D extends Claimant>(
  documents: readonly D[],
  claimsOf: (document: D) => readonly Claim[],
): readonly Duplicate<D>[] {
  const first = new Map<string, { readonly document: D; readonly span: Diagnostic['span'] }>();
  return documents.flatMap((document): Duplicate<D>[] => {
    const claims = claimsOf(document);
    // A word that claims several things is told once, with the first of them.
    const taken = new Map<string, Claim>();
    for (const claim of claims) {
      const word = claim.path.join('/');
      if (first.has(claim.what) && !taken.has(word)) taken.set(word, claim);
    }
    const diagnostics = [...taken.values()].map(({ what, path }): Diagnostic => {
      const other = first.get(what) as { readonly document: D; readonly span: Diagnostic['span'] };
      const [own, name] = [document, other.document].map(({ content }) => content.metadata?.name);
      const message = `${what} is taken by ${name === undefined || name === own ? 'another rule' : `the rule "${name}"`}`;
      const span = document.places.value(path);
      const related = [{ message: 'the other one is here', span: other.span }];
      const hint = 'rename or remove one of them';
      return { code: 'DuplicateRule', severity: 'error', message, span, related, hint };
    });
    if (diagnostics.length > 0) return [{ document, diagnostics }];
    for (const { what, path } of claims) first.set(what, { document, span: document.places.value(path) });
    return [];
  });
}
