// Definitions of kinds that rules bring: what is wrong with each, and whether an API server takes it. The table is tried
// against what is said of a rule when it is loaded, and against API servers.

/** One definition. */
export interface DefinitionCase {
  readonly what: string;
  /** What stands under `resource`, on one line. */
  readonly resource: string;
  /** The word that is wrong, as it is written; undefined where nothing is. */
  readonly wrong: string | undefined;
  readonly hint?: string;
}

const name = (length: number) => 'a'.repeat(length);
const LABEL = 'use lower case letters, digits and dashes, with a letter first and no dash last';
const GROUP_VERSION = 'write GROUP/VERSION in lower case, such as app.example.com/v1';

const ofKind = (kind: string) => `apiVersion: defs.example.com/v1, kind: ${kind}, crd: {}`;
const of = (apiVersion: string) => `apiVersion: ${apiVersion}, kind: Web, crd: {}`;
const crd = (fields: string) => `apiVersion: defs.example.com/v1, kind: Web, crd: { ${fields} }`;
const column = (fields: string) => crd(`printerColumns: [{ ${fields} }]`);
const scale = (spec: string, status: string, more = '') =>
  crd(`scale: { specReplicasPath: ${spec}, statusReplicasPath: ${status}${more} }`);

function right(what: string, resource: string): DefinitionCase {
  return { what, resource, wrong: undefined };
}

function wrong(what: string, resource: string, word: string, hint: string): DefinitionCase {
  return { what, resource, wrong: word, hint };
}

