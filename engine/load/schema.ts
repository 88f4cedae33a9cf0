// Checks a document against the rule schema, and says what is wrong in the author's terms. The one door to ajv.

import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import healthSchema from '../../schemas/health.schema.json' with { type: 'json' };
import ruleSchema from '../../schemas/rule.schema.json' with { type: 'json' };
import scenarioSchema from '../../schemas/scenario.schema.json' with { type: 'json' };
import { type Diagnostic, withoutRepeats } from '../model/diagnostic.ts';
import type { DiagnosticCode } from '../model/diagnostic-codes.ts';
import { isArray, isObject, type Json, type MaybeJson } from '../model/json.ts';
import type { PathStep, Places } from '../model/rule.ts';
import { nearest, suggest } from '../model/suggest.ts';
import { describeForms, fieldsToChooseFrom, nameOfType, tellOnce } from './alternatives.ts';

/** What a checker finds: every mistake at once, and the value without the parts that have the wrong type. */
export interface Checked {
  readonly value: Json;
  readonly diagnostics: readonly Diagnostic[];
}

/** Checks a value that stands in a document. */
export type Checker = (value: Json, places: Places) => Checked;

// Compiling a schema takes some 20 ms, so it is done once, and only where there is a document to check.
let ruleChecker: Checker | undefined;
let healthChecker: Checker | undefined;
let scenarioChecker: Checker | undefined;

/** The checker of rule documents. */
export function getRuleChecker(): Checker {
  ruleChecker ??= createChecker(ruleSchema, 'a rule');
  return ruleChecker;
}

/** The checker of health rules. */
export function getHealthChecker(): Checker {
  healthChecker ??= createChecker(healthSchema, 'a health rule');
  return healthChecker;
}

/** The checker of scenarios. */
export function getScenarioChecker(): Checker {
  scenarioChecker ??= createChecker(scenarioSchema, 'a scenario');
  return scenarioChecker;
}

/**
 * Makes a checker for a JSON schema, or for the OpenAPI schema of a custom resource, whose `x-kubernetes-…` keywords are
 * passed over. `noun`: what the document is.
 */
export function createChecker(schema: object, noun = 'the resource'): Checker {
  const ajv = new Ajv({
    allErrors: true,
    strict: false,
    verbose: true,
    validateFormats: false,
    validateSchema: false,
    meta: false,
    // A schema is compiled for a few documents: code that is made sooner counts more than code that runs faster.
    // Measured: a fifth less.
    inlineRefs: false,
    code: { optimize: false },
  });
  const validate: ValidateFunction = ajv.compile(schema);
  return (value, places) => {
    if (validate(value)) return { value, diagnostics: [] };
    const errors = validate.errors ?? [];
    const diagnostics = withoutRepeats(tellOnce(errors).map((error) => toDiagnostic(error, places, noun)));
    const wrong = errors.filter((error) => error.keyword === 'type').map((error) => toPath(error.instancePath));
    return { value: wrong.reduce<Json>((result, path) => without(result, path), value), diagnostics };
  };
}

