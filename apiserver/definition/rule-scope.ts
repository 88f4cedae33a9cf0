// The expressions of rules in the schema of a definition: whether they compile, and what they may cost together.
//
// What a rule may cost is the most that it costs once, times how often what it is about can be there.
// Source: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#resource-use-by-validation-functions

import type { CheckScope } from '../cel/check/checker.ts';
import { compile } from '../cel/check/compile.ts';
import { type Declared, declare, MAX_REQUEST, namedTypes } from '../cel/check/declared.ts';
import type { CelFacts } from '../cel/check/facts.ts';
import { MOST } from '../cel/check/size.ts';
import { optionalOf } from '../cel/check/type.ts';
import { escapeName } from '../cel/names.ts';
import { type FieldError, forbidden, internal, invalid } from '../model/field-error.ts';
import { isObject, type Json, type JsonObject, listIn, textIn } from '../model/json.ts';
import type { RuleScope } from './rule-fields.ts';

/** What one rule may cost, and all of a schema. */
const RULE_LIMIT = 10_000_000n;
const SCHEMA_LIMIT = 100_000_000n;
const TOLD = 4;

/** The rules of a whole schema. */
export class SchemaRules {
  readonly #facts: () => CelFacts;
  readonly #hasNoLimit: boolean;
  readonly #costs: { readonly path: string; readonly cost: bigint }[] = [];
  #count = 0;

  /** `hasNoLimit`: a schema that is as it was may cost what it did. */
  constructor(facts: () => CelFacts, { hasNoLimit }: { readonly hasNoLimit: boolean }) {
    this.#facts = facts;
    this.#hasNoLimit = hasNoLimit;
  }

  /** What looks at the rules, from the root of the schema on. */
  scope(schema: JsonObject): RuleScope {
    const isWithin = hasRules(schema);
    return new Scope(this, { schema, isWithin, maxCount: 1n, declared: lazily(() => declare(schema, true)) });
  }

  /** What is wrong with all rules together; `path` is that of the schema. */
  checkTotal(path: string): readonly FieldError[] {
    const total = this.#costs.reduce((sum, { cost }) => capped(sum + cost), 0n);
    if (total <= SCHEMA_LIMIT) return [];
    const large = this.#costs.filter(({ cost }) => cost >= SCHEMA_LIMIT / 100n);
    large.sort((a, b) => (a.cost < b.cost ? 1 : a.cost > b.cost ? -1 : 0));
    const what = 'x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema';
    return [
      ...large
        .slice(0, TOLD)
        .map((one) =>
          forbidden(
            one.path,
            'contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema',
          ),
        ),
      forbidden(path, tooMuch(what, total, SCHEMA_LIMIT)),
    ];
  }

