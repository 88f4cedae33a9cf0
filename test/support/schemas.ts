// Schemas of resources that rules bring: right ones, and wrong ones with the words that are wrong. The tables are tried
// against what is said of a rule when it is loaded, and against API servers.

const field = (schema: string): string => `{ type: object, properties: { a: ${schema} } }`;

/** Schemas of `spec` that are taken. */
export const RIGHT_SCHEMAS: readonly string[] = [
  field('{ type: object, default: {}, properties: { b: { type: string } } }'),
  field('{ type: string, enum: [a, 1] }'),
  field('{ type: string, enum: [] }'),
  field('{ type: string, enum: [a, a] }'),
  field('{ type: string, pattern: "^a$" }'),
  field('{ type: array, items: { type: string }, x-kubernetes-list-type: set }'),
  field(
    '{ type: array, items: { type: object, required: [n], properties: { n: { type: string } } }, x-kubernetes-list-type: map, x-kubernetes-list-map-keys: [n] }',
  ),
  field('{ type: object, x-kubernetes-map-type: atomic }'),
  field('{ type: string, x-kubernetes-int-or-string: true }'),
  field('{ x-kubernetes-int-or-string: true }'),
  field('{ x-kubernetes-int-or-string: true, anyOf: [{ type: integer }, { type: string }] }'),
  field('{ type: string, anyOf: [{ pattern: a }, { maxLength: 3 }] }'),
  field('{ type: object, properties: { b: { type: string } }, oneOf: [{ required: [b] }, { required: [c] }] }'),
  field('{ type: object, properties: { b: { type: string } }, oneOf: [{ properties: { c: { minLength: 1 } } }] }'),
  field('{ type: object, properties: { b: { type: string } }, oneOf: [{ properties: { b: { minLength: 1 } } }] }'),
  field('{ type: object, properties: { b: { type: string } }, not: { required: [b] } }'),
  field('{ type: object, x-kubernetes-preserve-unknown-fields: true }'),
  field('{ x-kubernetes-preserve-unknown-fields: true }'),
  field('{ type: string, x-kubernetes-preserve-unknown-fields: true }'),
  field('{ type: object, additionalProperties: false }'),
  field('{ type: object, additionalProperties: true }'),
  field('{ type: object, additionalProperties: { type: string } }'),
  field('{ type: string, additionalProperties: { type: string } }'),
  field('{ type: string, properties: { b: { type: string } } }'),
  field('{ type: string, items: { type: string } }'),
  field('{ type: object, x-kubernetes-embedded-resource: true, properties: { b: { type: string } } }'),
  field('{ type: object, x-kubernetes-embedded-resource: true, x-kubernetes-preserve-unknown-fields: true }'),
  field('{ type: integer, minimum: 5, maximum: 3 }'),
  field('{ type: string, minLength: -1 }'),
  field('{ type: integer, exclusiveMinimum: true, minimum: 1 }'),
  field('{ type: integer, multipleOf: 0 }'),
  field('{ type: integer, minimum: 1.5 }'),
  field('{ type: string, minLength: 5, maxLength: 3 }'),
  field('{ type: string, nullable: true }'),
  field('{ type: string, nullable: true, default: null }'),
  field('{ type: string, default: null }'),
  field('{ type: string, format: nothing }'),
  field('{ type: integer, format: int32 }'),
  field('{ type: string, title: x, example: 5 }'),
  field('{ type: string, example: x }'),
  field('{ type: string, externalDocs: { url: "http://a" } }'),
  field('{ type: object, required: [b] }'),
  field('{ type: object, properties: { b: { type: string } }, required: [b, b] }'),
  field('{ type: array, items: { type: string }, minItems: 2, maxItems: 1 }'),
  field('{ type: string, x-kubernetes-validations: [{ rule: "self == \'a\'", message: no }] }'),
  '{ type: string }',
  '{ type: array, items: { type: string } }',
  '{ x-kubernetes-preserve-unknown-fields: true }',
  '{ type: object, nullable: true }',
  '{ type: object, default: {} }',
  '{ type: object }',
  '{ type: object, additionalProperties: { type: string } }',
  field('{ type: number, enum: [1, "a"] }'),
  field('{ type: object, properties: { metadata: { type: object } } }'),
  field('{ type: object, properties: { "": { type: string } } }'),
  field('{ type: object, minProperties: 2 }'),
];

