// The page docs/reference/health.md, made from the schema of health rules, the rules that come along, and the differences
// from kstatus.

import { load } from '../engine/load/load.ts';
import type { HealthDocument } from '../engine/model/health.ts';
import { kstatusDifferences } from './kstatus-differences.ts';

/** What the page is made from. */
export interface HealthSources {
  /** The JSON schema of health rules. */
  readonly schema: Schema;
  /** The files of `rules/health`. */
  readonly library: readonly { readonly file: string; readonly text: string }[];
}

interface Schema {
  readonly description?: string;
  readonly $ref?: string;
  readonly items?: Schema;
  readonly required?: readonly string[];
  readonly properties?: { readonly [name: string]: Schema };
  readonly definitions?: { readonly [name: string]: Schema };
}

/** The example of the page, which a test checks. */
export const healthExample = `apiVersion: opsonata.dev/v1alpha1
kind: Health
metadata: { name: queue }
spec:
  resource: { apiVersion: example.com/*, kind: Queue }
  let:
    ready: =$condition("Ready")
  cases:
    - when: =$ready.status = "True"
      status: Current
    - when: =$ready.reason = "QuotaExceeded"
      status: Failed
      message: =$ready.message
    - status: InProgress
      message: "{% status.partitions ?? 0 %} of {% spec.partitions %} partitions are there"
  samples:
    - object:
        apiVersion: example.com/v1
        kind: Queue
        metadata: { name: orders }
        spec: { partitions: 3 }
        status: { partitions: 1 }
      status: InProgress
      message: 1 of 3 partitions are there
`;

const HEAD = `# Health

How healthy a child is decides whether what depends on it goes on, and what \`Ready\` says of the resource. Four words, those of [kstatus](https://github.com/kubernetes-sigs/cli-utils/tree/master/pkg/kstatus): \`Current\` is as it should be, \`InProgress\` may become so by itself, \`Failed\` needs somebody, \`Terminating\` goes away.

An object is asked, in this order, until somebody answers:

1. Is it being deleted? Then it is \`Terminating\`.
2. The child's own \`ready\` formula, where its rule has one: it alone counts.
3. Is its \`status.observedGeneration\` another than its \`metadata.generation\`? Then it is \`InProgress\`: its controller has not seen it as it is now.
4. Your health rules: documents of kind \`Health\` beside rules, in the files and folders that \`run\`, \`render\` and \`validate\` are given.
5. The health rules that come with opsonata, [below](#the-library).
6. The [built-in](#built-in-health) health: the conditions \`Reconciling\` and \`Stalled\`, then what is known of the kind, then the condition \`Ready\`.

Where no case of a rule applies, the next is asked. Of two rules of yours, the one that names more is asked first: the group counts more than the kind, and the kind more than the version.

\`Ready\` names the root cause: the child that blocks, not one that waits for it, nor one that may have failed for want of it.

## A health rule

\`\`\`yaml
${healthExample}\`\`\`

Formulas are those of rules; their context is the object. They see neither the time nor other objects, so that an object has the same health whenever it is asked. One that fails makes \`InProgress\`, with its place and error as the message. \`opsonata validate\` checks them and tries the samples.

Most controllers of a level-triggered kind try again for ever. The library says \`Failed\` only where a controller says that it has given up, or that the object itself is wrong.
`;

/** The text of the page. */
export function healthPage({ schema, library }: HealthSources): string {
  const spec = schema.definitions?.['HealthSpec'] as Schema;
  const fields = Object.entries(spec.properties ?? {}).map(([name, field]) => toField(`spec.${name}`, field, schema));
  return [HEAD, fields.join('\n'), builtIn(), libraryOf(library)].join('\n');
}

function toField(name: string, field: Schema, root: Schema): string {
  const own = resolve(field, root);
  const item = own.items === undefined ? own : resolve(own.items, root);
  const rows = Object.entries(item.properties ?? {}).map(([key, part]) => {
    const needed = item.required?.includes(key) === true ? 'yes' : '';
    return `| \`${key}\` | ${needed} | ${describe(resolve(part, root))} |`;
  });
  const table = rows.length === 0 ? '' : `\n| field | required | |\n|---|---|---|\n${rows.join('\n')}\n`;
  return `### ${name}\n\n${describe(field.description === undefined ? own : field)}\n${table}`;
}

function resolve(field: Schema, root: Schema): Schema {
  const name = field.$ref?.split('/').at(-1);
  return name === undefined ? field : (root.definitions?.[name] as Schema);
}

function describe({ description }: Schema): string {
  if (description === undefined) throw new Error('a field of the schema of health rules has no description');
  return description.replaceAll('|', '\\|');
}

function builtIn(): string {
  const rows = kstatusDifferences.map(
    ({ name, kstatus, ours, why }) => `| ${name} | ${kstatus === 'Error' ? 'an error' : kstatus} | ${ours} | ${why} |`,
  );
  return `## Built-in health

Deployment, ReplicaSet, StatefulSet, DaemonSet, Pod, Job, CronJob, Service, PersistentVolumeClaim, ConfigMap, Secret, PodDisruptionBudget and CustomResourceDefinition are judged as kstatus judges them, every other kind by its conditions. \`test/cluster/kstatus.test.ts\` asks kstatus itself about 20,000 generated objects; these are all differences:

| object | kstatus | here | why |
|---|---|---|---|
${rows.join('\n')}

The generic part cannot tell an object that is ready from one that nobody has looked at yet and whose kind has no conditions at first. A health rule can, and so can \`status.observedGeneration\` with a default of -1, as in the definitions that opsonata makes.
`;
}

function libraryOf(library: HealthSources['library']): string {
  const documents = load(library.map((source) => ({ ...source, found: false }))).health;
  const rows = documents.map(toRow).sort();
  const counts = documents.map(({ content }) => kindsOf(content).length);
  const count = counts.reduce((sum, kinds) => sum + kinds, 0);
  const families = counts.filter((kinds) => kinds === 0).length;
  return `## The library

${documents.length} health rules come along and need no file: for ${count} kinds, and for every kind of ${families} families of groups (\`*.\`). \`test/health-library.test.ts\` tries each case of each rule on a sample.

| group | kinds | says, beside Current |
|---|---|---|
${rows.join('\n')}
`;
}

function kindsOf(content: HealthDocument['content']): readonly string[] {
  return [content.spec?.resource?.kind ?? []]
    .flat()
    .filter((kind) => typeof kind === 'string' && kind !== '*') as string[];
}

function toRow({ file, content }: HealthDocument): string {
  const group = String(content.spec?.resource?.apiVersion).replace(/\/[^/]*$/, '');
  const kinds = kindsOf(content);
  const statuses = ['InProgress', 'Failed'].filter((status) =>
    content.spec?.cases?.some((item) => item?.status === status),
  );
  return `| [${group}](../../${file}) | ${kinds.length === 0 ? 'every kind' : kinds.join(', ')} | ${statuses.join(', ')} |`;
}
