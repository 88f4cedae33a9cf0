// What belongs to a version of a definition besides its schema.

import { duplicate, type FieldError, invalid, required, tooMany } from '../model/field-error.ts';
import { isObject, type JsonObject, listIn, objectIn, textIn } from '../model/json.ts';
import { followPath } from '../schema/field-path.ts';

/** What is wrong with a warning of deprecation. */
export function checkWarning(version: JsonObject, path: string): readonly FieldError[] {
  const warning = version['deprecationWarning'];
  if (typeof warning !== 'string') return [];
  if (version['deprecated'] !== true) return [invalid(path, warning, 'can only be set for deprecated versions')];
  const problems: string[] = [];
  const bytes = (text: string): number => new TextEncoder().encode(text).length;
  if (bytes(warning) > 256) problems.push('must be <= 256 characters long');
  if (warning === '') problems.push('must not be an empty string');
  const wrong = /[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/u.exec(warning);
  if (wrong !== null)
    problems.push(
      `must only contain printable UTF-8 characters; non-printable character found at index ${bytes(warning.slice(0, wrong.index))}`,
    );
  return problems.map((problem) => invalid(path, warning, problem));
}

/** What is wrong with the subresources. */
export function checkSubresources(version: JsonObject, path: string): readonly FieldError[] {
  const scale = objectIn(version, 'subresources')['scale'];
  if (!isObject(scale)) return [];
  const errors: FieldError[] = [];
  for (const [name, base] of [
    ['specReplicasPath', '.spec.'],
    ['statusReplicasPath', '.status.'],
  ] as const) {
    const value = textIn(scale, name);
    const field = `${path}.scale.${name}`;
    if (value === '') errors.push(required(field));
    else errors.push(...checkJsonPath(value, field, [base], `should be a json path under ${base.slice(0, -1)}`));
  }
  const selector = textIn(scale, 'labelSelectorPath');
  const what = 'should be a json path under either .spec or .status';
  if (selector !== '')
    errors.push(...checkJsonPath(selector, `${path}.scale.labelSelectorPath`, ['.spec.', '.status.'], what));
  return errors;
}

function checkJsonPath(value: string, field: string, bases: readonly string[], what: string): readonly FieldError[] {
  if (!value.startsWith('.')) return [invalid(field, value, 'must be a simple json path starting with .')];
  return bases.some((base) => value.startsWith(base)) ? [] : [invalid(field, value, what)];
}

const COLUMN_TYPES = 'boolean,date,integer,number,string';
const COLUMN_FORMATS = 'byte,date,date-time,double,float,int32,int64,password';

/** What is wrong with the columns of tables. */
export function checkColumns(version: JsonObject, path: string): readonly FieldError[] {
  return listIn(version, 'additionalPrinterColumns').flatMap((column, at) => {
    const field = `${path}[${at}]`;
    const errors: FieldError[] = [];
    const [type, format, jsonPath] = [textIn(column, 'type'), textIn(column, 'format'), textIn(column, 'jsonPath')];
    if (textIn(column, 'name') === '') errors.push(required(`${field}.name`));
    if (type === '') errors.push(required(`${field}.type`, `must be one of ${COLUMN_TYPES}`));
    else if (!COLUMN_TYPES.split(',').includes(type))
      errors.push(invalid(`${field}.type`, type, `must be one of ${COLUMN_TYPES}`));
    if (format !== '' && !COLUMN_FORMATS.split(',').includes(format))
      errors.push(invalid(`${field}.format`, format, `must be one of ${COLUMN_FORMATS}`));
    if (jsonPath === '') errors.push(required(`${field}.JSONPath`));
    else errors.push(...checkJsonPath(jsonPath, `${field}.JSONPath`, ['.'], ''));
    return errors;
  });
}

const MAX_SELECTABLE = 8;
const SELECTABLE_TYPES: readonly string[] = ['string', 'boolean', 'integer'];

/** What is wrong with the fields that selectors may name. */
export function checkSelectable(
  version: JsonObject,
  {
    path,
    isShared,
    sharesSchema,
  }: { readonly path: string; readonly isShared: boolean; readonly sharesSchema: boolean },
): readonly FieldError[] {
  const fields = listIn(version, 'selectableFields');
  if (fields.length === 0) return [];
  if (isShared && !sharesSchema) return [invalid(path, '', 'may only be set when validations.schema is included')];
  const schema = objectIn(version, 'schema')['openAPIV3Schema'];
  if (!isObject(schema) || isShared !== sharesSchema) {
    const what = 'may only be set when `version.schema.openAPIV3Schema` is not included';
    return [invalid(path, '', what)];
  }
  const seen = new Set<string>();
  const errors = fields.flatMap((one, at) =>
    checkSelectableField(textIn(one, 'jsonPath'), { field: `${path}[${at}].jsonPath`, schema, seen }),
  );
  return seen.size > MAX_SELECTABLE ? [...errors, tooMany(path, seen.size, MAX_SELECTABLE)] : errors;
}

function checkSelectableField(
  jsonPath: string,
  { field, schema, seen }: { readonly field: string; readonly schema: JsonObject; readonly seen: Set<string> },
): readonly FieldError[] {
  if (jsonPath === '') return [required(field)];
  const found = followPath(jsonPath, schema, { allowsBrackets: false });
  if ('problem' in found) return [invalid(field, jsonPath, `is an invalid path: ${found.problem}`)];
  const errors: FieldError[] = [];
  if (found.root === 'metadata') errors.push(invalid(field, jsonPath, 'must not point to fields in metadata'));
  if (!SELECTABLE_TYPES.includes(textIn(found.schema, 'type')))
    errors.push(
      invalid(
        field,
        jsonPath,
        'must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.',
      ),
    );
  if (seen.has(found.path)) errors.push(duplicate(field, jsonPath));
  seen.add(found.path);
  return errors;
}
