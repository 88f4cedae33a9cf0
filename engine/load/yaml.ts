// YAML text -> plain JSON with the place of every key and value. The one door to the yaml package.
//
// Promises: never throws; every mistake becomes a diagnostic with its place; what cannot be represented exactly as JSON
// (integers beyond 2^53, reserved keys, merge keys) is reported, never rounded or dropped in silence; aliases and depth
// are bounded, so that a hostile file cannot blow up. Source for the bounds: chosen, far above any real rule.

import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseAllDocuments,
  stringify,
} from 'yaml';
import type { Diagnostic, Position, Span, TextRange } from '../model/diagnostic.ts';
import type { DiagnosticCode } from '../model/diagnostic-codes.ts';
import type { Json, JsonObject } from '../model/json.ts';
import type { PathStep, Places } from '../model/rule.ts';
import { explainSyntaxError, findAmbiguity, isBrokenFormula } from './scalar-lint.ts';
import { mapScalar, type ScalarStyle } from './text-map.ts';

/** How deep a document may nest. */
export const MAX_DEPTH = 100;
const MAX_ALIASES = 100;
const MAX_BYTES = 1024 * 1024;
/** Keys that no mapping may have. */
export const RESERVED_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype', '<<']);

/** One document of a YAML file. `value` is undefined for an empty document. */
export interface YamlDocument {
  readonly value: Json | undefined;
  readonly places: Places;
  readonly diagnostics: readonly Diagnostic[];
}

/** Parses every document of a file. Shape: in file order; empty for a file without documents. */
export function parseYaml(file: string, text: string): readonly YamlDocument[] {
  const lines = new LineCounter();
  const toSpan = spanMaker(file, text, lines);
  if (text.length > MAX_BYTES) {
    const message = `the file has ${text.length} characters, the limit is ${MAX_BYTES}`;
    const diagnostic = { code: 'TooLarge', severity: 'error', message, span: toSpan(0, 0) } as const;
    return [{ value: undefined, places: new NodePlaces(text, toSpan, new Map()), diagnostics: [diagnostic] }];
  }
  const parsed = parseAllDocuments(text, { lineCounter: lines, intAsBigInt: true, prettyErrors: false, merge: false });
  return [...parsed].map((document) => {
    const walk = new Walk(text, toSpan, document);
    const value = document.contents === null ? undefined : walk.toJson(document.contents as Node, [], 0);
    for (const error of document.errors) walk.diagnostics.unshift(syntaxDiagnostic(error, text, toSpan));
    return { value, places: new NodePlaces(text, toSpan, walk.nodes), diagnostics: withoutEchoes(walk.diagnostics) };
  });
}

/** A value as YAML text, as `kubectl -o yaml` would print it. */
export function toYaml(value: Json): string {
  return stringify(value, { lineWidth: 0, aliasDuplicateObjects: false, version: '1.1' });
}

type ToSpan = (start: number, end: number) => Span;

interface Place {
  readonly key: readonly [number, number] | undefined;
  readonly value: readonly [number, number];
  readonly scalar: { readonly text: string; readonly style: ScalarStyle } | undefined;
}

function spanMaker(file: string, text: string, lines: LineCounter): ToSpan {
  const toPosition = (offset: number): Position => {
    const clamped = Math.min(Math.max(0, offset), text.length);
    const { line, col } = lines.linePos(clamped);
    return { line: Math.max(1, line), column: Math.max(1, col), offset: clamped };
  };
  return (start, end) => ({ file, start: toPosition(start), end: toPosition(Math.max(start, end)) });
}

function syntaxDiagnostic(
  error: { code: string; message: string; pos: [number, number] },
  text: string,
  toSpan: ToSpan,
): Diagnostic {
  const span = toSpan(error.pos[0], error.pos[1]);
  if (error.code === 'DUPLICATE_KEY') {
    return {
      code: 'DuplicateKey',
      severity: 'error',
      message: 'this key appears twice in the same mapping',
      span,
      hint: 'remove one of the two',
    };
  }
  const explained = explainSyntaxError(text, span.start.line, error.message);
  return {
    severity: 'error',
    ...explained,
    span: explained.range === undefined ? span : toSpan(explained.range.start, explained.range.end),
  };
}

// One broken line makes the parser stumble several times: the first word on a line is the one to read. Where the parser
// has lost the thread for a reason of its own, what it says of later lines is of no use.
function withoutEchoes(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const isLost = (diagnostic: Diagnostic) => diagnostic.code === 'YamlSyntax';
  const lost = Math.min(...diagnostics.filter(isLost).map(({ span }) => span.start.line));
  const broken = new Map<number, Diagnostic>();
  for (const diagnostic of diagnostics) {
    const line = diagnostic.span.start.line;
    if (diagnostic.code === 'QuoteNeeded' || (diagnostic.code === 'YamlSyntax' && !broken.has(line)))
      broken.set(line, diagnostic);
  }
  return diagnostics.filter((diagnostic) => {
    const first = broken.get(diagnostic.span.start.line);
    if (isLost(diagnostic) && diagnostic.span.start.line > lost) return false;
    return first === undefined || first === diagnostic;
  });
}

class Walk {
  readonly nodes: Map<string, Place> = new Map();
  readonly diagnostics: Diagnostic[] = [];
  #aliases = 0;
  readonly #text: string;
  readonly #toSpan: ToSpan;
  readonly #document: Document;

  constructor(text: string, toSpan: ToSpan, document: Document) {
    this.#text = text;
    this.#toSpan = toSpan;
    this.#document = document;
  }

