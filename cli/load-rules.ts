// Reads, loads and compiles rules and health rules: the first step of every command that ends by itself.

import {
  assemble,
  type CompiledHealth,
  type CompiledRule,
  checkSamples,
  checkSchedules,
  collectSources,
  type Diagnostic,
  factsSchemas,
  type HealthDocument,
  load,
  type RuleDocument,
  type ScenarioDocument,
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
  /** Scenarios, with mistakes or without. */
  readonly scenarios: readonly ScenarioDocument[];
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
  const { documents, health: healthDocuments, ...loaded } = load(collected.files);
  const texts = { documents, health: healthDocuments, diagnostics: [...collected.diagnostics, ...loaded.diagnostics] };
  const schemas = factsSchemas(readFacts());
  const { rules, health, diagnostics } = assemble(texts, { schemas, checkSamples, checkSchedules });
  return {
    files: collected.files,
    rules: [...rules.values()].map(({ rule }) => rule),
    health: [...health.values()].map(({ rule }) => rule),
    documents,
    healthDocuments,
    scenarios: loaded.scenarios,
    diagnostics,
  };
}
