// The types of rules, and which value may stand where another type is wanted.
// Source: https://github.com/google/cel-spec/blob/master/doc/langdef.md#gradual-type-checking

/** What form a type has. */
export type TypeKind =
  | 'bool'
  | 'int'
  | 'uint'
  | 'double'
  | 'string'
  | 'bytes'
  | 'null'
  | 'timestamp'
  | 'duration'
  | 'dyn'
  | 'any'
  | 'error'
  | 'list'
  | 'map'
  | 'type'
  | 'param'
  | 'object'
  | 'opaque';

/** A type. `name` is that of a type of its own, or of a variable; `of` what it is made of. */
export interface CheckedType {
  readonly kind: TypeKind;
  readonly name: string;
  readonly of: readonly CheckedType[];
}

const plain = (kind: TypeKind): CheckedType => ({ kind, name: kind, of: [] });

/** A truth. */
export const BOOL: CheckedType = plain('bool');
/** A whole number. */
export const INT: CheckedType = plain('int');
/** A text. */
export const STRING: CheckedType = plain('string');
/** Anything. */
export const DYN: CheckedType = plain('dyn');
/** What is wrong anyway: more is not said of it. */
export const ERROR: CheckedType = plain('error');

/** A type of any form. */
export function typeOf(kind: TypeKind, of: readonly CheckedType[] = [], name: string = kind): CheckedType {
  return { kind, name, of };
}

/** A list. */
export function listOf(item: CheckedType): CheckedType {
  return typeOf('list', [item]);
}

/** A map. */
export function mapOf(key: CheckedType, value: CheckedType): CheckedType {
  return typeOf('map', [key, value]);
}

/** A value that may not be there. */
export function optionalOf(value: CheckedType): CheckedType {
  return typeOf('opaque', [value], 'optional_type');
}

/** True for a value that may not be there. */
export function isOptional({ kind, name }: CheckedType): boolean {
  return kind === 'opaque' && name === 'optional_type';
}

/** True where nothing is known of a type. */
export function isDyn({ kind }: CheckedType): boolean {
  return kind === 'dyn' || kind === 'any';
}

/** A type as messages show it. */
export function showType({ kind, name, of }: CheckedType): string {
  if (kind === 'error') return '!error!';
  if (kind === 'param' || of.length === 0) return name;
  return `${name}(${of.map(showType).join(', ')})`;
}

/** True for the same type. `ignoresNames`: one variable is as good as another. */
export function isSameType(
  left: CheckedType,
  right: CheckedType,
  { ignoresNames = false }: { readonly ignoresNames?: boolean } = {},
): boolean {
  if (left === right) return true;
  if (left.kind !== right.kind || left.of.length !== right.of.length) return false;
  if (left.name !== right.name && !(ignoresNames && left.kind === 'param')) return false;
  return left.of.every((part, at) => isSameType(part, right.of[at] as CheckedType, { ignoresNames }));
}

/** What is known of variables. */
export class Substitutions {
  #known: Map<string, CheckedType>;

  constructor(known: ReadonlyMap<string, CheckedType> = new Map()) {
    this.#known = new Map(known);
  }

  /** True where each type may stand for the other of the same place; what follows for variables is kept then only. */
  fitsAll(left: readonly CheckedType[], right: readonly CheckedType[]): boolean {
    const before = this.#known;
    this.#known = new Map(before);
    if (this.#areFit(left, right)) return true;
    this.#known = before;
    return false;
  }

  /** True where one type may stand for another. */
  fits(left: CheckedType, right: CheckedType): boolean {
    return this.fitsAll([left], [right]);
  }

  /** A type with what is known of its variables; `isFinal`: what nothing is known of may be anything. */
  resolve(type: CheckedType, isFinal = false): CheckedType {
    const known = this.#known.get(showType(type));
    if (known !== undefined) return this.resolve(known, isFinal);
    if (isFinal && type.kind === 'param') return DYN;
    if (type.of.length === 0) return type;
    return { ...type, of: type.of.map((part) => this.resolve(part, isFinal)) };
  }

  /** Says what a variable stands for. */
  set(variable: CheckedType, type: CheckedType): void {
    this.#known.set(showType(variable), type);
  }

  #areFit(left: readonly CheckedType[], right: readonly CheckedType[]): boolean {
    return left.length === right.length && left.every((type, at) => this.#isFit(type, right[at] as CheckedType));
  }

  #isFit(left: CheckedType, right: CheckedType): boolean {
    if (right.kind === 'param') {
      const { isValid, isKnown } = this.#substitute(left, right);
      if (isValid || isKnown) return isValid;
    }
    if (left.kind === 'param') return this.#substitute(right, left).isValid;
    if ([left, right].some((type) => isDyn(type) || type.kind === 'error')) return true;
    if (left.kind === 'null') return isNullable(right);
    if (right.kind === 'null') return isNullable(left);
    if (left.kind !== right.kind) return false;
    if (left.kind === 'type') return true;
    return left.name === right.name && this.#areFit(left.of, right.of);
  }

  #substitute(type: CheckedType, variable: CheckedType): { readonly isValid: boolean; readonly isKnown: boolean } {
    if (isSameType(type, variable)) return { isValid: true, isKnown: true };
    const known = this.#known.get(showType(variable));
    if (known !== undefined) {
      if (isSameType(type, known)) return { isValid: true, isKnown: true };
      if (!this.#isFit(type, known)) return { isValid: false, isKnown: true };
      const wider = isAsWide(type, known) ? type : known;
      if (this.#isOutside(variable, wider)) this.set(variable, wider);
      return { isValid: true, isKnown: true };
    }
    const isValid = this.#isOutside(variable, type);
    if (isValid) this.set(variable, type);
    return { isValid, isKnown: false };
  }

  // A variable does not stand for what it is a part of.
  #isOutside(variable: CheckedType, type: CheckedType): boolean {
    if (isSameType(variable, type)) return false;
    if (type.kind !== 'param') return type.of.every((part) => this.#isOutside(variable, part));
    const known = this.#known.get(showType(type));
    return known === undefined || this.#isOutside(variable, known);
  }
}

function isNullable({ kind }: CheckedType): boolean {
  return ['null', 'opaque', 'object', 'timestamp', 'duration'].includes(kind);
}

/** True where the first of two types that fit says no more than the second. */
export function isAsWide(left: CheckedType, right: CheckedType): boolean {
  if (isDyn(left) || left.kind === 'param') return true;
  if (isDyn(right) || right.kind === 'param' || left.kind !== right.kind) return false;
  if (left.kind === 'type') return true;
  if (left.name !== right.name || left.of.length !== right.of.length) return false;
  return left.of.every((part, at) => isAsWide(part, right.of[at] as CheckedType));
}
