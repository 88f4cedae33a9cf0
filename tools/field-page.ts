// Reference pages of file formats: one heading for each field of a JSON schema, with its type, what it means, and an
// example that is cut out of a whole document, so that it is loaded and compiled like any other.

import { isArray, isObject, type Json, type JsonObject } from '../engine/model/json.ts';
import type { PathStep, Places } from '../engine/model/rule.ts';

/** A document with examples; `text` is its whole file. */
export interface ExampleDocument {
  readonly file: string;
  readonly text: string;
  readonly content: unknown;
  readonly places: Places;
}

/** A field of a format. `path`: as people write it, such as `spec.children[].id`. */
export interface Field {
  readonly path: string;
  readonly type: string;
  readonly isRequired: boolean;
  readonly default: Json | undefined;
  readonly description: string;
  readonly example: string;
  /** The file that the example is from. */
  readonly file: string;
}

interface SchemaField {
  readonly path: string;
  readonly schema: JsonObject;
  readonly isRequired: boolean;
  /** Where the fields of a schema that is used in several places stand, if not below this one. */
  readonly shownAt: string | undefined;
}

/** All fields of a schema, each with the shortest example of the first document that has one. Throws where one has none. */
export function fieldsOf(schema: Json, documents: readonly ExampleDocument[]): readonly Field[] {
  const examples = collectExamples(documents);
  const fields = new Walk(schema as JsonObject).fields();
  const bare = fields.flatMap(({ path }) => (examples.has(path) ? [] : [path]));
  if (bare.length > 0)
    throw new Error(
      `no document has an example of ${bare.join(', ')}: add it to ${documents[0]?.file} or another of its kind`,
    );
  return fields.map(({ path, schema: own, isRequired, shownAt }) => {
    const { description } = own;
    if (typeof description !== 'string') throw new Error(`the field ${path} has no description`);
    const more = shownAt === undefined ? '' : ` Its fields are those of [${shownAt}](#${anchorOf(shownAt)}).`;
    const found = examples.get(path) as Example;
    return {
      ...{ path, isRequired, type: typeOf(own), default: own['default'] },
      ...{ description: `${description}${more}`, example: found.text, file: found.file },
    };
  });
}

/** The page of a format: `head`, a list of all fields, and a heading for each. `toFile`: the link to a file. */
export function fieldPage(head: string, fields: readonly Field[], toFile: (file: string) => string): string {
  const list = fields.map(({ path }) => {
    const depth = path.split('.').length - 1;
    return `${'  '.repeat(depth)}- [${path.split('.').at(-1)}](#${anchorOf(path)})`;
  });
  return `${head}\n${list.join('\n')}\n${fields.map((field) => toSection(field, toFile)).join('')}`;
}

function toSection(field: Field, toFile: (file: string) => string): string {
  const { path, type, isRequired, description, example, file } = field;
  const usual = field.default === undefined ? '' : `, default \`${JSON.stringify(field.default)}\``;
  const needed = isRequired ? ', required' : usual;
  const name = file.split('/').slice(-2).join('/');
  return `\n## ${path}\n\n_${type}${needed}_\n\n${description}\n\n\`\`\`yaml\n${example}\n\`\`\`\n\nFrom [${name}](${toFile(file)}).\n`;
}

// As GitHub makes them: what is neither letter nor digit goes.
function anchorOf(path: string): string {
  return path.toLowerCase().replaceAll(/[^a-z0-9_-]/g, '');
}

// Depth first, in the schema's order. A definition that is used twice is shown in the first place only.
class Walk {
  readonly #root: JsonObject;
  readonly #shown = new Map<string, string>();

  constructor(root: JsonObject) {
    this.#root = root;
  }

  fields(schema: JsonObject = this.#root, at = ''): readonly SchemaField[] {
    const { properties, required } = schema;
    if (!isObject(properties)) return [];
    return Object.entries(properties).flatMap(([name, property]) => {
      const path = at === '' ? name : `${at}.${name}`;
      const isRequired = isArray(required) && required.includes(name);
      return this.#field(property as JsonObject, path, isRequired);
    });
  }

