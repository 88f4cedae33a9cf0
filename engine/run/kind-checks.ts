// Rules speak of kinds that only the cluster knows: those of other people's CustomResourceDefinitions. Their formulas are
// checked again as soon as the API server serves such a kind.

import { compile } from '../compile/compile.ts';
import type { RuleSet } from '../compile/rule-set.ts';
import type { Discovery } from '../kube/discovery.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { describeSpan } from '../model/diagnostic.ts';
import { type GroupVersionKind, kindKey } from '../model/object.ts';
import type { KindSchema, KindSchemas } from '../model/type.ts';

/** What the checks need of the world. */
export interface KindCheckDeps {
  readonly discovery: Pick<Discovery, 'schemaOf'>;
  /** Hears of each mistake that showed up with a kind, once. */
  report(diagnostic: Diagnostic): void;
}

/** Checks rules against the kinds of the cluster. A rule that runs goes on: what the API server refuses shows in status. */
export class KindChecks {
  readonly #deps: KindCheckDeps;
  readonly #found = new Map<string, KindSchema>();
  readonly #reported = new Set<string>();
  #rules: RuleSet | undefined;

  constructor(deps: KindCheckDeps) {
    this.#deps = deps;
  }

  /** The rules to check from now on, against the kinds that were found so far, too. */
  use(rules: RuleSet): void {
    this.#rules = rules;
    // What was wrong before was said when the rules were loaded.
    for (const diagnostic of rules.diagnostics) this.#reported.add(keyOf(diagnostic));
    this.#check(rules);
  }

  /** Looks at a kind that the API server has begun to serve. Throws Fault. */
  async served(kind: GroupVersionKind): Promise<void> {
    const key = kindKey(kind);
    if (this.#rules?.schemas.find(kind.apiVersion, kind.kind) !== undefined || this.#found.has(key)) return;
    const schema = await this.#deps.discovery.schemaOf(kind);
    if (schema === undefined) return;
    this.#found.set(key, schema);
    if (this.#rules !== undefined) this.#check(this.#rules);
  }

  #check({ rules, schemas: known }: RuleSet): void {
    if (this.#found.size === 0) return;
    const schemas: KindSchemas = {
      find: (apiVersion, kind) => known.find(apiVersion, kind) ?? this.#found.get(kindKey({ apiVersion, kind })),
    };
    for (const { document } of rules.values()) {
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