/** Schemas of `spec` that are not, and what is pointed at. */
export const WRONG_SCHEMAS: readonly (readonly [schema: string, ...words: string[]])[] = [
  [field('{ type: string, default: 1 }'), '1'],
  [field('{ type: integer, default: "1" }'), '"1"'],
  [field('{ type: object, default: { c: 1 }, properties: { b: { type: string } } }'), '1'],
  [field('{ type: string, enum: [a, b], default: c }'), 'c'],
  [field('{ type: integer, minimum: 3, default: 1 }'), '1'],
  [field('{ type: string, pattern: "(" }'), '"("'],
  [field('{ type: string, pattern: "(?=a)" }'), '"(?=a)"'],
  [field('{ type: array, items: { type: string }, uniqueItems: true }'), 'true'],
  [
    field('{ type: array, items: { type: object, properties: { n: { type: string } } }, x-kubernetes-list-type: set }'),
    'x-kubernetes-list-type',
  ],
  [
    field('{ type: array, items: { type: object, properties: { n: { type: string } } }, x-kubernetes-list-type: map }'),
    'x-kubernetes-list-type',
  ],
  [
    field(
      '{ type: array, items: { type: object, properties: { n: { type: string } } }, x-kubernetes-list-type: map, x-kubernetes-list-map-keys: [n] }',
    ),
    'n',
  ],
  [
    field(
      '{ type: array, items: { type: object, required: [n], properties: { n: { type: string } } }, x-kubernetes-list-type: map, x-kubernetes-list-map-keys: [m] }',
    ),
    'm',
  ],
  [
    field(
      '{ type: array, items: { type: object, required: [n], properties: { n: { type: string } } }, x-kubernetes-list-map-keys: [n] }',
    ),
    'x-kubernetes-list-map-keys',
  ],
  [
    field('{ type: array, items: { type: string }, x-kubernetes-list-type: map, x-kubernetes-list-map-keys: [n] }'),
    'x-kubernetes-list-type',
  ],
  [field('{ type: array, items: { type: string }, x-kubernetes-list-type: bag }'), 'bag'],
  [field('{ type: string, x-kubernetes-list-type: atomic }'), 'x-kubernetes-list-type'],
  [field('{ type: string, x-kubernetes-map-type: atomic }'), 'x-kubernetes-map-type'],
  [field('{ type: object, x-kubernetes-map-type: fine }'), 'fine'],
  [field('{ x-kubernetes-int-or-string: false }'), 'a'],
  [field('{ type: string, anyOf: [{ type: string }] }'), 'type'],
  [field('{ type: string, allOf: [{ description: x }] }'), 'description'],
  [field('{ type: string, allOf: [{ default: x }] }'), 'default'],
  [field('{ type: string, allOf: [{ nullable: true }] }'), 'nullable'],
  [field('{ type: object, x-kubernetes-preserve-unknown-fields: false }'), 'false'],
  [field('{ x-kubernetes-preserve-unknown-fields: false }'), 'a', 'false'],
  [field('{ type: object, additionalProperties: { } }'), 'additionalProperties'],
  [field('{ type: object, x-kubernetes-embedded-resource: true }'), 'x-kubernetes-embedded-resource'],
  [field('{ type: string, x-kubernetes-embedded-resource: true }'), 'x-kubernetes-embedded-resource'],
  [field('{ type: integer, minimum: "1" }'), '"1"'],
  [field('{ type: string, minLength: 1.5 }'), '1.5'],
  [field('{ type: integer, exclusiveMinimum: 5 }'), '5'],
  [field('{ type: string, nullable: yes please }'), 'yes please'],
  [field('{ type: string, description: 5 }'), '5'],
  [field('{ type: object, required: b }'), 'b'],
  [field('{ type: object, properties: [a] }'), '[a]'],
  [field('{ type: array, items: [{ type: string }] }'), 'items'],
  [field('{ type: [string, integer] }'), '[string, integer]'],
  [field('{ type: "null" }'), '"null"'],
  [field('{ type: string, x-kubernetes-validations: [{ message: no }] }'), '[{ message: no }]'],
  [field('{ type: string, x-kubernetes-validations: { rule: "true" } }'), '{ rule: "true" }'],
  [field('{ type: boolean, default: "true" }'), '"true"'],
  [field('{ type: array, items: { type: integer }, default: [a] }'), 'a'],
  [field('{ $ref: "#/x" }'), '$ref', 'a'],
  [field('{ type: string, deprecated: true }'), 'deprecated'],
  [field('{ type: string, readOnly: true }'), 'readOnly'],
  [field('{ type: object, patternProperties: { a: { type: string } } }'), 'patternProperties'],
  [field('{ type: string, const: a }'), 'const'],
  [field('{ type: array }'), 'a'],
  [field('{ type: array, items: {} }'), 'items'],
  [field('{ type: array, items: { type: string, nullable: true }, x-kubernetes-list-type: set }'), 'nullable'],
];

/** Schemas of `spec` that an API server takes, although they say nothing that can be: these are errors here alone. */
export const STRICTER: readonly string[] = [
  field('{ type: object, properties: { b: { type: string } }, required: [c] }'),
];

/** Schemas of `spec` that only an API server can judge: those with rules in CEL, and with formats. */
export const LAXER: readonly string[] = [
  field('{ type: string, x-kubernetes-validations: [{ rule: "self == 1" }] }'),
  field('{ type: string, format: date-time, default: today }'),
];

/** A rule whose resource has this schema of `spec`. */
export function ruleWithSchema(schema: string): string {
  return `apiVersion: opsonata.dev/v1alpha1
kind: Rule
metadata: { name: schemas }
spec:
  resource:
    apiVersion: schemas.example.com/v1
    kind: Web
    crd: { schema: { spec: ${schema} } }
`;
}
