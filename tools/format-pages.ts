// The pages docs/reference/rule.md and docs/reference/scenario.md, made from the schemas of both and from documents that
// have every field of them.

import { readdir, readFile } from 'node:fs/promises';
import { type Loaded, load } from '../engine/load/load.ts';
import type { Json } from '../engine/model/json.ts';
import { type Field, fieldPage, fieldsOf } from './field-page.ts';

/** A format that has a page. */
export interface Format {
  readonly name: 'rule' | 'scenario';
  readonly schema: Json;
  readonly fields: readonly Field[];
  /** The files that the examples may come from. */
  readonly files: readonly string[];
}

const HEADS: { readonly [name in Format['name']]: string } = {
  rule: `# Rules

Every field of a rule, with an example from one of the [rules](rules/) beside this page. \`test/reference.test.ts\` compiles these rules, and counts that each field has an example.

A text that begins with \`=\` is a [formula](functions.md), whose value keeps its type; \`{% … %}\` within any other text inserts the value of a formula; \`==x\` is the text \`=x\`. A _template_ is any YAML with formulas as values. The context \`$\` of a formula is the custom resource; \`$id\` is the child, input or value of that name. \`opsonata validate\` checks all of it, and tells the line of a mistake.
`,
  scenario: `# Scenarios

Every field of a scenario, with an example from a [lesson](../../README.md#read-on). \`opsonata test\` runs scenarios, on the embedded API server or on a cluster; \`test/reference.test.ts\` counts that each field has an example, \`test/scenarios.test.ts\` runs them on the embedded one, \`test/cluster/scenarios.test.ts\` on a real API server.
`,
};

/** The formats. */
export async function formats(): Promise<readonly Format[]> {
  const lessons = (await readdir('examples')).sort().map((name) => `examples/${name}/scenario.yaml`);
  const rules = (await readdir('docs/reference/rules')).sort().map((name) => `docs/reference/rules/${name}`);
  return [
    await toFormat('rule', rules, ({ documents }) => documents),
    await toFormat('scenario', lessons, ({ scenarios }) => scenarios),
  ];
}

/** The text of a format's page, which stands in docs/reference. */
export function formatPage({ name, fields }: Format): string {
  return fieldPage(HEADS[name], fields, (file) =>
    file.startsWith('docs/reference/') ? file.slice('docs/reference/'.length) : `../../${file}`,
  );
}

async function toFormat(
  name: Format['name'],
  files: readonly string[],
  of: (loaded: Loaded) => Loaded['documents'] | Loaded['scenarios'],
): Promise<Format> {
  const schema = JSON.parse(await readFile(`schemas/${name}.schema.json`, 'utf8')) as Json;
  const documents = await Promise.all(
    files.map(async (file) => {
      const text = await readFile(file, 'utf8');
      return of(load([{ file, text, found: false }])).map(({ content, places }) => ({ file, text, content, places }));
    }),
  );
  return { name, schema, files, fields: fieldsOf(schema, documents.flat()) };
}
