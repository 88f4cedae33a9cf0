// Do the paths of columns and of `scale` lead to fields of the kind? An API server takes any, and shows nothing.

import type { Diagnostic } from '../../model/diagnostic.ts';
import { isObject, type JsonObject } from '../../model/json.ts';
import type { LooseRule, PathStep, Places } from '../../model/rule.ts';
import { suggest } from '../../model/suggest.ts';
import { toCrd } from '../crd.ts';
import { schemaOfCrd } from '../kinds.ts';

const CRD = ['spec', 'resource', 'crd'];
// A field, or what chooses items of a list. Where a path has anything else, nothing is said of the rest.
const STEP = /^(?:\.([A-Za-z_][\w-]*)|\[(?:\*|\d+|\?\([^)]*\))\])/;

/** What of the paths of a definition leads nowhere. */
export function lintPaths(rule: LooseRule, places: Places): readonly Diagnostic[] {
  const crd = rule.spec?.resource?.crd;
  const schema = schemaOfCrd(toCrd(rule))?.schema;
  if (crd === undefined || schema === undefined) return [];
  const columns = (crd.printerColumns ?? []).map(
    (column, index) => [['printerColumns', index, 'jsonPath'], column?.jsonPath] as const,
  );
  const scale = (['specReplicasPath', 'statusReplicasPath', 'labelSelectorPath'] as const).map(
    (field) => [['scale', field], crd.scale?.[field]] as const,
  );
  return [...columns, ...scale].flatMap(([path, text]) => {
    // What the rule says nothing of is what its formulas are told of.
    const isKnown = text !== undefined && (crd.schema?.status !== undefined || !text.startsWith('.status'));
    const wrong = isKnown ? findWrong(text, schema as JsonObject) : undefined;
    return wrong === undefined ? [] : [toDiagnostic(wrong, [...CRD, ...path], places)];
  });
}

interface Wrong {
  readonly name: string;
  readonly where: string;
  readonly known: readonly string[];
}

function toDiagnostic({ name, where, known }: Wrong, path: readonly PathStep[], places: Places): Diagnostic {
  const message = `there is no field "${name}" in ${where === '' ? 'the kind' : `"${where}"`}, so that nothing is found here`;
  const hint = suggest(name, known) ?? `it has ${known.join(', ')}`;
  return { code: 'UnknownField', severity: 'warning', message, span: places.value(path), hint };
}

function findWrong(text: string, root: JsonObject): Wrong | undefined {
  let schema: JsonObject = root;
  let where = '';
  for (let rest = text; rest !== ''; ) {
    const [step, name] = STEP.exec(rest) ?? [];
    if (step === undefined || isOpen(schema)) return undefined;
    rest = rest.slice(step.length);
    const properties = isObject(schema['properties']) ? schema['properties'] : {};
    const next = name === undefined ? schema['items'] : properties[name];
    if (next === undefined && name !== undefined) return { name, where, known: Object.keys(properties) };
    if (!isObject(next)) return undefined;
    schema = next;
    where = name ?? where;
  }
  return undefined;
}

// Of metadata the schema of a definition says nothing.
function isOpen(schema: JsonObject): boolean {
  const { properties, additionalProperties, items } = schema;
  return (
    additionalProperties !== undefined ||
    schema['x-kubernetes-preserve-unknown-fields'] === true ||
    (properties === undefined && items === undefined)
  );
}
