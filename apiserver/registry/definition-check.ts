// The checks of definitions, with what they need of the built-in types.

import { type CelFacts, readCelFacts } from '../cel/check/facts.ts';

import { compileRules } from '../cel/rules.ts';
import { NotCovered } from '../cel/run/program.ts';
import { withReadDefaults } from '../definition/defaults.ts';
import { checkDefinition, type DefinitionDeps } from '../definition/definition.ts';
import type { ReadsMetadata } from '../definition/embedded.ts';
import { checkSchema } from '../definition/schema.ts';
import { innerSchemas } from '../definition/structural-form.ts';
import { ApiError } from '../model/api-error.ts';
import type { ApiObject } from '../model/api-object.ts';
import type { FieldError } from '../model/field-error.ts';
import { isObject, type Json, type JsonObject, listIn, objectIn, setIn, textIn } from '../model/json.ts';
import type { Codec } from '../schema/codec.ts';
import { isKnownFormat } from '../schema/formats.ts';
import { SchemaValidator } from '../schema/validate.ts';

/** The type of metadata. */
export const OBJECT_META = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';

/** Reads the metadata of embedded objects. */
export function metadataReader(codec: Codec): ReadsMetadata {
  return (metadata) => {
    try {
      return codec.decode(OBJECT_META, metadata, { version: '', kind: '' });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return { problem: error.message.replace(/^.*? cannot be handled as a .*?: /s, '') };
    }
  };
}

/** Checks definitions. */
export class Definitions {
  readonly #validator = new SchemaValidator({ isForDefaults: true });
  readonly #readMetadata: ReadsMetadata;
  readonly #readCel: () => JsonObject;
  #cel: CelFacts | undefined;

  /** `readCel` reads the data file about what rules can call. */
  constructor(codec: Codec, readCel: () => JsonObject) {
    this.#readMetadata = metadataReader(codec);
    this.#readCel = readCel;
  }

  /** What is wrong with a definition; `old` is what it was. */
  check(object: ApiObject, old?: ApiObject): readonly FieldError[] {
    return checkDefinition(object, this.#deps(), old);
  }

  /** Whether something is wrong with a schema, whatever else there is about the definition. */
  hasWrongSchema(definition: JsonObject): boolean {
    const place = { path: '', hasStatus: false, isUnchanged: false };
    const versions = listIn(definition, 'spec', 'versions').filter(isObject);
    return versions.some((version) => checkSchema(version, place, this.#deps()).length > 0);
  }

  #deps(): DefinitionDeps {
    return {
      validator: this.#validator,
      readMetadata: this.#readMetadata,
      checkRules: checkDefault,
      celFacts: () => {
        this.#cel ??= readCelFacts(this.#readCel());
        return this.#cel;
      },
    };
  }

  /** The definition as it is stored. */
  prepare(object: ApiObject): ApiObject {
    const versions = listIn(object, 'spec', 'versions').map((version): Json => {
      const schema = objectIn(version, 'schema')['openAPIV3Schema'];
      if (!isObject(version) || !isObject(schema)) return version;
      const read = withReadDefaults(schema, this.#readMetadata);
      return { ...version, schema: { ...objectIn(version, 'schema'), openAPIV3Schema: read } };
    });
    return versions.length === 0 ? object : (setIn(object, ['spec', 'versions'], versions) as ApiObject);
  }
}

// A default is looked at as if it was there before, and as if it was not.
function checkDefault(schema: Parameters<typeof compileRules>[0], value: Json, path: string): readonly FieldError[] {
  try {
    const rules = compileRules(schema);
    if (rules === undefined) return [];
    const errors = rules.checkValue(value, value, path);
    return errors.length > 0 ? errors : rules.checkValue(value, undefined, path);
  } catch (error) {
    // What is not covered is refused as a whole.
    if (error instanceof NotCovered) return [];
    throw error;
  }
}

/** The formats in a definition that nobody knows, apart from those that were there before. */
export function warnOfFormats(object: ApiObject, old?: ApiObject): readonly string[] {
  const before = old === undefined ? [] : unknownFormats(old);
  return unknownFormats(object)
    .filter((format) => !before.includes(format))
    .map((format) => `unrecognized format ${JSON.stringify(format)}`);
}

function unknownFormats(definition: ApiObject): readonly string[] {
  const found = new Set<string>();
  const visit = (schema: Json): void => {
    if (!isObject(schema)) return;
    const [format, type] = [textIn(schema, 'format'), textIn(schema, 'type')];
    if (format !== '' && !isKnownFormat(format, type)) found.add(format);
    for (const inner of innerSchemas(schema)) visit(inner);
  };
  for (const version of listIn(definition, 'spec', 'versions')) visit(objectIn(version, 'schema', 'openAPIV3Schema'));
  return [...found];
}
