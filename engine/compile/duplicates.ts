// Rules that claim the same: a name, a kind, or the health of a kind.

import type { Diagnostic } from '../model/diagnostic.ts';
import type { HealthDocument } from '../model/health.ts';
import { apiVersionsOf, isDecorator, type PathStep, type Places, type RuleDocument } from '../model/rule.ts';

/** What a document claims, and where it says so. */
export interface Claim {
  readonly path: readonly PathStep[];
  readonly what: string;
}

/** A document that claims what one before it has, and how it is told. */
export interface Duplicate<D> {
  readonly document: D;
  readonly diagnostics: readonly Diagnostic[];
}

/** What a rule claims. */
export function claimsOfRule({ content }: RuleDocument): readonly Claim[] {
  const { apiVersion, kind } = content.spec?.resource ?? {};
  // A kind is operated by one rule; any number may add to it.
  const isKnown = apiVersion !== undefined && kind !== undefined && !isDecorator(content);
  const byKind = apiVersionsOf(content).map((version, index): Claim => {
    const older = ['spec', 'resource', 'crd', 'versions', index - 1, 'name'];
    return { path: index === 0 ? ['spec', 'resource', 'kind'] : older, what: `the kind ${kind} of ${version}` };
  });
  return [...claimsOfName(content.metadata?.name), ...(isKnown ? byKind : [])];
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
export function findDuplicates<D extends { readonly places: Places }>(
  documents: readonly D[],
  claimsOf: (document: D) => readonly Claim[],
): readonly Duplicate<D>[] {
  const first = new Map<string, Diagnostic['span']>();
  return documents.flatMap((document): Duplicate<D>[] => {
    const claims = claimsOf(document).map(({ path, what }) => ({ what, span: document.places.value(path) }));
    const diagnostics = claims.flatMap(({ what, span }): Diagnostic[] => {
      const other = first.get(what);
      if (other === undefined) return [];
      const related = [{ message: 'the other one is here', span: other }];
      const message = `${what} is taken by another rule`;
      const hint = 'rename or remove one of them';
      return [{ code: 'DuplicateRule', severity: 'error', message, span, related, hint }];
    });
    if (diagnostics.length > 0) return [{ document, diagnostics }];
    for (const { what, span } of claims) first.set(what, span);
    return [];
  });
}
