// What two servers must agree on: everything but uids, versions, times and addresses, of which only the relations count.

import {
  equals,
  isList,
  isObject,
  type Json,
  type JsonObject,
  setIn,
  textIn,
  toCanonicalText,
} from '../../apiserver/model/json.ts';
import type { Answer, Script } from './script.ts';

const VERSION = ['metadata', 'resourceVersion'];
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/;
const UID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const SERVICE_ADDRESS = /^10\.0\.\d+\.\d+$/;

/** The answers of a script in the form in which those of two servers are equal. */
export function normalize(script: Script, all: readonly Answer[]): readonly Answer[] {
  const { project } = script;
  const answers = project === undefined ? all : all.map((answer) => ({ ...answer, body: project(answer.body) }));
  const bases = basesOf(script);
  if (script.areIndependent === true) return answers.flatMap((answer) => normalizeTogether([answer], bases));
  return normalizeTogether(answers, bases);
}

// The names that the server is to make others of.
function basesOf({ steps }: Script): readonly string[] {
  const bases = steps.map(({ body }) => textIn(body, 'metadata', 'generateName')).filter((base) => base !== '');
  return [...new Set(bases.map((base) => base.slice(0, 58)))];
}

function normalizeTogether(answers: readonly Answer[], bases: readonly string[]): readonly Answer[] {
  const naming = new Naming(answers, bases);
  return answers.map(({ status, body, warnings }) => ({
    status,
    body: naming.value(body, ''),
    warnings: inOrder(warnings.map((text) => naming.text(text))),
  }));
}

// What is said of fields of custom resources comes in no order.
function inOrder(warnings: readonly string[]): readonly string[] {
  const isFree = (text: string): boolean =>
    /^unrecognized format |^[\w.[\]<>-]+: (?:Invalid|Required|Duplicate|Forbidden)/.test(text);
  return [...warnings.filter((text) => !isFree(text)), ...warnings.filter(isFree).sort()];
}

// Lists without an order of their own; rules come in the order in which bindings are met.
const UNORDERED: ReadonlySet<string> = new Set(['managedFields', 'causes', 'resourceRules', 'nonResourceRules']);
const TOKEN = /^eyJ[\w-]+\.[\w-]+\.[\w-]+$/;

// What the server puts at the end of a name that it makes up.
const MADE_UP = '[bcdfghjklmnpqrstvwxz2456789]{5}';

class Naming {
  readonly #uids = new Map<string, string>();
  readonly #addresses = new Map<string, string>();
  readonly #versions: ReadonlyMap<string, string>;

  readonly #madeUp: readonly RegExp[];

