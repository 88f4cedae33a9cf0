// Is what older versions of a kind had still in the newest? All versions of a definition are served with the fields of
// the newest, and an object that is stored as one is read as any other: so a field that is gone would be dropped, and one
// of another type could not be read. A webhook that converts is not ours to run.

import type { Diagnostic } from '../../model/diagnostic.ts';
import { isArray, isEqual, isObject, type Json, type JsonObject, type MaybeJson } from '../../model/json.ts';
import type { LooseRule, PathStep, Places } from '../../model/rule.ts';
import { lintSchema } from './schema.ts';

type Resource = NonNullable<LooseRule['spec']>['resource'];

const CRD = ['spec', 'resource', 'crd'];

/** What is wrong with the older versions of a kind. */
export function lintVersions(resource: Resource | undefined, places: Places): readonly Diagnostic[] {
  const { apiVersion = '', crd } = resource ?? {};
  const newest = apiVersion.slice(apiVersion.indexOf('/') + 1);
  return (crd?.versions ?? []).flatMap((version, index): readonly Diagnostic[] => {
    if (version?.name === undefined) return [];
    const path = [...CRD, 'versions', index];
    const before = [newest, ...(crd?.versions ?? []).slice(0, index).map((other) => other?.name)];
    const twice = before.includes(version.name) ? [nameTwice(version.name, places.value([...path, 'name']))] : [];
    const parts = (['spec', 'status'] as const).flatMap((part) => {
      const old = version.schema?.[part] as MaybeJson;
      const now = crd?.schema?.[part] as MaybeJson;
      const at = { old: [...path, 'schema', part], now: [...CRD, 'schema', part], field: part };
      const names = { old: version.name as string, now: newest };
      if (old === undefined) return [];
      const wrong = lintSchema(old as Json, at.old, places);
      // Of what cannot be read there is nothing to compare.
      return wrong.length === 0 && isObject(old) && isObject(now)
        ? new Comparison(names, places).compare(old, now, at)
        : wrong;
    });
    return [...twice, ...parts];
  });
}

function nameTwice(name: string, span: Diagnostic['span']): Diagnostic {
  const message = `the version "${name}" is there twice`;
  return { code: 'InvalidName', severity: 'error', message, span, hint: 'remove one of the two' };
}

/** A place in both schemas, and how people name it. */
interface Place {
  readonly old: readonly PathStep[];
  readonly now: readonly PathStep[];
  readonly field: string;
}

class Comparison {
  readonly #names: { readonly old: string; readonly now: string };
  readonly #places: Places;

  constructor(names: { readonly old: string; readonly now: string }, places: Places) {
    this.#names = names;
    this.#places = places;
  }

  compare(old: JsonObject, now: JsonObject, at: Place): readonly Diagnostic[] {
    if (isOpen(now)) return [];
    if (typeOf(old) !== typeOf(now)) return [this.#otherType(old, now, at)];
    return [...this.#values(old, now, at), ...this.#required(old, now, at), ...this.#below(old, now, at)];
  }

  #below(old: JsonObject, now: JsonObject, at: Place): readonly Diagnostic[] {
    const step = (key: string, field: string): readonly Diagnostic[] => {
      const [before, after] = [old[key], now[key]];
      const below = { old: [...at.old, key], now: [...at.now, key], field };
      return isObject(before) && isObject(after) ? this.compare(before, after, below) : [];
    };
    return [
      ...this.#fields(old, now, at),
      ...step('items', `${at.field}[]`),
      ...step('additionalProperties', `${at.field}.*`),
    ];
  }

  #fields(old: JsonObject, now: JsonObject, at: Place): readonly Diagnostic[] {
    const [before, after] = [propertiesOf(old), propertiesOf(now)];
    const others = now['additionalProperties'];
    return Object.entries(before).flatMap(([name, schema]): readonly Diagnostic[] => {
      const own = { old: [...at.old, 'properties', name], field: `${at.field}.${name}` };
      const isOther = after[name] === undefined;
      const counterpart = after[name] ?? others;
      if (counterpart === undefined || counterpart === false) return [this.#gone(own.old, own.field)];
      const path = isOther ? [...at.now, 'additionalProperties'] : [...at.now, 'properties', name];
      return isObject(schema) && isObject(counterpart) ? this.compare(schema, counterpart, { ...own, now: path }) : [];
    });
  }

  #gone(path: readonly PathStep[], field: string): Diagnostic {
    const { old, now } = this.#names;
    const message = `${old} has "${field}", and ${now}, the newest version, has not`;
    return this.#say(this.#places.key(path), message, `add it to the schema of ${now}: fields of a version may not go`);
  }

  #otherType(old: JsonObject, now: JsonObject, at: Place): Diagnostic {
    const message = `"${at.field}" is ${typeOf(old)} in ${this.#names.old} and ${typeOf(now)} in ${this.#names.now}`;
    const hint = `keep the type, and add a field of another name for what is new`;
    const related = [{ message: 'the newest version has it here', span: this.#places.key(at.now) }];
    return { ...this.#say(this.#places.key(at.old), message, hint), related };
  }

  // A value that the newest does not take any more cannot be written again, through no version.
  #values(old: JsonObject, now: JsonObject, at: Place): readonly Diagnostic[] {
    const [before, after] = [old['enum'], now['enum']];
    if (!isArray(after)) return [];
    const span = this.#places.key([...at.now, 'enum']);
    if (!isArray(before)) {
      const message = `"${at.field}" takes any value in ${this.#names.old}, and only some in ${this.#names.now}`;
      return [this.#say(span, message, `give ${this.#names.old} the same enum, or leave it out here`)];
    }
    const gone = before.filter((value) => !after.some((other) => isEqual(other, value)));
    if (gone.length === 0) return [];
    const message = `"${at.field}" may be ${gone.map((value) => JSON.stringify(value)).join(', ')} in ${this.#names.old}, and not in ${this.#names.now}`;
    return [this.#say(span, message, 'add it to enum')];
  }

  #required(old: JsonObject, now: JsonObject, at: Place): readonly Diagnostic[] {
    const [before, after] = [listOf(old['required']), listOf(now['required'])];
    return after.flatMap((name, index): readonly Diagnostic[] => {
      const property = propertiesOf(now)[String(name)];
      const isFilled = isObject(property) && property['default'] !== undefined;
      if (isFilled || before.includes(name)) return [];
      const { old: older, now: newest } = this.#names;
      const message = `${newest} requires "${at.field}.${name}", which objects of ${older} need not have`;
      const span = this.#places.value([...at.now, 'required', index]);
      return [this.#say(span, message, 'give it a default, or do not require it')];
    });
  }

  #say(span: Diagnostic['span'], message: string, hint: string): Diagnostic {
    return { code: 'InvalidSchema', severity: 'error', message, span, hint };
  }
}

function isOpen(schema: JsonObject): boolean {
  return schema['x-kubernetes-preserve-unknown-fields'] === true && schema['properties'] === undefined;
}

function propertiesOf({ properties }: JsonObject): JsonObject {
  return isObject(properties) ? properties : {};
}

function listOf(value: Json | undefined): readonly Json[] {
  return value !== undefined && isArray(value) ? value : [];
}

function typeOf(schema: JsonObject): string {
  if (schema['x-kubernetes-int-or-string'] === true) return 'an integer or a string';
  const { type } = schema;
  const isMap = type === 'object' && isObject(schema['additionalProperties']);
  if (typeof type !== 'string') return 'of any type';
  return isMap ? 'a map' : `${/^[aio]/.test(type) ? 'an' : 'a'} ${type}`;
}