  toJson(node: Node, path: readonly PathStep[], depth: number, key?: readonly [number, number]): Json {
    const [start, end] = rangeOf(node);
    const scalar =
      isScalar(node) && typeof node.value === 'string'
        ? { text: node.value, style: (node.type ?? 'PLAIN') as ScalarStyle }
        : undefined;
    this.nodes.set(pathKey(path), { key, value: [start, end], scalar });
    if (depth > MAX_DEPTH) {
      this.#say('TooLarge', `the document nests more than ${MAX_DEPTH} levels`, node);
      return null;
    }
    if (isAlias(node)) return this.#alias(node, path, depth);
    if (isMap(node)) return this.#map(node.items as Pair<Node, Node | null>[], path, depth, node.flow === true);
    if (isSeq(node))
      return node.items.map((item, index) => this.#child(item as Node | null, [...path, index], depth, [start, end]));
    return isScalar(node) ? this.#scalar(node.value, node) : null;
  }

  #child(
    node: Node | null,
    path: readonly PathStep[],
    depth: number,
    parent: readonly [number, number],
    key?: readonly [number, number],
  ): Json {
    if (node !== null) return this.toJson(node, path, depth + 1, key);
    this.nodes.set(pathKey(path), { key, value: key ?? parent, scalar: undefined });
    return null;
  }

  #alias(node: Alias, path: readonly PathStep[], depth: number): Json {
    this.#aliases += 1;
    const target = this.#aliases > MAX_ALIASES ? undefined : node.resolve(this.#document);
    if (target !== undefined) return this.toJson(target, path, depth + 1);
    const message =
      this.#aliases > MAX_ALIASES ? `more than ${MAX_ALIASES} aliases` : `no anchor is named "${node.source}"`;
    this.#say('YamlSyntax', message, node, 'write the value out');
    return null;
  }

  #map(items: readonly Pair<Node, Node | null>[], path: readonly PathStep[], depth: number, flow: boolean): JsonObject {
    const result: Record<string, Json> = {};
    for (const { key, value } of items) {
      const name = isScalar(key) ? String(key.value) : undefined;
      const range = rangeOf(key);
      if (name === undefined || RESERVED_KEYS.has(name)) {
        this.#say(
          'ReservedKey',
          name === undefined ? 'a key must be a plain text' : `the key "${name}" is reserved`,
          key,
          'use another key',
        );
        continue;
      }
      if (flow && isScalar(value) && isBrokenFormula(value.value, value.type)) {
        this.#say(
          'QuoteNeeded',
          'YAML ends this formula at its first comma or bracket',
          value,
          `quote it: ${name}: '=…'`,
        );
      }
      this.#ambiguous(key, (source) => findAmbiguity(source, true));
      const child = [...path, name];
      if (!Object.hasOwn(result, name)) result[name] = this.#child(value, child, depth, range, range);
    }
    return result;
  }

  #scalar(value: unknown, node: Node): Json {
    const source = this.#text.slice(...rangeOf(node));
    this.#ambiguous(node, findAmbiguity);
    if (typeof value === 'bigint') {
      if (value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(value);
      this.#say(
        'UnsafeNumber',
        `the integer ${value} cannot be represented exactly`,
        node,
        'quote it if the field takes a string',
      );
      return null;
    }
    if (typeof value === 'number' && !Number.isFinite(value)) {
      this.#say('UnsafeNumber', `${source} is not a JSON number`, node, 'use a finite number');
      return null;
    }
    return typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number' ? value : null;
  }

  #ambiguous(node: Node, find: (source: string) => ReturnType<typeof findAmbiguity>): void {
    const ambiguity = find(this.#text.slice(...rangeOf(node)));
    if (ambiguity === undefined) return;
    this.diagnostics.push({ code: 'AmbiguousScalar', ...ambiguity, span: this.#toSpan(...rangeOf(node)) });
  }

  #say(code: DiagnosticCode, message: string, node: Node, hint?: string): void {
    const span = this.#toSpan(...rangeOf(node));
    this.diagnostics.push(
      hint === undefined
        ? { code, severity: 'error', message, span }
        : { code, severity: 'error', message, span, hint },
    );
  }
}

class NodePlaces implements Places {
  readonly #text: string;
  readonly #toSpan: ToSpan;
  readonly #nodes: ReadonlyMap<string, Place>;

  constructor(text: string, toSpan: ToSpan, nodes: ReadonlyMap<string, Place>) {
    this.#text = text;
    this.#toSpan = toSpan;
    this.#nodes = nodes;
  }

  key(path: readonly PathStep[]): Span {
    const place = this.#nodes.get(pathKey(path));
    return place?.key === undefined ? this.value(path) : this.#toSpan(...place.key);
  }

  value(path: readonly PathStep[]): Span {
    for (let length = path.length; length >= 0; length -= 1) {
      const place = this.#nodes.get(pathKey(path.slice(0, length)));
      if (place !== undefined)
        return length === path.length || place.key === undefined
          ? this.#toSpan(...place.value)
          : this.#toSpan(...place.key);
    }
    return this.#toSpan(0, 0);
  }

  text(path: readonly PathStep[], range: TextRange): Span {
    const place = this.#nodes.get(pathKey(path));
    if (place?.scalar === undefined) return this.value(path);
    const offsets = mapScalar(this.#text, place.scalar.text, place.scalar.style, ...place.value);
    const at = (index: number) => offsets[Math.min(Math.max(0, index), offsets.length - 1)] ?? place.value[0];
    const start = at(range.start);
    // The end of a piece is one behind its last character, not the start of what follows: an escape may lie between.
    return this.#toSpan(start, range.end > range.start ? at(range.end - 1) + 1 : start);
  }
}

function rangeOf(node: Node): [number, number] {
  return [node.range?.[0] ?? 0, node.range?.[1] ?? 0];
}

function pathKey(path: readonly PathStep[]): string {
  return path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