  constructor(answers: readonly Answer[], bases: readonly string[]) {
    this.#madeUp = bases.map(
      (base) => new RegExp(`(?<=(?<![a-z0-9-])${base.replaceAll('.', '\\.')})${MADE_UP}\\b`, 'g'),
    );
    const versions = new Set<string>();
    for (const { body } of answers) collectVersions(body, versions);
    const sorted = [...versions].sort((a, b) => Number(a) - Number(b));
    this.#versions = new Map(sorted.map((version, at) => [version, `rv-${at + 1}`]));
  }

  value(value: Json, key: string): Json {
    if (typeof value === 'string') return this.#string(value, key);
    if (isList(value)) return this.#list(value, key);
    if (!isObject(value)) return key === 'nodePort' && typeof value === 'number' ? 'node-port' : value;
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, this.#field(name, inner, value)]));
  }

  #field(name: string, inner: Json, whole: JsonObject): Json {
    // Other writes raise the version of a list; its place in pages is told by the items.
    if (name === 'metadata' && isObject(inner) && isList(whole['items'])) {
      const { resourceVersion: _, continue: token, ...rest } = inner;
      return { ...(this.value(rest, name) as JsonObject), continues: token !== undefined && token !== '' };
    }
    // A bookmark tells how far the server is, which other writes change.
    if (name === 'object' && whole['type'] === 'BOOKMARK')
      return this.value(setIn(inner as JsonObject, VERSION, ''), name);
    if (name === 'resourceVersion') return this.#versions.get(String(inner)) ?? inner;
    return this.value(inner, name);
  }

  #list(list: readonly Json[], key: string): Json {
    const items = list.map((item) => this.value(item, key));
    if (!UNORDERED.has(key)) return items;
    items.sort((a, b) => (toCanonicalText(a) < toCanonicalText(b) ? -1 : 1));
    // Some rules are checked twice by the real server; a cause counts once.
    return items.filter((item, at) => key !== 'causes' || !equals(item, items[at - 1]));
  }

  #string(value: string, key: string): Json {
    if (TIME.test(value)) return 'time';
    if (TOKEN.test(value)) return 'token';
    if (key === 'clusterIP' || key === 'clusterIPs') {
      if (!SERVICE_ADDRESS.test(value)) return value;
      return symbol(this.#addresses, value, 'address');
    }
    return key === 'message' ? sortedMessage(withoutGoValues(this.text(value))) : this.text(value);
  }

  /** A text with names for uids and versions in it. */
  text(value: string): string {
    return (
      this.#madeUp
        .reduce((text, pattern) => text.replaceAll(pattern, 'made-up'), value)
        .replaceAll(UID, (uid) => symbol(this.#uids, uid, 'uid'))
        // The type of what a rule is about has a name that is new each time.
        .replaceAll(/\bselfType\d+/g, 'selfType')
        .replaceAll(
          /(?<=ResourceVersion in (?:(?:the precondition|record) \(|object meta: ))\d+/g,
          (version) => this.#versions.get(version) ?? version,
        )
    );
  }
}

function symbol(known: Map<string, string>, value: string, word: string): string {
  const name = known.get(value) ?? `${word}-${known.size + 1}`;
  known.set(value, name);
  return name;
}

function collectVersions(value: Json, versions: Set<string>): void {
  if (isObject(value) && value['type'] === 'BOOKMARK') return;
  if (isList(value)) for (const item of value) collectVersions(item, versions);
  if (!isObject(value)) return;
  const { metadata } = value;
  if (isObject(metadata) && typeof metadata['resourceVersion'] === 'string' && !isList(value['items']))
    versions.add(metadata['resourceVersion']);
  for (const inner of Object.values(value)) collectVersions(inner, versions);
}

// The real server shows whole objects in the form of its own types, which nobody reads.
function withoutGoValues(text: string): string {
  const noLabels = 'Invalid value: null: `selector` does not match';
  const values =
    /Invalid value: (?:\{.*?\}|\[\{.*?\}\]): (field is immutable|must have exactly|must contain unique|only \[)/gs;
  return text
    .replaceAll(values, 'Invalid value: ...: $1')
    .replace(/(patch: |^)Invalid value: "\{\\"apiVersion\\":.*\}": /s, '$1Invalid value: ...: ')
    .replaceAll(
      /(?<=except resources\.requests and volumeAttributesClassName for bound claims)\n@@.*?(?=, [\w.]+(?:\[\w*\])?: |\]$|$)/gs,
      '',
    )
    .replaceAll('Invalid value: {}: `selector` does not match', noLabels);
}

// Some messages list what has no order: errors of several fields, and conflicts.
function sortedMessage(text: string): string {
  const invalid = /^(.* is invalid: )\[(.*)\]$/s.exec(text);
  if (invalid !== null) return `${invalid[1]}[${(invalid[2] ?? '').split(', ').sort().join(', ')}]`;
  if (text.startsWith('Timeout: Too large resource version')) return text.replace(/current: \d+/, 'current');
  // The names of Go types are of no use to anybody else.
  if (text.includes(': json: cannot unmarshal ')) return text.replace(/ of type \S+$/, '');
  // Where a token stops to make sense is told in the words of a parser.
  if (text.startsWith('invalid continue token: ')) return 'invalid continue token';
  // Which fields it has looked at before it met one that is not declared is left to chance.
  if (text.startsWith('failed to create typed') && text.includes('field not declared in schema'))
    return text.replace(/(Kind=\w+\): ).*$/s, '$1field not declared in schema');
  const typed =
    /^(failed to create (?:typed (?:patch|live) object|manager for existing fields).*: errors:)\n(.*)$/s.exec(text);
  if (typed !== null) return `${typed[1]}\n${(typed[2] ?? '').split('\n').sort().join('\n')}`;
  const unknown = /^(.*strict decoding error: )(unknown field .*)$/s.exec(text);
  if (unknown !== null) return `${unknown[1]}${(unknown[2] ?? '').split(', ').sort().join(', ')}`;
  if (!text.startsWith('Apply failed with')) return text;
  const [head = '', ...lines] = text.replace(/^(Apply failed with \d+ conflicts: )/, '$1\n').split('\n');
  return [head, ...lines.sort()].join('\n');
}