/** The table. */
export const DEFINITIONS: readonly DefinitionCase[] = [
  right('a group with a dot', of('app.example.com/v1')),
  right('a group that begins with a digit', of('9p.example.com/v1')),
  wrong('a group without a dot', of('app/v1'), 'app/v1', 'write a domain, such as app.example.com/v1'),
  wrong('a group with two dots in a row', of('app..example.com/v1'), 'app..example.com/v1', GROUP_VERSION),
  wrong('a group with a dash at an end', of('app-.example.com/v1'), 'app-.example.com/v1', GROUP_VERSION),
  wrong('a group with a capital', of('App.example.com/v1'), 'App.example.com/v1', GROUP_VERSION),
  wrong('a group with an underscore', of('my_app.example.com/v1'), 'my_app.example.com/v1', GROUP_VERSION),
  ...['k8s.io', 'my.k8s.io', 'kubernetes.io', 'my.kubernetes.io'].map((group) =>
    wrong(`the group ${group}`, of(`${group}/v1`), `${group}/v1`, 'use a group below a domain of your own'),
  ),
  right('a group that only ends as one of Kubernetes', of('myk8s.io/v1')),
  right('the longest name of a definition', of(`${[60, 60, 60, 60].map(name).join('.')}.${name(4)}/v1`)),
  wrong(
    'a name of a definition that is too long',
    of(`${[60, 60, 60, 60].map(name).join('.')}.${name(5)}/v1`),
    `${[60, 60, 60, 60].map(name).join('.')}.${name(5)}/v1`,
    'shorten it by 1 characters',
  ),
  right('a version of any word', of('defs.example.com/alpha-1')),
  right('the longest version', of(`defs.example.com/${name(63)}`)),
  wrong('a version with a dot', of('defs.example.com/v1.2'), 'defs.example.com/v1.2', GROUP_VERSION),
  wrong('a version that begins with a digit', of('defs.example.com/1v'), 'defs.example.com/1v', GROUP_VERSION),
  wrong('a version with a dash last', of('defs.example.com/v1-'), 'defs.example.com/v1-', GROUP_VERSION),
  wrong('a version with a capital', of('defs.example.com/V1'), 'defs.example.com/V1', GROUP_VERSION),
  wrong(
    'a version that is too long',
    of(`defs.example.com/${name(64)}`),
    `defs.example.com/${name(64)}`,
    'shorten it by 1 characters',
  ),
  right('an older version of any word', crd('versions: [{ name: next-1 }]')),
  wrong('an older version with a dot', crd('versions: [{ name: v0.1 }]'), 'v0.1', LABEL),
  wrong('an older version with a capital', crd('versions: [{ name: V0 }]'), 'V0', LABEL),
  wrong(
    'an older version that is too long',
    crd(`versions: [{ name: ${name(64)} }]`),
    name(64),
    'shorten it to 63 characters at most',
  ),
  wrong('a version that is there twice', crd('versions: [{ name: v1 }]'), 'v1', 'remove one of the two'),
  right('a warning', crd('versions: [{ name: v0, deprecationWarning: "übel, sehr übel" }]')),
  wrong(
    'an empty warning',
    crd('versions: [{ name: v0, deprecationWarning: "" }]'),
    '""',
    'write a text that is not empty',
  ),
  wrong(
    'a warning of two lines',
    crd('versions: [{ name: v0, deprecationWarning: "a\\nb" }]'),
    '"a\\nb"',
    'write one line of printable characters',
  ),
  wrong(
    'a warning with a space that is none',
    crd('versions: [{ name: v0, deprecationWarning: "a\\u00a0b" }]'),
    '"a\\u00a0b"',
    'write one line of printable characters',
  ),
  right('the longest warning', crd(`versions: [{ name: v0, deprecationWarning: ${name(256)} }]`)),
  wrong(
    'a warning that is too long',
    crd(`versions: [{ name: v0, deprecationWarning: ${name(257)} }]`),
    name(257),
    'shorten it to 256 characters at most',
  ),
  wrong(
    'a warning of too many bytes',
    crd(`versions: [{ name: v0, deprecationWarning: ${'ü'.repeat(129)} }]`),
    'ü'.repeat(129),
    'shorten it',
  ),
  right('the longest kind', ofKind(`W${name(58)}`)),
  wrong('a kind whose list is too long', ofKind(`W${name(59)}`), `W${name(59)}`, 'shorten it by 1 characters'),
  wrong('a kind that is too long', ofKind(`W${name(63)}`), `W${name(63)}`, 'shorten it to 63 characters at most'),
  wrong(
    'a kind with a dot',
    ofKind('Web.App'),
    'Web.App',
    'write it in CamelCase, of letters and digits, with a capital first',
  ),
  wrong(
    'a kind with an underscore',
    ofKind('Web_App'),
    'Web_App',
    'write it in CamelCase, of letters and digits, with a capital first',
  ),
  ...['plural', 'singular'].flatMap((field) => [
    right(`a ${field} with a dash`, crd(`${field}: web-s`)),
    right(`the longest ${field}`, crd(`${field}: ${name(63)}`)),
    wrong(`a ${field} with a capital`, crd(`${field}: Webs`), 'Webs', LABEL),
    wrong(`a ${field} with a dot`, crd(`${field}: we.bs`), 'we.bs', LABEL),
    wrong(`a ${field} that begins with a digit`, crd(`${field}: 1webs`), '1webs', LABEL),
    wrong(`a ${field} with a dash last`, crd(`${field}: webs-`), 'webs-', LABEL),
    wrong(`a ${field} that is too long`, crd(`${field}: ${name(64)}`), name(64), 'shorten it to 63 characters at most'),
  ]),
  ...['shortNames', 'categories'].flatMap((field) => [
    right(`${field} with a dash`, crd(`${field}: [we-b, w1]`)),
    right(`the longest of ${field}`, crd(`${field}: [${name(63)}]`)),
    wrong(`${field} with a capital`, crd(`${field}: [wa, Wb]`), 'Wb', LABEL),
    wrong(`${field} that begin with a digit`, crd(`${field}: [1w]`), '1w', LABEL),
    wrong(`${field} with an underscore`, crd(`${field}: [w_b]`), 'w_b', LABEL),
    wrong(`${field} that are empty`, crd(`${field}: [""]`), '""', LABEL),
    wrong(
      `${field} that are too long`,
      crd(`${field}: [${name(64)}]`),
      name(64),
      'shorten it to 63 characters at most',
    ),
  ]),
  right('a column', column('name: URL, type: string, jsonPath: .status.url, priority: 1, description: where it is')),
  right('a column of all', column('name: All, type: string, jsonPath: .')),
  wrong('a column without name', column('type: string, jsonPath: .spec.a'), '{ type', 'add name'),
  wrong(
    'a column with an empty name',
    column('name: "", type: string, jsonPath: .spec.a'),
    '""',
    'write a text that is not empty',
  ),
  wrong('a column without type', column('name: A, jsonPath: .spec.a'), '{ name: A', 'add type'),
  wrong(
    'a column of another type',
    column('name: A, type: object, jsonPath: .spec.a'),
    'object',
    'use string or integer or number or boolean or date',
  ),
  wrong('a column without a path', column('name: A, type: string'), '{ name: A', 'add jsonPath'),
  wrong(
    'a column whose path has no dot first',
    column('name: A, type: string, jsonPath: spec.a'),
    'spec.a',
    'begin with a dot, such as .status.url',
  ),
  wrong(
    'a column whose path is in braces',
    column('name: A, type: string, jsonPath: "{.spec.a}"'),
    '"{.spec.a}"',
    'begin with a dot, such as .status.url',
  ),
  right('a scale', scale('.spec.replicas', '.status.replicas', ', labelSelectorPath: .status.selector')),
  right('a scale with a selector in the spec', scale('.spec.a.b', '.status.c', ', labelSelectorPath: .spec.selector')),
  wrong(
    'a scale whose number is in the status',
    scale('.status.wanted', '.status.there'),
    '.status.wanted',
    'begin with .spec., such as .spec.replicas',
  ),
  wrong(
    'a scale without a dot first',
    scale('spec.replicas', '.status.replicas'),
    'spec.replicas',
    'begin with .spec., such as .spec.replicas',
  ),
  wrong(
    'a scale of all of the spec',
    scale('.spec', '.status.replicas'),
    '.spec',
    'begin with .spec., such as .spec.replicas',
  ),
  wrong(
    'a scale whose actual number is in the spec',
    scale('.spec.wanted', '.spec.there'),
    '.spec.there',
    'begin with .status., such as .status.readyReplicas',
  ),
  wrong(
    'a scale whose selector is elsewhere',
    scale('.spec.wanted', '.status.there', ', labelSelectorPath: .metadata.labels'),
    '.metadata.labels',
    'begin with .status. or .spec., such as .status.selector',
  ),
  wrong(
    'a scale without the actual number',
    crd('scale: { specReplicasPath: .spec.wanted }'),
    '{ specReplicasPath',
    'add statusReplicasPath',
  ),
  wrong('another scope', crd('scope: Namespace'), 'Namespace', 'did you mean "Namespaced"?'),
];