  /** What is wrong with the cost of one expression; remembers it for the whole. */
  checkCost(path: string, what: string, cost: bigint): readonly FieldError[] {
    this.#costs.push({ path, cost });
    if (this.#hasNoLimit || cost <= RULE_LIMIT) return [];
    return [forbidden(path, tooMuch(`estimated ${what} cost`, cost, RULE_LIMIT))];
  }

  /** What rules about a declared value can speak of: with `oldSelf` as it is, and as one that may not be there. */
  scopes(declared: Declared): { readonly ordinary: CheckScope; readonly optional: CheckScope } {
    this.#count += 1;
    const { type, named } = namedTypes(declared, `selfType${this.#count}`);
    const base = { facts: this.#facts(), fieldsOf: (name: string) => named.get(name) };
    return {
      ordinary: {
        ...base,
        variables: new Map([
          ['self', type],
          ['oldSelf', type],
        ]),
      },
      optional: {
        ...base,
        variables: new Map([
          ['self', type],
          ['oldSelf', optionalOf(type)],
        ]),
      },
    };
  }
}

function capped(value: bigint): bigint {
  return value > MOST ? MOST : value;
}

function tooMuch(what: string, cost: bigint, limit: bigint): string {
  const factor = Number(cost) / Number(limit);
  const shown = factor > 100 ? 'more than 100x' : factor < 1.5 ? `${factor.toFixed(6)}x` : `${factor.toFixed(1)}x`;
  return `${what} exceeds budget by factor of ${shown} (try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared)`;
}

function hasRules(schema: Json | undefined): boolean {
  return listIn(schema, 'x-kubernetes-validations').length > 0;
}

function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

interface At {
  readonly schema: JsonObject;
  /** There are rules here or around. */
  readonly isWithin: boolean;
  /** How often what the schema describes can be there at most; undefined where nothing says. */
  readonly maxCount: bigint | undefined;
  readonly declared: () => Declared | undefined;
}

class Scope implements RuleScope {
  readonly #rules: SchemaRules;
  readonly #at: At;

  constructor(rules: SchemaRules, at: At) {
    this.#rules = rules;
    this.#at = at;
  }

  inProperty(schema: JsonObject, name: string): RuleScope {
    return this.#inner(schema['properties'], name, ({ fields }) => fields.get(escapeName(name) ?? ''));
  }

  inItems(schema: JsonObject): RuleScope {
    return this.#inner(schema, 'items', ({ element }) => element);
  }

  inAdditional(schema: JsonObject): RuleScope {
    return this.#inner(schema, 'additionalProperties', ({ element }) => element);
  }

  #inner(within: Json | undefined, name: string, find: (declared: Declared) => Declared | undefined): RuleScope {
    const part = isObject(within) ? within[name] : undefined;
    const schema = isObject(part) ? part : {};
    const { isWithin, maxCount, declared } = this.#at;
    const factor = maxInner(this.#at.schema);
    return new Scope(this.#rules, {
      schema,
      isWithin: isWithin || hasRules(schema),
      maxCount: maxCount === undefined || factor === undefined ? undefined : capped(maxCount * factor),
      declared: lazily(() => {
        const around = isWithin ? declared() : undefined;
        const found = around === undefined ? undefined : find(around);
        return found ?? declare(schema, schema['x-kubernetes-embedded-resource'] === true);
      }),
    });
  }

  check(schema: JsonObject, path: string, uncorrelated: string | undefined): readonly FieldError[] {
    const rules = listIn(schema, 'x-kubernetes-validations').filter(isObject);
    if (rules.length === 0) return [];
    const declared = this.#at.declared();
    if (declared === undefined) {
      const why = 'unable to convert structural schema to CEL declarations';
      const what = `internal error: failed to construct type information for x-kubernetes-validations rules: ${why}`;
      return [internal(`${path}.x-kubernetes-validations`, what)];
    }
    const scopes = this.#rules.scopes(declared);
    return rules.flatMap((rule, at) => {
      const scope = rule['optionalOldSelf'] === true ? scopes.optional : scopes.ordinary;
      return this.#checkRule(rule, `${path}.x-kubernetes-validations[${at}]`, { scope, declared, uncorrelated });
    });
  }

  #checkRule(
    rule: JsonObject,
    path: string,
    about: { readonly scope: CheckScope; readonly declared: Declared; readonly uncorrelated: string | undefined },
  ): readonly FieldError[] {
    const { scope, declared, uncorrelated } = about;
    const text = textIn(rule, 'rule');
    const compiled = compile(text, 'rule', scope, declared);
    const cost = compiled.kind === 'right' ? capped(compiled.maxCost * this.#count(declared)) : 0n;
    const errors = [...this.#rules.checkCost(`${path}.rule`, 'rule', cost)];
    if (compiled.kind === 'wrong') errors.push(invalid(`${path}.rule`, shownRule(rule), compiled.why));
    else errors.push(...this.#checkMessage(rule, path, scope, declared));
    if (!compiled.usesOld) {
      const { optionalOldSelf } = rule;
      const what = 'may not be set if oldSelf is not used in rule';
      if (optionalOldSelf !== undefined) errors.push(invalid(`${path}.optionalOldSelf`, optionalOldSelf, what));
    } else if (uncorrelated !== undefined) {
      const what = `oldSelf cannot be used on the uncorrelatable portion of the schema within ${uncorrelated}`;
      errors.push(invalid(`${path}.rule`, text, what));
    }
    return errors;
  }

  #checkMessage(rule: JsonObject, path: string, scope: CheckScope, declared: Declared): readonly FieldError[] {
    const text = textIn(rule, 'messageExpression');
    if (text === '') return [];
    const compiled = compile(text, 'messageExpression', scope, declared);
    const field = `${path}.messageExpression`;
    if (compiled.kind === 'wrong') return [invalid(field, shownRule(rule), compiled.why)];
    return this.#rules.checkCost(field, 'messageExpression', compiled.maxCost);
  }

  // As often as the schemas around say, or as fits into a request.
  #count({ minSize }: Declared): bigint {
    return this.#at.maxCount ?? MAX_REQUEST / (minSize + 1n);
  }
}

function shownRule(rule: JsonObject): Json {
  return {
    Rule: textIn(rule, 'rule'),
    Message: textIn(rule, 'message'),
    MessageExpression: textIn(rule, 'messageExpression'),
    Reason: rule['reason'] ?? null,
    FieldPath: textIn(rule, 'fieldPath'),
    OptionalOldSelf: rule['optionalOldSelf'] ?? null,
  };
}

// How many of what is in it a value can have.
function maxInner(schema: JsonObject): bigint | undefined {
  const limit = (name: string): bigint | undefined => {
    const value = schema[name];
    return typeof value === 'number' ? BigInt(Math.max(0, value)) : undefined;
  };
  const { additionalProperties } = schema;
  switch (schema['type']) {
    case 'array':
      return limit('maxItems');
    case 'object':
      return additionalProperties === undefined ? 1n : limit('maxProperties');
    default:
      return 1n;
  }
}
