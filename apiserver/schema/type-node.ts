// How values of a type are merged and owned: the shape of a schema, without what it says about single values.
//
// A node may have several shapes: what no schema describes is a map, a list or a scalar, whatever the value is.
// Source: https://pkg.go.dev/sigs.k8s.io/structured-merge-diff/v6/schema, and which of it OpenAPI extensions mean.

import { isList, isObject, type Json, type JsonObject, listIn, textIn } from '../model/json.ts';

/** A type. Nodes refer to each other by functions, since types are recursive. */
export interface TypeNode {
  readonly map?: MapShape;
  readonly list?: ListShape;
  readonly scalar?: ScalarShape;
}

/** Which scalars a type has. */
export type ScalarShape = 'string' | 'number' | 'boolean' | 'any';

/** An object or a map. `element` is the type of fields that are not named; without it there are none. */
export interface MapShape {
  readonly fields: ReadonlyMap<string, FieldNode>;
  readonly element: TypeRef | undefined;
  readonly isAtomic: boolean;
}

/** A list. `keys` is empty but for lists whose items are found by keys. */
export interface ListShape {
  readonly element: TypeRef;
  readonly relation: 'atomic' | 'set' | 'map';
  readonly keys: readonly string[];
}

/** A named field. */
export interface FieldNode {
  readonly type: TypeRef;
  readonly default: Json | undefined;
}

/** A type, looked up when it is needed. */
export type TypeRef = () => TypeNode;

/** The type of what no schema describes. */
export const DEDUCED: TypeNode = {
  map: { fields: new Map(), element: () => DEDUCED, isAtomic: false },
  list: { element: () => DEDUCED, relation: 'atomic', keys: [] },
  scalar: 'any',
};

/** Finds a schema by its name. */
export type SchemaLookup = (name: string) => JsonObject | undefined;

/** Makes nodes from schemas, each once. */
export class TypeNodes {
  readonly #lookup: SchemaLookup;
  readonly #nodes = new WeakMap<JsonObject, TypeNode>();
  // The same where all that is around is open to unknown fields.
  readonly #openNodes = new WeakMap<JsonObject, TypeNode>();

  constructor(lookup: SchemaLookup) {
    this.#lookup = lookup;
  }

  /** The node of a schema. */
  of(schema: JsonObject): TypeNode {
    return this.#of(schema, false);
  }

  #of(schema: JsonObject, isWithinOpen: boolean): TypeNode {
    const isOpen = isWithinOpen || schema['x-kubernetes-preserve-unknown-fields'] === true;
    const nodes = isOpen ? this.#openNodes : this.#nodes;
    const known = nodes.get(schema);
    if (known !== undefined) return known;
    const node = this.#make(schema, isOpen);
    nodes.set(schema, node);
    return node;
  }

  #make(schema: JsonObject, isOpen: boolean): TypeNode {
    const name = refOf(schema);
    if (name === RAW) return { map: { fields: new Map(), element: () => DEDUCED, isAtomic: true } };
    if (name !== undefined) {
      const target = this.#lookup(name);
      const node = target === undefined ? DEDUCED : this.#of(target, false);
      return withMapType(node, schema['x-kubernetes-map-type']);
    }
    if (isAnyScalar(schema)) return { scalar: 'any' };
    switch (schema['type']) {
      case 'object':
        return { map: this.#map(schema, isOpen) };
      case 'array':
        return { list: this.#list(schema, isOpen) };
      case 'string':
        return { scalar: ['', 'byte'].includes(String(schema['format'] ?? '')) ? 'string' : 'any' };
      case 'boolean':
        return { scalar: 'boolean' };
      case 'integer':
      case 'number':
        return { scalar: 'number' };
      default:
        return { scalar: 'any', list: this.#list(schema, isOpen), map: this.#map(schema, isOpen) };
    }
  }

  #map(schema: JsonObject, isOpen: boolean): MapShape {
    const properties = isObject(schema['properties']) ? schema['properties'] : {};
    const fields = new Map<string, FieldNode>();
    for (const [name, property] of Object.entries(properties)) {
      if (isObject(property))
        fields.set(name, { type: once(() => this.#of(property, isOpen)), default: property['default'] });
    }
    return { fields, element: this.#element(schema, isOpen), isAtomic: schema['x-kubernetes-map-type'] === 'atomic' };
  }

  // An object that names neither fields nor a type for others is free.
  #element(schema: JsonObject, isOpen: boolean): TypeRef | undefined {
    const { additionalProperties: additional, properties } = schema;
    if (isObject(additional)) return once(() => this.#of(additional, isOpen));
    const isFree = isOpen || !isObject(properties) || Object.keys(properties).length === 0;
    return additional === true || (additional === undefined && isFree) ? () => DEDUCED : undefined;
  }

  #list(schema: JsonObject, isOpen: boolean): ListShape {
    const items = schema['items'];
    const element = isObject(items) ? once(() => this.#of(items, isOpen)) : () => DEDUCED;
    return { element, ...relationOf(schema) };
  }
}

// Types are recursive: a node is looked up when it is first needed, and then known.
function once(find: TypeRef): TypeRef {
  let node: TypeNode | undefined;
  return () => {
    node ??= find();
    return node;
  };
}

// Contents that only their owner understands: nobody owns a part of them.
const RAW = 'io.k8s.apimachinery.pkg.runtime.RawExtension';

/** The name that a schema refers to, if it does; also in the form `allOf: [{ $ref }]`. */
export function refOf(schema: JsonObject): string | undefined {
  const [only] = listIn(schema, 'allOf');
  const ref = schema['$ref'] ?? (isObject(only) ? only['$ref'] : undefined);
  return typeof ref === 'string' ? ref.replace('#/components/schemas/', '') : undefined;
}

/** How the items of a list are told apart. */
export function relationOf(schema: JsonObject): Pick<ListShape, 'relation' | 'keys'> {
  const type = schema['x-kubernetes-list-type'];
  if (type === 'set') return { relation: 'set', keys: [] };
  if (type === 'map') return { relation: 'map', keys: textsOf(schema['x-kubernetes-list-map-keys']) };
  if (type === undefined && String(schema['x-kubernetes-patch-strategy'] ?? '').includes('merge')) {
    const key = schema['x-kubernetes-patch-merge-key'];
    return typeof key === 'string' ? { relation: 'map', keys: [key] } : { relation: 'set', keys: [] };
  }
  return { relation: 'atomic', keys: [] };
}

function textsOf(value: Json | undefined): readonly string[] {
  return isList(value) ? value.filter((item) => typeof item === 'string') : [];
}

// Built-in kinds have a number or a text in two ways; alternatives of definitions say nothing about types.
function isAnyScalar(schema: JsonObject): boolean {
  const either = listIn(schema, 'oneOf');
  const isEither = either.length > 0 && either.every((one) => textIn(one, 'type') !== '');
  return schema['format'] === 'int-or-string' || (isEither && schema['type'] === undefined);
}

function withMapType(node: TypeNode, type: Json | undefined): TypeNode {
  if (type === undefined || node.map === undefined) return node;
  return { ...node, map: { ...node.map, isAtomic: type === 'atomic' } };
}
