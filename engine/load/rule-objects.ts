// Objects of kind Rule -> rule documents.
//
// As files, but for places: an object has no lines, so that a place is the path of a field, and within a text its line
// and column. Never throws; every mistake that a file would be told of is told, as far as an API server lets it come.

import type { Diagnostic, Position, Span, TextRange } from '../model/diagnostic.ts';
import { isArray, isObject, type Json, type JsonObject, type MaybeJson, toCanonicalText } from '../model/json.ts';
import type { KubeObject } from '../model/object.ts';
import type { LooseRule, PathStep, Places, RuleDocument } from '../model/rule.ts';
import { getRuleChecker } from './schema.ts';
import { MAX_DEPTH, RESERVED_KEYS } from './yaml.ts';

/** What objects say, in their order. */
export interface LoadedRuleObjects {
  readonly documents: readonly RuleDocument[];
  readonly diagnostics: readonly Diagnostic[];
}

/** How a rule that is an object is named where others go by the path of their file. */
export function nameOfRuleObject(name: string): string {
  return `Rule/${name}`;
}

/** Loads rules from objects. */
export function loadRuleObjects(objects: readonly KubeObject[]): LoadedRuleObjects {
  const diagnostics: Diagnostic[] = [];
  const documents = objects.map((object): RuleDocument => {
    const file = nameOfRuleObject(object.metadata.name);
    const { apiVersion, kind, spec = null } = object as unknown as JsonObject;
    // What a file would say; the rest of an object is the API server's, or the engine's own.
    const said = { apiVersion, kind, metadata: { name: object.metadata.name }, spec } as JsonObject;
    const fit = new Fit(file);
    const value = fit.take(said, []);
    const places = new FieldPlaces(file, value);
    const checked = getRuleChecker()(value, places);
    diagnostics.push(...fit.diagnostics, ...checked.diagnostics);
    return { file, text: toCanonicalText(value), content: checked.value as LooseRule, places };
  });
  return { documents, diagnostics };
}

// Takes over what can be represented exactly, and says what cannot.
class Fit {
  readonly diagnostics: Diagnostic[] = [];
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  take(value: Json, path: readonly PathStep[]): Json {
    if (path.length > MAX_DEPTH) {
      this.#say('TooLarge', `the document nests more than ${MAX_DEPTH} levels`, path);
      return null;
    }
    if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value))
      this.#say('UnsafeNumber', `the integer ${value} cannot be represented exactly`, path, 'make it a text');
    if (isArray(value)) return value.map((item, index) => this.take(item, [...path, index]));
    if (!isObject(value)) return value;
    const entries = Object.entries(value).flatMap(([key, item]): [string, Json][] => {
      if (!RESERVED_KEYS.has(key)) return [[key, this.take(item, [...path, key])]];
      this.#say('ReservedKey', `the key "${key}" is reserved`, [...path, key], 'use another key');
      return [];
    });
    return Object.fromEntries(entries);
  }

  #say(code: Diagnostic['code'], message: string, path: readonly PathStep[], hint?: string): void {
    const span = spanOf(this.#file, path);
    this.diagnostics.push({ code, severity: 'error', message, span, ...(hint === undefined ? {} : { hint }) });
  }
}

class FieldPlaces implements Places {
  readonly #file: string;
  readonly #value: Json;

  constructor(file: string, value: Json) {
    this.#file = file;
    this.#value = value;
  }

  key(path: readonly PathStep[]): Span {
    return spanOf(this.#file, path);
  }

  value(path: readonly PathStep[]): Span {
    return spanOf(this.#file, this.#known(path));
  }

  text(path: readonly PathStep[], range: TextRange): Span {
    const text = this.#at(path);
    if (typeof text !== 'string') return this.value(path);
    return { ...spanOf(this.#file, path), start: positionIn(text, range.start), end: positionIn(text, range.end) };
  }

  #at(path: readonly PathStep[]): MaybeJson {
    return path.reduce<MaybeJson>((value, step) => {
      if (isArray(value)) return value[Number(step)];
      return isObject(value) && Object.hasOwn(value, step) ? value[step] : undefined;
    }, this.#value);
  }

  // The nearest parent of what is not there.
  #known(path: readonly PathStep[]): readonly PathStep[] {
    let known = path;
    while (known.length > 0 && this.#at(known) === undefined) known = known.slice(0, -1);
    return known;
  }
}

const START: Position = { line: 1, column: 1, offset: 0 };
// Whatever stands within the object stands before this.
const END: Position = { line: 1, column: 1, offset: Number.MAX_SAFE_INTEGER };

function spanOf(file: string, path: readonly PathStep[]): Span {
  return { file, path: describePath(path), start: START, end: END };
}

function describePath(path: readonly PathStep[]): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number' || /^\d+$/.test(step)) return `${text}[${step}]`;
    if (!/^[\w-]+$/.test(step)) return `${text}[${JSON.stringify(step)}]`;
    return text === '' ? step : `${text}.${step}`;
  }, '');
}

function positionIn(text: string, offset: number): Position {
  const lines = text.slice(0, offset).split('\n');
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1, offset };
}
