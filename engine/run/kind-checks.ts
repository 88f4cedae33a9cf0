// Rules speak of kinds that only the cluster knows: those of other people's CustomResourceDefinitions. Their formulas are
// checked again as soon as the API server serves such a kind.

import { compile } from '../compile/compile.ts';
import type { Discovery } from '../kube/discovery.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { describeSpan } from '../model/diagnostic.ts';
import { type GroupVersionKind, kindKey } from '../model/object.ts';
import type { RuleDocument } from '../model/rule.ts';
import type { KindSchema, KindSchemas } from '../model/type.ts';

/** What the checks need of the world. */
export interface KindCheckDeps {
  readonly discovery: Pick<Discovery, 'schemaOf'>;
  /** What is known without the cluster. */
  readonly known: KindSchemas;
  /** Hears of each mistake that showed up with a kind, once. */
  report(diagnostic: Diagnostic): void;
}

/** Checks rules against the kinds of the cluster. A rule that runs goes on: what the API server refuses shows in status. */
export class KindChecks {
  readonly #documents: readonly RuleDocument[];
  readonly #deps: KindCheckDeps;
  readonly #found = new Map<string, KindSchema>();
  readonly #reported: Set<string>;

  constructor(documents: readonly RuleDocument[], deps: KindCheckDeps) {
    this.#documents = documents;
    this.#deps = deps;
    // What was wrong before was said when the rules were loaded.
    this.#reported = new Set(documents.flatMap((document) => compile(document, deps.known).diagnostics.map(keyOf)));
  }

  /** Looks at a kind that the API server has begun to serve. Throws Fault. */
  async served(kind: GroupVersionKind): Promise<void> {
    const key = kindKey(kind);
    if (this.#deps.known.find(kind.apiVersion, kind.kind) !== undefined || this.#found.has(key)) return;
    const schema = await this.#deps.discovery.schemaOf(kind);
    if (schema === undefined) return;
    this.#found.set(key, schema);
    const schemas: KindSchemas = {
      find: (apiVersion, name) =>
        this.#deps.known.find(apiVersion, name) ?? this.#found.get(kindKey({ apiVersion, kind: name })),
    };
    for (const document of this.#documents) {
      for (const diagnostic of compile(document, schemas).diagnostics) {
        if (this.#reported.has(keyOf(diagnostic))) continue;
        this.#reported.add(keyOf(diagnostic));
        this.#deps.report(diagnostic);
      }
    }
  }
}

function keyOf({ code, message, span }: Diagnostic): string {
  return `${describeSpan(span)} ${code} ${message}`;
}
