// Reads, loads and compiles rules: the first step of every command.

import {
  type CompiledRule,
  collectSources,
  compile,
  type Diagnostic,
  factsSchemas,
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
  /** Documents that are rules, with errors or without. */
  readonly documents: readonly RuleDocument[];
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
  const rules: CompiledRule[] = [];
  const schemas = kindSchemas(loaded.documents, factsSchemas(readFacts()));
  for (const document of loaded.documents) {
    const compiled = compile(document, schemas);
    diagnostics.push(...compiled.diagnostics);
    const own = document.places.value([]);
    const isBroken = diagnostics.some(
      ({ severity, span }) =>
        severity === 'error' &&
        span.file === own.file &&
        span.start.offset >= own.start.offset &&
        span.start.offset <= own.end.offset,
    );
    if (compiled.rule !== undefined && !isBroken) rules.push(compiled.rule);
  }
  return { files: collected.files, rules, documents: loaded.documents, schemas, diagnostics };
}
