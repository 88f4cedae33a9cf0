// Rule files -> rule documents.
//
// In: the texts of files. Out: one document for each that says it is a rule or a health rule, and every mistake that can
// be seen without knowing what the rule means. A document with mistakes is given all the same, without the parts that
// could not be understood, so that one run reports everything; whoever runs rules leaves out those with errors.
// Never throws. Does not read files (see source.ts) and does not look into formulas (compile/ does).

import type { Diagnostic } from '../model/diagnostic.ts';
import type { HealthDocument } from '../model/health.ts';
import { isObject, type MaybeJson } from '../model/json.ts';
import { isDecorator, type LooseRule, type PathStep, type Places, type RuleDocument } from '../model/rule.ts';
import { suggest } from '../model/suggest.ts';
import { getHealthChecker, getRuleChecker } from './schema.ts';
import type { SourceFile } from './source.ts';
import { parseYaml, type YamlDocument } from './yaml.ts';

const API_VERSION = 'opsonata.dev/v1alpha1';
const KINDS = ['Rule', 'Health'];

/** What was loaded, in the order of the files and of the documents inside each. */
export interface Loaded {
  /** The rules. */
  readonly documents: readonly RuleDocument[];
  readonly health: readonly HealthDocument[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Loads rules from the texts of files. Documents of other kinds are an error in a file that was named, and passed over in one that was found. */
export function load(files: readonly SourceFile[]): Loaded {
  const loaded: Mutable = { documents: [], health: [], diagnostics: [] };
  for (const { file, text, found } of files) {
    for (const document of parseYaml(file, text)) if (!found || meansRule(document, text)) take(file, document, loaded);
  }
  const { documents, health, diagnostics } = loaded;
  const taken = [...findDuplicates(documents.map(claimsOfRule)), ...findDuplicates(health.map(claimsOfHealth))];
  return { documents, health, diagnostics: [...diagnostics, ...taken] };
}

interface Mutable {
  readonly documents: RuleDocument[];
  readonly health: HealthDocument[];
  readonly diagnostics: Diagnostic[];
}

function take(file: string, document: YamlDocument, { documents, health, diagnostics }: Mutable): void {
  diagnostics.push(...document.diagnostics);
  const { value, places } = document;
  if (value === undefined || value === null) return;
  if (isOtherKind(value)) {
    diagnostics.push(notARule(document));
    return;
  }
  const isHealth = meansHealth(value);
  const checked = (isHealth ? getHealthChecker() : getRuleChecker())(value, places);
  diagnostics.push(...checked.diagnostics);
  if (isHealth) health.push({ file, content: checked.value as HealthDocument['content'], places });
  else documents.push({ file, content: checked.value as LooseRule, places });
}

// A document that is broken is reported where its file says that it is one of ours.
function meansRule({ value, diagnostics }: YamlDocument, text: string): boolean {
  return !isOtherKind(value) || (diagnostics.length > 0 && /^kind:\s*(?:Rule|Health)\b/m.test(text));
}

function notARule({ value, places }: YamlDocument): Diagnostic {
  const said = isObject(value)
    ? `kind "${String(value['kind'])}" of "${String(value['apiVersion'])}"`
    : 'a document that is not a mapping';
  const hint =
    (isObject(value) ? suggest(String(value['kind']), KINDS) : undefined) ??
    `use apiVersion ${API_VERSION} and kind ${KINDS.join(' or ')}`;
  return { code: 'NotARule', severity: 'error', message: `${said} is not a rule`, span: places.key(['kind']), hint };
}

function isOtherKind(value: MaybeJson): boolean {
  return !isObject(value) || !looksLikeRule(value['apiVersion'], value['kind']);
}

// Anything that means to be a rule is checked as one: a typo in kind or version is then named by the schema.
function looksLikeRule(apiVersion: unknown, kind: unknown): boolean {
  return kind === 'Rule' || (typeof apiVersion === 'string' && apiVersion.startsWith('opsonata.dev/'));
}

// With a typo in the kind, too.
function meansHealth(value: MaybeJson): boolean {
  return isObject(value) && typeof value['kind'] === 'string' && suggest(value['kind'], ['Health']) !== undefined;
}

interface Claims {
  readonly places: Places;
  /** `name`: undefined where the document does not say it. */
  readonly names: readonly { readonly path: readonly PathStep[]; readonly name: string | undefined }[];
}

function claimsOfRule({ content, places }: RuleDocument): Claims {
  const { apiVersion, kind } = content.spec?.resource ?? {};
  const names = [
    { path: ['metadata', 'name'], name: nameOf(content.metadata?.name) },
    {
      path: ['spec', 'resource', 'kind'],
      // A kind is operated by one rule; any number may add to it.
      name:
        apiVersion === undefined || kind === undefined || isDecorator(content)
          ? undefined
          : `the kind ${kind} of ${apiVersion}`,
    },
  ];
  return { places, names };
}

function claimsOfHealth({ content, places }: HealthDocument): Claims {
  const { apiVersion, kind } = content.spec?.resource ?? {};
  const kinds = [kind].flat().map((one, index) => ({
    path: ['spec', 'resource', 'kind', ...(Array.isArray(kind) ? [index] : [])],
    name: apiVersion === undefined || typeof one !== 'string' ? undefined : `the health of ${one} of ${apiVersion}`,
  }));
  return { places, names: [{ path: ['metadata', 'name'], name: nameOf(content.metadata?.name) }, ...kinds] };
}

function nameOf(name: string | undefined): string | undefined {
  return name === undefined ? undefined : `the name "${name}"`;
}

function findDuplicates(claims: readonly Claims[]): readonly Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  const first = new Map<string, Diagnostic['span']>();
  for (const { places, names } of claims) {
    for (const { path, name } of names) {
      if (name === undefined) continue;
      const span = places.value(path);
      const other = first.get(name);
      if (other === undefined) {
        first.set(name, span);
        continue;
      }
      diagnostics.push({
        code: 'DuplicateRule',
        severity: 'error',
        message: `${name} is taken by another rule`,
        span,
        related: [{ message: 'the other one is here', span: other }],
        hint: 'rename or remove one of them',
      });
    }
  }
  return diagnostics;
}
