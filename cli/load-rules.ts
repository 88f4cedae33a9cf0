// Reads, loads and compiles rules and health rules: the first step of every command.

import {
  type CompiledHealth,
  type CompiledRule,
  checkSamples,
  collectSources,
  compile,
  compileHealth,
  type Diagnostic,
  factsSchemas,
  type HealthDocument,
  type KindSchemas,
  kindSchemas,
  load,
  type RuleDocument,
  type SourceFile,
} from '../engine/index.ts';
import { readFacts } from './facts.ts';
import { fileSource } from './file-source.ts';

/** What the command line knows of a set of rules. `rules`: those without errors. */
export interface LoadedRules {
  readonly files: readonly SourceFile[];
  readonly rules: readonly CompiledRule[];
  /** Health rules without errors. */
  readonly health: readonly CompiledHealth[];
  /** Documents that are rules, with errors or without. */
  readonly documents: readonly RuleDocument[];
  readonly healthDocuments: readonly HealthDocument[];
  /** What is known of kinds: those that the rules define, and those of Kubernetes itself. */
  readonly schemas: KindSchemas;
  readonly diagnostics: readonly Diagnostic[];
}

/** The exit code for what was found: 0 nothing but warnings, 1 errors, 2 when a file could not be read at all. */
export function exitCodeOf(diagnostics: readonly Diagnostic[]): 0 | 1 | 2 {
  if (diagnostics.some(({ code }) => code === 'FileUnreadable')) return 2;
  return diagnostics.some(({ severity }) => severity === 'error') ? 1 : 0;
}

/** Loads the rules below paths. A rule runs if no error stands in its own document; the others are not held up by it. */
export async function loadRules(paths: readonly string[]): Promise<LoadedRules> {
  const collected = await collectSources(paths, fileSource);
  const loaded = load(collected.files);
  const diagnostics: Diagnostic[] = [...collected.diagnostics, ...loaded.diagnostics];
  const schemas = kindSchemas(loaded.documents, factsSchemas(readFacts()));
  const compiled = loaded.documents.map((document) => ({ document, ...compile(document, schemas) }));
  const judging = loaded.health.map((document) => ({ document, ...compileHealth(document, schemas) }));
  for (const one of [...compiled, ...judging]) diagnostics.push(...one.diagnostics);
  const sound = judging.filter(({ document }) => !isBroken(document, diagnostics)).flatMap(({ rule }) => rule ?? []);
  diagnostics.push(...sound.flatMap(checkSamples));
  return {
    files: collected.files,
    rules: compiled.filter(({ document }) => !isBroken(document, diagnostics)).flatMap(({ rule }) => rule ?? []),
    health: judging.filter(({ document }) => !isBroken(document, diagnostics)).flatMap(({ rule }) => rule ?? []),
    documents: loaded.documents,
    healthDocuments: loaded.health,
    schemas,
    diagnostics,
  };
}

function isBroken({ places }: RuleDocument | HealthDocument, diagnostics: readonly Diagnostic[]): boolean {
  const own = places.value([]);
  return diagnostics.some(
    ({ severity, span }) =>
      severity === 'error' &&
      span.file === own.file &&
      span.start.offset >= own.start.offset &&
      span.start.offset <= own.end.offset,
  );
}
