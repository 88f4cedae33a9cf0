// Finds the type of each part of a rule, and which overload each call is of.
//
// What comes in: a tree, and what names and fields there are. What goes out: the tree with types, and what is wrong, in
// the words of the API server. Source: https://github.com/google/cel-spec/blob/master/doc/langdef.md#type-checking

import { isReserved } from '../names.ts';
import { type Call, type Expr, type Loop, qualifiedName } from './expr.ts';
import type { CelFacts, Overload } from './facts.ts';
import type { Problem } from './tokens.ts';
import {
  BOOL,
  type CheckedType,
  DYN,
  ERROR,
  INT,
  isAsWide,
  isDyn,
  isOptional,
  isSameType,
  listOf,
  mapOf,
  optionalOf,
  STRING,
  Substitutions,
  showType,
  typeOf,
} from './type.ts';

/** What a rule can speak of. */
export interface CheckScope {
  readonly facts: CelFacts;
  readonly variables: ReadonlyMap<string, CheckedType>;
  /** The fields of a type of its own; undefined for a type that is not known. */
  fieldsOf(name: string): ReadonlyMap<string, CheckedType> | undefined;
}

/** Checks a tree; gives what is wrong with it, nothing where it is right. */
export function checkExpr(expr: Expr, scope: CheckScope): readonly Problem[] {
  const checker = new Checker(scope);
  checker.check(expr);
  return checker.problems;
}

class Checker {
  readonly problems: Problem[] = [];
  readonly #scope: CheckScope;
  readonly #known = new Substitutions();
  readonly #locals: Map<string, CheckedType>[] = [];
  readonly #all: Expr[] = [];
  #count = 0;

  constructor(scope: CheckScope) {
    this.#scope = scope;
  }

  /** Checks the whole. */
  check(expr: Expr): void {
    this.#check(expr);
    for (const part of this.#all) part.type = this.#known.resolve(typeOfExpr(part), true);
  }

  #check(expr: Expr): void {
    this.#all.push(expr);
    switch (expr.kind) {
      case 'literal':
        expr.type = typeOf(expr.of);
        break;
      case 'ident':
        expr.type = this.#nameType(expr.name) ?? this.#undeclared(expr, expr.name);
        break;
      case 'select': {
        const name = qualifiedName(expr);
        const named = name === undefined ? undefined : this.#nameType(name);
        if (named !== undefined) {
          // From here on it is a name.
          Object.assign(expr, { kind: 'ident', name, type: named });
          break;
        }
        const type = this.#field(expr, expr.operand, { field: expr.field, isOptional: false });
        expr.type = expr.isTest ? BOOL : this.#known.resolve(type);
        break;
      }
      case 'call':
        this.#call(expr);
        break;
      case 'list':
        this.#list(expr);
        break;
      case 'map':
        this.#map(expr);
        break;
      case 'struct':
        // What protobuf brings with it is known, but not here what it is.
        expr.type = expr.name.startsWith('google.protobuf.') ? DYN : this.#undeclared(expr, expr.name);
        break;
      case 'loop':
        this.#loop(expr);
    }
  }

