// All rules together -> the set that can run.
//
// In: what was loaded, and the set at work. Out: the next set, and everything that is wrong. Promises: a rule with errors
// never runs; where an earlier version of it is at work, that one stays, and the others are checked against it; a rule is
// gone only when no text that is wrong could be meant for it; of two rules of one name, or for one kind, the later one is
// an error, by the order of the documents and not by what came first.
// Pure: the same texts and the same set at work give the same result.

import { type Diagnostic, withoutEchoes, withoutRepeats } from '../model/diagnostic.ts';
import { hashText } from '../model/hash.ts';
import type { CompiledHealth, HealthDocument } from '../model/health.ts';
import { type Json, toCanonicalText } from '../model/json.ts';
import { kindKey } from '../model/object.ts';
import { apiVersionsOf, type CompiledRule, type RuleDocument } from '../model/rule.ts';
import type { KindSchemas } from '../model/type.ts';
import { compile } from './compile.ts';
import { type Claim, claimsOfHealth, claimsOfRule, findDuplicates } from './duplicates.ts';
import { type Candidate, fallBack, isWithin, type NamedDocument, type Version } from './fall-back.ts';
import { compileHealth } from './health.ts';
import { kindSchemas } from './kinds.ts';

/** A rule of a set. */
export type RuleVersion = Version<RuleDocument, CompiledRule>;

/** A health rule of a set. */
export type HealthVersion = Version<HealthDocument, CompiledHealth>;

/** Rules that can run together, by name, in the order of the documents. */
export interface RuleSet {
  readonly rules: ReadonlyMap<string, RuleVersion>;
  readonly health: ReadonlyMap<string, HealthVersion>;
  readonly broken: readonly BrokenRule[];
  /** What is known of kinds: those that the rules define, and those that somebody else knows. */
  readonly schemas: KindSchemas;
  /** What is wrong with the texts. */
  readonly diagnostics: readonly Diagnostic[];
}

/** A rule, or a health rule, that has errors. */
export interface BrokenRule {
  /** Undefined where the text names none. */
  readonly name: string | undefined;
  readonly file: string;
  /** True where the version before the errors stays at work. */
  readonly isKept: boolean;
}

/** What is put together. `diagnostics`: what is wrong with the texts so far. */
export interface RuleTexts {
  readonly documents: readonly RuleDocument[];
  readonly health: readonly HealthDocument[];
  readonly diagnostics: readonly Diagnostic[];
}

/** What putting together needs beside the texts. */
export interface AssembleDeps {
  /** What is known of kinds that no rule defines. */
  readonly schemas: KindSchemas;
  /** Tries a health rule on its samples. */
  checkSamples(rule: CompiledHealth): readonly Diagnostic[];
  /** Reads the schedules of a rule in which no formula is. */
  checkSchedules(rule: CompiledRule, document: RuleDocument): readonly Diagnostic[];
}

/** Puts rules together. `atWork`: the set before this one. */
export function assemble(texts: RuleTexts, deps: AssembleDeps, atWork?: RuleSet): RuleSet {
  const errors = texts.diagnostics.filter(({ severity }) => severity === 'error');
  const all = [...texts.documents, ...texts.health];
  const stray = errors.filter((error) => !all.some((document) => isWithin(error, document)));
  const known = new WeakMap<readonly RuleDocument[], KindSchemas>();
  const schemasOf = (documents: readonly RuleDocument[]): KindSchemas => {
    const schemas = known.get(documents) ?? kindSchemas(documents, deps.schemas);
    known.set(documents, schemas);
    return schemas;
  };
  const rules = choose(
    fallBack(texts.documents, {
      errors,
      stray,
      atWork: atWork?.rules ?? new Map(),
      compile: (document, among) => {
        const { rule, diagnostics } = compile(document, schemasOf(among));
        const more = rule === undefined ? [] : deps.checkSchedules(rule, document);
        return { rule, diagnostics: withoutEchoes(withoutRepeats([...diagnostics, ...more])) };
      },
    }),
    claimsOfRule,
    ruleVersionOf,
  );
  const schemas = kindSchemas(
    [...rules.at.values()].map(({ document }) => document),
    deps.schemas,
  );
  const health = choose(
    fallBack(texts.health, {
      errors,
      stray,
      atWork: atWork?.health ?? new Map(),
      compile: (document) => {
        const { rule, diagnostics } = compileHealth(document, schemas);
        const isSound = rule !== undefined && !diagnostics.some(({ severity }) => severity === 'error');
        return { rule, diagnostics: isSound ? [...diagnostics, ...deps.checkSamples(rule)] : diagnostics };
      },
    }),
    claimsOfHealth,
    (document) => hashText(toCanonicalText([document.file, document.text])),
  );
  return {
    rules: rules.at,
    health: health.at,
    broken: [...rules.broken, ...health.broken],
    schemas,
    diagnostics: withoutRepeats([...texts.diagnostics, ...rules.diagnostics, ...health.diagnostics]),
  };
}

interface Chosen<D, R> {
  readonly at: ReadonlyMap<string, Version<D, R>>;
  readonly broken: readonly BrokenRule[];
  readonly diagnostics: readonly Diagnostic[];
}

function choose<D extends NamedDocument, R extends { readonly name: string }>(
  { candidates, said }: { readonly candidates: readonly Candidate<D, R>[]; readonly said: readonly Diagnostic[] },
  claimsOf: (document: D) => readonly Claim[],
  versionOf: (document: D, rule: R, documents: readonly D[]) => string,
): Chosen<D, R> {
  const good = candidates.filter(({ isBroken }) => !isBroken);
  const wrong = candidates.filter(({ isBroken }) => isBroken);
  // A broken rule takes nothing away from one that can run.
  const duplicates = findDuplicates(
    [...good, ...wrong].map(({ document }) => document),
    claimsOf,
  );
  const refused = new Set(duplicates.map(({ document }) => document));
  const running = good.filter(({ document }) => !refused.has(document));
  const documents = running.map(({ document }) => document);
  const versions = running.map(({ document, kept, rule }): [string, Version<D, R>] => {
    const compiled = rule as R;
    return [compiled.name, kept ?? { document, rule: compiled, version: versionOf(document, compiled, documents) }];
  });
  const broken = candidates
    .filter(({ document, kept, isBroken }) => isBroken || kept !== undefined || refused.has(document))
    .map(({ document, kept }) => ({
      name: document.content.metadata?.name,
      file: document.file,
      isKept: kept !== undefined && !refused.has(document),
    }));
  const diagnostics = [...said, ...[...candidates, ...duplicates].flatMap((one) => one.diagnostics)];
  return { at: new Map(versions), broken, diagnostics };
}

// A rule depends on its own text, and on the definitions of the kinds that it speaks of.
function ruleVersionOf(document: RuleDocument, rule: CompiledRule, documents: readonly RuleDocument[]): string {
  const { resource, children, inputs } = rule;
  const kinds = new Set([resource, ...[...children, ...inputs].map((node) => node.resource)].map(kindKey));
  const definitions = documents.flatMap((other) => {
    const { kind = '', crd } = other.content.spec?.resource ?? {};
    const isMeant = apiVersionsOf(other.content).some((apiVersion) => kinds.has(kindKey({ apiVersion, kind })));
    return other !== document && crd !== undefined && isMeant ? [crd as Json] : [];
  });
  return hashText(toCanonicalText([document.file, document.text, ...definitions]));
}