  #field(property: JsonObject, path: string, isRequired: boolean): readonly SchemaField[] {
    const own = this.#resolve(property);
    const isList = isObject(own['items']);
    const inner = isList ? (own['items'] as JsonObject) : property;
    const below = isList ? `${path}[]` : path;
    const definition = inner['$ref'];
    const shownAt = typeof definition === 'string' ? this.#shown.get(definition) : undefined;
    const field = { path, schema: own, isRequired, shownAt };
    if (shownAt !== undefined) return [field];
    if (typeof definition === 'string') this.#shown.set(definition, below);
    return [field, ...this.fields(this.#resolve(inner), below)];
  }

  // What is said beside a reference comes before what the definition says.
  #resolve({ $ref, ...beside }: JsonObject): JsonObject {
    if (typeof $ref !== 'string') return beside;
    const definitions = this.#root['definitions'] as JsonObject;
    return { ...(definitions[$ref.slice($ref.lastIndexOf('/') + 1)] as JsonObject), ...beside };
  }
}

function typeOf(schema: JsonObject): string {
  const { type, items, properties, additionalProperties, anyOf } = schema;
  if (schema['const'] !== undefined) return `always \`${JSON.stringify(schema['const'])}\``;
  if (isArray(schema['enum'])) return schema['enum'].map((value) => `\`${value}\``).join(' or ');
  if (isArray(type)) return type.join(' or ');
  if (isArray(anyOf)) return anyOf.map((form) => (form as JsonObject)['description']).join(', or ');
  if (type === undefined) return 'any value';
  if (type === 'array') return isObject(items) && items['type'] === 'string' ? 'list of strings' : 'list';
  if (type !== 'object') return `${type}${limitsOf(schema)}`;
  const isMap = properties === undefined && additionalProperties !== undefined;
  return isMap ? (isObject(additionalProperties) ? 'map of strings' : 'map of templates') : 'object';
}

function limitsOf({ minimum, maximum }: JsonObject): string {
  if (minimum === undefined && maximum === undefined) return '';
  if (maximum === undefined) return `, at least ${minimum}`;
  return minimum === undefined ? `, at most ${maximum}` : ` from ${minimum} to ${maximum}`;
}

interface Example {
  readonly text: string;
  readonly file: string;
}

function collectExamples(documents: readonly ExampleDocument[]): ReadonlyMap<string, Example> {
  const examples = new Map<string, Example>();
  for (const document of documents) {
    for (const steps of pathsOf(document.content, [])) {
      const path = steps.reduce<string>(
        (text, step) => (typeof step === 'number' ? `${text}[]` : `${text}.${step}`),
        '',
      );
      const name = path.slice(1);
      const text = toExample(document, steps);
      const before = examples.get(name);
      const isBetter = before?.file === document.file && text.length < before.text.length;
      if (before === undefined || isBetter) examples.set(name, { text, file: document.file });
    }
  }
  return examples;
}

function pathsOf(value: unknown, at: readonly PathStep[]): readonly (readonly PathStep[])[] {
  if (isArray(value as Json)) return (value as Json[]).flatMap((item, index) => pathsOf(item, [...at, index]));
  if (!isObject(value as Json)) return [];
  return Object.entries(value as JsonObject).flatMap(([key, item]) => [[...at, key], ...pathsOf(item, [...at, key])]);
}

// The field with what it stands in: the first field of its item, which is mostly its id, and the next name above.
function toExample(document: ExampleDocument, steps: readonly PathStep[]): string {
  const above = steps.slice(0, -1);
  const own = textOf(document, steps);
  const isOfItem = typeof above.at(-1) === 'number';
  const name = isOfItem ? above.at(-2) : above.at(-1);
  if (name === undefined) return own;
  const lines = isOfItem ? toItem([...firstOf(document, above, steps.at(-1)), own].join('\n')) : own;
  return `${name}:\n${indent(lines)}`;
}

function firstOf(document: ExampleDocument, item: readonly PathStep[], but: PathStep | undefined): readonly string[] {
  let value = document.content as Json;
  for (const step of item) value = (value as Record<PathStep, Json>)[step] as Json;
  const [first, content] = Object.entries(value as JsonObject)[0] ?? [];
  return first === undefined || first === but || typeof content === 'object'
    ? []
    : [textOf(document, [...item, first])];
}

function toItem(text: string): string {
  return text.replaceAll(/^/gm, '  ').replace(/^ {2}/, '- ');
}

function indent(text: string): string {
  return text.replaceAll(/^(?=.)/gm, '  ');
}

// As it is written, without what its lines are indented by.
function textOf({ places, text }: ExampleDocument, steps: readonly PathStep[]): string {
  const { start } = places.key(steps);
  const { end } = places.value(steps);
  const margin = new RegExp(`^ {0,${start.column - 1}}`, 'gm');
  return text.slice(start.offset, end.offset).trimEnd().replaceAll(margin, '');
}