/** A rule that brings the definition. */
export function ruleOf({ resource }: DefinitionCase): string {
  return `apiVersion: opsonata.dev/v1alpha1\nkind: Rule\nmetadata: { name: defs }\nspec:\n  resource: { ${resource} }\n`;
}

/** A definition beside that of `FIRST`. */
export interface DefinitionPair {
  readonly what: string;
  readonly resource: string;
  /** What of it is taken, as it is told of a rule; undefined where both can be. */
  readonly taken: string | undefined;
  /** Why an API server does not serve it; undefined where both have one name there, so that one would replace the other. */
  readonly reason: string | undefined;
}

/** The definition that is there before. */
export const FIRST = 'apiVersion: pairs.example.com/v1, kind: Web, crd: { shortNames: [w, we] }';

/** Pairs that want one name, and pairs that do not. */
export const PAIRS: readonly DefinitionPair[] = [
  {
    what: 'the kind in another version',
    resource: 'apiVersion: pairs.example.com/v2, kind: Web, crd: {}',
    taken: 'the kind Web of pairs.example.com',
    reason: undefined,
  },
  {
    what: 'the kind under another plural',
    resource: 'apiVersion: pairs.example.com/v1, kind: Web, decorates: true, crd: { plural: nets, singular: net }',
    taken: 'the kind name Web in pairs.example.com',
    reason: 'ListKindConflict',
  },
  {
    what: 'the kind of the list',
    resource: 'apiVersion: pairs.example.com/v1, kind: WebList, crd: {}',
    taken: 'the kind name WebList in pairs.example.com',
    reason: 'KindConflict',
  },
  {
    what: 'the plural, as singular',
    resource: 'apiVersion: pairs.example.com/v1, kind: Net, crd: { singular: webs }',
    taken: 'the resource name "webs" in pairs.example.com',
    reason: 'SingularConflict',
  },
  {
    what: 'the singular, as short name',
    resource: 'apiVersion: pairs.example.com/v1, kind: Net, crd: { shortNames: [ne, web] }',
    taken: 'the resource name "web" in pairs.example.com',
    reason: 'ShortNamesConflict',
  },
  {
    what: 'a short name',
    resource: 'apiVersion: pairs.example.com/v1, kind: Net, crd: { shortNames: [ne, we] }',
    taken: 'the resource name "we" in pairs.example.com',
    reason: 'ShortNamesConflict',
  },
  {
    what: 'a short name, as plural',
    resource: 'apiVersion: pairs.example.com/v1, kind: Net, crd: { plural: we }',
    taken: 'the resource name "we" in pairs.example.com',
    reason: 'PluralConflict',
  },
  {
    what: 'all names in another group',
    resource: 'apiVersion: others.example.com/v1, kind: Web, crd: { shortNames: [w, we] }',
    taken: undefined,
    reason: undefined,
  },
  {
    what: 'names that differ',
    resource:
      'apiVersion: pairs.example.com/v1, kind: Webs, crd: { plural: manywebs, singular: manyweb, shortNames: [wes] }',
    taken: undefined,
    reason: undefined,
  },
];