  #say(at: number, message: string): void {
    this.problems.push({ at, message });
  }

  #undeclared({ at }: Expr, name: string): CheckedType {
    this.#say(at, `undeclared reference to '${name}' (in container '')`);
    return ERROR;
  }

  #mismatch({ at }: Expr, wanted: CheckedType, found: CheckedType): void {
    this.#say(at, `expected type '${showType(wanted)}' but found '${showType(found)}'`);
  }

  #nameType(name: string): CheckedType | undefined {
    for (const locals of this.#locals.toReversed()) {
      const type = locals.get(name);
      if (type !== undefined) return type;
    }
    return this.#scope.variables.get(name) ?? this.#scope.facts.names.get(name);
  }

  #variable(): CheckedType {
    this.#count += 1;
    return typeOf('param', [], `_var${this.#count - 1}`);
  }

  #field(expr: Expr, operand: Expr, how: { readonly field: string; readonly isOptional: boolean }): CheckedType {
    this.#check(operand);
    const found = this.#known.resolve(typeOfExpr(operand));
    const isUnsure = isOptional(found);
    const target = isUnsure ? (found.of[0] as CheckedType) : found;
    const type = this.#fieldOf(expr, target, how.field);
    return isUnsure || how.isOptional ? optionalOf(type) : type;
  }

  #fieldOf(expr: Expr, target: CheckedType, field: string): CheckedType {
    switch (target.kind) {
      case 'map':
        return target.of[1] as CheckedType;
      case 'object': {
        const fields = this.#scope.fieldsOf(target.name);
        if (fields === undefined) this.#say(expr.at, `unexpected failed resolution of '${target.name}'`);
        // A field with a reserved name goes by that name, too.
        const type = fields?.get(field) ?? (isReserved(field) ? fields?.get(`__${field}__`) : undefined);
        if (fields !== undefined && type === undefined) this.#say(expr.at, `undefined field '${field}'`);
        return type ?? ERROR;
      }
      case 'param':
        this.#known.fits(DYN, target);
        return DYN;
      default:
        if (!isDyn(target) && target.kind !== 'error')
          this.#say(expr.at, `type '${showType(target)}' does not support field selection`);
        return DYN;
    }
  }

  #call(expr: Call): void {
    const [operand, field] = expr.args;
    if (expr.fn === '_?._' && operand !== undefined && field?.kind === 'literal') {
      const type = this.#field(expr, operand, { field: String(field.value), isOptional: true });
      expr.type = this.#known.resolve(type);
      expr.overloads = ['select_optional_field'];
      field.type = STRING;
      return;
    }
    for (const arg of expr.args) this.#check(arg);
    const { functions } = this.#scope.facts;
    if (expr.target !== undefined) {
      const prefix = qualifiedName(expr.target);
      const name = `${prefix ?? ''}.${expr.fn}`;
      if (prefix !== undefined && functions.has(name)) {
        expr.fn = name;
        expr.target = undefined;
      } else this.#check(expr.target);
    }
    const overloads = functions.get(expr.fn);
    if (overloads === undefined) expr.type = this.#undeclared(expr, expr.fn);
    else expr.type = this.#resolve(expr, overloads);
  }

  #resolve(expr: Call, overloads: readonly Overload[]): CheckedType {
    if (expr.fn === '_&&_' || expr.fn === '_||_') return this.#logic(expr, overloads);
    const { target, args } = expr;
    const types = (target === undefined ? args : [target, ...args]).map(typeOfExpr);
    const found: string[] = [];
    let result: CheckedType | undefined;
    for (const overload of overloads) {
      if (overload.isMember !== (target !== undefined)) continue;
      const { wanted, given } = this.#instance(overload);
      if (!this.#known.fitsAll(types, wanted)) continue;
      found.push(overload.id);
      const type = this.#known.resolve(given);
      if (result === undefined) result = type;
      else if (!isDyn(result) && !isSameType(type, result)) result = DYN;
    }
    expr.overloads = found;
    return result ?? this.#noOverload(expr, types);
  }

  #instance({ args, result, variables }: Overload): { wanted: readonly CheckedType[]; given: CheckedType } {
    if (variables.length === 0) return { wanted: args, given: result };
    const fresh = new Substitutions();
    for (const variable of variables) fresh.set(variable, this.#variable());
    return { wanted: args.map((type) => fresh.resolve(type)), given: fresh.resolve(result) };
  }

  #noOverload(expr: Call, types: readonly CheckedType[]): CheckedType {
    const shown = types.map((type) => showType(this.#known.resolve(type, true)));
    const receiver = expr.target === undefined ? '' : `${shown.shift()}.`;
    const applied = `${receiver}(${shown.join(', ')})`;
    this.#say(expr.at, `found no matching overload for '${expr.fn}' applied to '${applied}'`);
    return ERROR;
  }

  #logic(expr: Call, overloads: readonly Overload[]): CheckedType {
    expr.overloads = overloads.map(({ id }) => id);
    const wrong = expr.args.filter((arg) => !this.#known.fits(typeOfExpr(arg), BOOL));
    for (const arg of wrong) this.#mismatch(arg, BOOL, typeOfExpr(arg));
    return wrong.length === 0 ? BOOL : ERROR;
  }

  // What an item or value that may not be there is of, where it is there.
  #ifThere(expr: Expr, isUnsure: boolean): CheckedType {
    const type = typeOfExpr(expr);
    if (!isUnsure) return type;
    if (isOptional(type)) return type.of[0] as CheckedType;
    if (!isDyn(type)) this.#mismatch(expr, optionalOf(type), type);
    return type;
  }

  #list(expr: Expr & { readonly kind: 'list' }): void {
    let type: CheckedType | undefined;
    for (const [at, item] of expr.items.entries()) {
      this.#check(item);
      type = this.#join(type, this.#ifThere(item, expr.optional[at] === true));
    }
    expr.type = listOf(type ?? this.#variable());
  }

  #map(expr: Expr & { readonly kind: 'map' }): void {
    let keys: CheckedType | undefined;
    let values: CheckedType | undefined;
    for (const { key, value, isOptional: isUnsure } of expr.entries) {
      this.#check(key);
      keys = this.#join(keys, typeOfExpr(key));
      this.#check(value);
      values = this.#join(values, this.#ifThere(value, isUnsure));
    }
    expr.type = mapOf(keys ?? this.#variable(), values ?? this.#variable());
  }

  // Whether there may be several types at all is looked at later.
  #join(before: CheckedType | undefined, type: CheckedType): CheckedType {
    if (before === undefined) return type;
    if (!this.#known.fits(before, type)) return DYN;
    return isAsWide(before, type) ? before : type;
  }

  #loop(expr: Loop): void {
    this.#check(expr.range);
    this.#check(expr.init);
    const range = this.#known.resolve(typeOfExpr(expr.range));
    const gathered = typeOfExpr(expr.init);
    this.#locals.push(new Map([[expr.accumulator, gathered]]));
    const types = this.#loopTypes(expr, range);
    this.#locals.push(new Map(expr.variables.map((name, at) => [name, types[at] ?? DYN])));
    this.#check(expr.condition);
    this.#mustFit(expr.condition, BOOL);
    this.#check(expr.step);
    this.#mustFit(expr.step, gathered);
    this.#locals.pop();
    this.#check(expr.result);
    this.#locals.pop();
    expr.type = this.#known.resolve(typeOfExpr(expr.result));
  }

  #loopTypes({ range: expr, variables }: Loop, range: CheckedType): readonly CheckedType[] {
    const isPair = variables.length === 2;
    const [first = DYN, second = DYN] = range.of;
    switch (range.kind) {
      case 'list':
        return isPair ? [INT, first] : [first];
      case 'map':
        return [first, second];
      case 'dyn':
      case 'any':
      case 'error':
      case 'param':
        this.#known.fits(DYN, range);
        return [DYN, DYN];
      default: {
        const what = 'cannot be range of a comprehension (must be list, map, or dynamic)';
        this.#say(expr.at, `expression of type '${showType(range)}' ${what}`);
        return [ERROR, ERROR];
      }
    }
  }

  #mustFit(expr: Expr, type: CheckedType): void {
    const found = typeOfExpr(expr);
    if (!this.#known.fits(type, found)) this.#mismatch(expr, type, found);
  }
}

function typeOfExpr(expr: Expr): CheckedType {
  return expr.type ?? ERROR;
}
