// Texts of rules, from wherever they come -> the set that should be at work, and word of what is wrong.
//
// Promises: each change of the texts leads to one set, which is taken over as a whole; a rule with errors leaves its last
// version in the set; what was said of a file is said again only when the file has changed.

import { assemble, type RuleSet } from '../compile/rule-set.ts';
import { checkSamples } from '../evaluate/samples.ts';
import { checkSchedules } from '../evaluate/schedule.ts';
import { load } from '../load/load.ts';
import { loadRuleObjects } from '../load/rule-objects.ts';
import type { Collected, SourceFile } from '../load/source.ts';
import { type Diagnostic, describeSpan } from '../model/diagnostic.ts';
import type { KubeObject } from '../model/object.ts';
import type { KindSchemas } from '../model/type.ts';
import type { Log } from './log.ts';
import { withinNamespace } from './within-namespace.ts';

/** What a delivery needs of the world. */
export interface DeliveryDeps {
  /** What is known of kinds that no rule defines. */
  readonly schemas: KindSchemas;
  /** The namespace that the engine works in; undefined for all. */
  readonly namespace: string | undefined;
  readonly log: Log;
  /** Hears of what is wrong, with the texts that it is about. */
  report(diagnostics: readonly Diagnostic[], files: readonly Pick<SourceFile, 'file' | 'text'>[]): void;
}

/** Turns texts into sets of rules. */
export class Delivery {
  readonly #deps: DeliveryDeps;
  #rules: RuleSet | undefined;
  #texts: ReadonlyMap<string, string> = new Map();
  #said: ReadonlySet<string> = new Set();

  constructor(deps: DeliveryDeps) {
    this.#deps = deps;
  }

  /** Takes in what files and objects say now. Of two rules that claim the same, files come first. */
  take(collected: Collected, objects: readonly KubeObject[]): RuleSet {
    const loaded = load(collected.files);
    const inCluster = loadRuleObjects(objects);
    const texts = {
      documents: [...loaded.documents, ...inCluster.documents],
      health: loaded.health,
      diagnostics: [...collected.diagnostics, ...loaded.diagnostics, ...inCluster.diagnostics],
    };
    const before = this.#rules;
    const { schemas, namespace } = this.#deps;
    const all = assemble(texts, { schemas, checkSamples, checkSchedules }, before);
    const rules = namespace === undefined ? all : withinNamespace(all, namespace);
    this.#rules = rules;
    this.#tell(rules, before, [...collected.files, ...inCluster.documents.map(({ file, text }) => ({ file, text }))]);
    return rules;
  }

  #tell(rules: RuleSet, before: RuleSet | undefined, files: readonly Pick<SourceFile, 'file' | 'text'>[]): void {
    const texts = new Map(files.map(({ file, text }) => [file, text]));
    const isNews = (file: string): boolean => texts.get(file) !== this.#texts.get(file);
    const fresh = rules.diagnostics.filter((one) => isNews(one.span.file) || !this.#said.has(keyOf(one)));
    this.#texts = texts;
    this.#said = new Set(rules.diagnostics.map(keyOf));
    if (fresh.length > 0) this.#deps.report(fresh, files);
    const told = new Set(fresh.map(({ span }) => span.file));
    for (const { name, file, isKept } of rules.broken) {
      if (!told.has(file)) continue;
      const message = isKept ? 'its last version stays at work' : 'it does not run';
      this.#deps.log.warn('rule-broken', { ...(name === undefined ? {} : { rule: name }), file, message });
    }
    for (const { name = '' } of before?.broken ?? []) {
      const [now, last] = [rules.rules.get(name), before?.rules.get(name)];
      const isBroken = rules.broken.some((other) => other.name === name);
      // Another version is told of when it goes to work.
      if (now !== undefined && !isBroken && now.version === last?.version)
        this.#deps.log.info('rule-mended', { rule: name, file: now.document.file });
    }
  }
}

function keyOf({ code, message, span }: Diagnostic): string {
  return `${describeSpan(span)} ${code} ${message}`;
}
