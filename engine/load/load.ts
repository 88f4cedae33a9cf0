// Rule files -> rule documents.
//
// In: the texts of files. Out: one RuleDocument for each document that says it is a rule, and every mistake that can be
// seen without knowing what the rule means. A document with mistakes is given all the same, without the parts that
// could not be understood, so that one run reports everything; whoever runs rules leaves out those with errors.
// Never throws. Does not read files (see source.ts) and does not look into formulas (compile/ does).

import type { Diagnostic } from '../model/diagnostic.ts';
import { isObject, type MaybeJson } from '../model/json.ts';
import type { LooseRule, RuleDocument } from '../model/rule.ts';
import { suggest } from '../model/suggest.ts';
import { type Checker, getRuleChecker } from './schema.ts';
import type { SourceFile } from './source.ts';
import { parseYaml, type YamlDocument } from './yaml.ts';

const API_VERSION = 'opsonata.dev/v1alpha1';

/** What was loaded. `documents` keeps the order of the files and of the documents inside each. */
export interface Loaded {
  readonly documents: readonly RuleDocument[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Loads rules from the texts of files. Documents of other kinds are an error in a file that was named, and passed over in one that was found. */
export function load(files: readonly SourceFile[]): Loaded {
  const checker = getRuleChecker();
  const documents: RuleDocument[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const { file, text, found } of files) {
    for (const document of parseYaml(file, text)) {
      if (found && isOtherKind(document.value) && !(document.diagnostics.length > 0 && /^kind:\s*Rule\b/m.test(text)))
        continue;
      diagnostics.push(...document.diagnostics);
      const rule = toRule(file, document, checker, diagnostics);
      if (rule !== undefined) documents.push(rule);
    }
  }
  return { documents, diagnostics: [...diagnostics, ...findDuplicates(documents)] };
}

function isOtherKind(value: MaybeJson): boolean {
  return !isObject(value) || !looksLikeRule(value['apiVersion'], value['kind']);
}

function toRule(
  file: string,
  document: YamlDocument,
  checker: Checker,
  diagnostics: Diagnostic[],
): RuleDocument | undefined {
  const { value, places } = document;
  if (value === undefined || value === null) return undefined;
  if (!isObject(value) || !looksLikeRule(value['apiVersion'], value['kind'])) {
    const said = isObject(value)
      ? `kind "${String(value['kind'])}" of "${String(value['apiVersion'])}"`
      : 'a document that is not a mapping';
    const hint =
      (isObject(value) ? suggest(String(value['kind']), ['Rule']) : undefined) ??
      `use apiVersion ${API_VERSION} and kind Rule`;
    diagnostics.push({
      code: 'NotARule',
      severity: 'error',
      message: `${said} is not a rule`,
      span: places.key(['kind']),
      hint,
    });
    return undefined;
  }
  const checked = checker(value, places);
  diagnostics.push(...checked.diagnostics);
  return { file, content: checked.value as LooseRule, places };
}

// Anything that means to be a rule is checked as one: a typo in kind or version is then named by the schema.
function looksLikeRule(apiVersion: unknown, kind: unknown): boolean {
  return kind === 'Rule' || (typeof apiVersion === 'string' && apiVersion.startsWith('opsonata.dev/'));
}

function findDuplicates(documents: readonly RuleDocument[]): readonly Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  const first = new Map<string, RuleDocument>();
  for (const document of documents) {
    const resource = document.content.spec?.resource;
    const claims = [
      {
        key: `name ${document.content.metadata?.name}`,
        path: ['metadata', 'name'],
        what: `the name "${document.content.metadata?.name}"`,
      },
      {
        key: `kind ${resource?.apiVersion} ${resource?.kind}`,
        path: ['spec', 'resource', 'kind'],
        what: `the kind ${resource?.kind}`,
      },
    ];
    for (const { key, path, what } of claims) {
      const other = first.get(key);
      if (other === undefined) {
        first.set(key, document);
        continue;
      }
      if (key.includes('undefined')) continue;
      const related = [{ message: 'the other one is here', span: other.places.value(path) }];
      const message = `${what} is taken by another rule`;
      diagnostics.push({
        code: 'DuplicateRule',
        severity: 'error',
        message,
        span: document.places.value(path),
        related,
        hint: 'rename or remove one of them',
      });
    }
  }
  return diagnostics;
}