function toPath(pointer: string): PathStep[] {
  if (pointer === '') return [];
  const steps = pointer.slice(1).split('/');
  return steps.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function without(value: Json, path: readonly PathStep[]): Json {
  const [step, ...rest] = path;
  if (step === undefined) return null;
  if (isArray(value)) return value.map((item, index) => (String(index) === String(step) ? without(item, rest) : item));
  if (!isObject(value)) return value;
  const { [step]: changed, ...others } = value;
  if (changed === undefined) return value;
  return rest.length === 0 ? others : { ...others, [step]: without(changed, rest) };
}

function describe(value: MaybeJson): string {
  if (isArray(value)) return 'a list';
  if (isObject(value)) return 'a mapping';
  return value === null || value === undefined
    ? 'nothing'
    : `${typeof value === 'string' ? 'the text ' : ''}${JSON.stringify(value)}`;
}

// An item goes by the name of its list: `children[0]`.
function nameOf(path: readonly PathStep[]): string {
  const [list, last] = [path.at(-2), String(path.at(-1))];
  return list !== undefined && /^\d+$/.test(last) ? `${list}[${last}]` : last;
}

function toDiagnostic(error: ErrorObject, places: Places, noun: string): Diagnostic {
  const path = toPath(error.instancePath);
  const make = (
    code: DiagnosticCode,
    at: 'key' | 'value',
    steps: readonly PathStep[],
    message: string,
    hint: string,
  ): Diagnostic => ({
    code,
    severity: 'error',
    message,
    span: at === 'key' ? places.key(steps) : places.value(steps),
    hint,
  });
  const name = path.length === 0 ? 'the document' : `"${nameOf(path)}"`;
  switch (error.keyword) {
    case 'additionalProperties':
    case 'required': {
      const { isMissing, field, hint } = wrongField(error);
      if (isMissing) return make('MissingField', 'key', path, `${name} needs the field "${field}"`, hint);
      const message = `${path.length === 0 ? noun : name} has no field "${field}"`;
      return make('UnknownField', 'key', [...path, field], message, hint);
    }
    case 'type':
      return make('WrongType', 'value', path, `${name} is ${describe(error.data as MaybeJson)}`, hintForType(error));
    case 'enum':
    case 'const': {
      const allowed = [error.params['allowedValues'] ?? error.params['allowedValue']].flat().map(String);
      const near = typeof error.data === 'string' ? suggest(error.data, allowed) : undefined;
      const hint = near ?? `use ${allowed.join(' or ')}`;
      return make('WrongValue', 'value', path, `${name} cannot be ${describe(error.data as MaybeJson)}`, hint);
    }
    case 'anyOf':
    case 'oneOf': {
      const forms = error.schema as readonly Json[];
      const fields = fieldsToChooseFrom(forms)?.join(' or ');
      const isSeveral = isArray(error.params['passingSchemas']);
      if (fields === undefined)
        return make(
          'WrongValue',
          'value',
          path,
          `${name} is ${describe(error.data as MaybeJson)}`,
          `write ${describeForms(forms)}`,
        );
      return isSeveral
        ? make('WrongValue', 'key', path, `${name} has fields that exclude each other`, `keep only ${fields}`)
        : make('MissingField', 'key', path, `${name} needs one of its fields`, `add ${fields}`);
    }
    case 'not':
      return make(
        'WrongValue',
        'value',
        path,
        `${name} cannot be ${describe(error.data as MaybeJson)}`,
        (error.schema as { description?: string }).description ?? 'choose another: the schema excludes this one',
      );
    default:
      return make('WrongValue', 'value', path, `${name} is ${describe(error.data as MaybeJson)}`, hintOf(error));
  }
}

function hintForType({ params, data }: ErrorObject): string {
  const types = [params['type']].flat().map(String);
  const [only, ...others] = types;
  if (others.length === 0 && only === 'array' && typeof data === 'string') return `write a list, such as [${data}]`;
  if (others.length === 0 && only === 'boolean') return 'write true or false';
  return `write ${types.map(nameOfType).join(' or ')}`;
}

// What other tools call a field of ours.
const OTHER_NAMES: { readonly [name: string]: string } = {
  includeWhen: 'when',
  if: 'when',
  readyWhen: 'ready',
  dependsOn: 'after',
  resources: 'children',
  externalRef: 'inputs',
  variables: 'let',
  vars: 'let',
  name: 'id',
};

function wrongField(error: ErrorObject): {
  readonly isMissing: boolean;
  readonly field: string;
  readonly hint: string;
} {
  const { additionalProperty, missingProperty } = error.params as { [name: string]: string };
  if (additionalProperty !== undefined)
    return { isMissing: false, field: additionalProperty, hint: hintForField(additionalProperty, error) };
  const field = String(missingProperty);
  const meant = misspelt(field, error);
  return meant === undefined
    ? { isMissing: true, field, hint: `add ${field}` }
    : { isMissing: false, field: meant, hint: `did you mean "${field}"?` };
}

function hintForField(field: string, error: ErrorObject): string {
  const known = fieldsOf(error);
  const given = Object.keys(error.data as object);
  const free = known.filter((name) => !given.includes(name));
  const other = OTHER_NAMES[field] ?? '';
  return suggest(field, free) ?? (free.includes(other) ? `write ${other}` : `use one of ${known.join(', ')}`);
}

function fieldsOf({ parentSchema }: ErrorObject): readonly string[] {
  return Object.keys((parentSchema as { properties?: object }).properties ?? {});
}

// The key that stands where a field is missing, and is no other field.
function misspelt(field: string, error: ErrorObject): string | undefined {
  const known = fieldsOf(error);
  const given = Object.keys(error.data as object).filter((key) => !known.includes(key));
  return given.find((key) => nearest(key, known.length === 0 ? [field] : known) === field);
}

// `patternErrorMessage` is what editors show, too.
function hintOf({ keyword, params, parentSchema, message }: ErrorObject): string {
  const said: unknown = parentSchema?.['patternErrorMessage'];
  if (keyword === 'pattern' && typeof said === 'string') return said;
  if (keyword === 'maxLength') return `shorten it to ${params['limit']} characters at most`;
  if (keyword === 'minLength' && params['limit'] === 1) return 'write a text that is not empty';
  return `it ${message ?? 'is not allowed'}`;
}
