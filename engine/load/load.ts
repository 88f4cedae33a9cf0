// Rule files -> rule documents.
//
// In: the texts of files. Out: one document for each that says it is a rule or a health rule, and every mistake that can
// be seen without knowing what the rule means. A document with mistakes is given all the same, without the parts that
// could not be understood, so that one run reports everything; whoever runs rules leaves out those with errors.
// Never throws. Does not read files (see source.ts), does not look into formulas and does not compare rules with each
// other (compile/ does).

import type { Diagnostic } from '../model/diagnostic.ts';
import type { HealthDocument } from '../model/health.ts';
import { isObject, type Json, type MaybeJson } from '../model/json.ts';
import type { LooseRule, RuleDocument } from '../model/rule.ts';
import type { ScenarioDocument } from '../model/scenario.ts';
import { suggest } from '../model/suggest.ts';
import { type Checker, getHealthChecker, getRuleChecker, getScenarioChecker } from './schema.ts';
import type { SourceFile } from './source.ts';
import { parseYaml, type YamlDocument } from './yaml.ts';

const API_VERSION = 'opsonata.dev/v1alpha1';
const KINDS = ['Rule', 'Health', 'Scenario'];

/** What was loaded, in the order of the files and of the documents inside each. */
export interface Loaded {
  /** The rules. */
  readonly documents: readonly RuleDocument[];
  readonly health: readonly HealthDocument[];
  readonly scenarios: readonly ScenarioDocument[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Loads rules from the texts of files. Documents of other kinds are an error in a file that was named, and passed over in one that was found. */
export function load(files: readonly SourceFile[]): Loaded {
  const loaded: Mutable = { documents: [], health: [], scenarios: [], diagnostics: [] };
  for (const { file, text, found } of files) {
    for (const document of parseYaml(file, text)) {
      if (!found || meansRule(document, text)) take({ file, text }, document, loaded);
    }
  }
  return loaded;
}

interface Mutable {
  readonly documents: RuleDocument[];
  readonly health: HealthDocument[];
  readonly scenarios: ScenarioDocument[];
  readonly diagnostics: Diagnostic[];
}

function take(source: Pick<SourceFile, 'file' | 'text'>, document: YamlDocument, loaded: Mutable): void {
  const { diagnostics } = loaded;
  diagnostics.push(...document.diagnostics);
  const { value, places } = document;
  if (value === undefined || value === null) return;
  if (isOtherKind(value)) {
    diagnostics.push(notARule(document));
    return;
  }
  const check = (checker: Checker): Json => {
    const checked = checker(value, places);
    diagnostics.push(...checked.diagnostics);
    return checked.value;
  };
  const { start, end } = places.value([]);
  const text = `${start.line} ${source.text.slice(start.offset, end.offset)}`;
  const common = { file: source.file, text, places };
  if (means(value, 'Health'))
    loaded.health.push({ ...common, content: check(getHealthChecker()) as HealthDocument['content'] });
  else if (means(value, 'Scenario'))
    loaded.scenarios.push({ ...common, content: check(getScenarioChecker()) as ScenarioDocument['content'] });
  else loaded.documents.push({ ...common, content: check(getRuleChecker()) as LooseRule });
}

// A document that is broken is reported where its file says that it is one of ours.
function meansRule({ value, diagnostics }: YamlDocument, text: string): boolean {
  return !isOtherKind(value) || (diagnostics.length > 0 && /^kind:\s*(?:Rule|Health|Scenario)\b/m.test(text));
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
function means(value: MaybeJson, kind: string): boolean {
  return isObject(value) && typeof value['kind'] === 'string' && suggest(value['kind'], [kind]) !== undefined;
}
