// The page docs/reference/apiserver.md, made from the ledger of the embedded API server and from the facts of kinds.

import type { KindFacts, KubernetesFacts } from '../apiserver/facts/facts.ts';
import {
  ADMISSION,
  ANSWERS,
  BODIES,
  isEmulated,
  KINDS,
  PARAMETERS,
  PATHS,
  REFUSED,
  SUBRESOURCES,
} from '../apiserver/ledger.ts';

const HEAD = `# The embedded API server

What \`opsonata apiserver\` emulates of Kubernetes, and what not. It is no Kubernetes: it keeps its objects in memory, and nothing runs but [simulated workloads](../how-to/simulation.md). What is not emulated is answered with 501 and the reason \`NotEmulated\`, and counted; the command prints the counts when it ends. How it is compared with a real API server tells [decision 3](../decisions/0003-embedded-api-server.md).
`;

/** The text of the page. */
export function apiServerPage({ version, kinds }: KubernetesFacts): string {
  const isServed = (kind: KindFacts): boolean => isEmulated(nameOf(kind));
  const [served, refused] = [kinds.filter(isServed), kinds.filter((kind) => !isServed(kind))];
  const counted = `${served.length} of the ${kinds.length} kinds that Kubernetes ${version.replace(/\.\d+$/, '')} serves are emulated, with the verbs that they have there`;
  const sections = [
    section('Kinds', [
      `${counted}. Types, unknown fields, defaults and metadata are checked and filled in for all of them. Rules that no schema has are checked but for those of the fields that are named.`,
      table(['kind', 'fields whose rules are not all checked'], served.map(kindRow)),
      `Refused: ${refused.map((kind) => code(nameOf(kind))).join(', ')}.`,
      'Custom resources are served as their CustomResourceDefinitions say. A definition that asks for what is not checked (conversion by webhook, some words and formats of schemas, rules with values of protobuf messages) is refused as a whole. Rules are compiled and their costs are estimated as by a real API server, with the same messages.',
    ]),
    section('Subresources', [
      table(['subresource', 'emulated'], rowsOf(SUBRESOURCES)),
      `Refused: ${otherSubresources(kinds).map(code).join(', ')}.`,
    ]),
    section('Parameters', [
      'Parameters that Kubernetes does not know are ignored, as there.',
      table(['parameter', ''], rowsOf(PARAMETERS)),
    ]),
    section('Bodies', [table(['body of a request', ''], rowsOf(BODIES)), table(['answer', ''], rowsOf(ANSWERS))]),
    section('Admission', [
      'The plugins that a real API server has switched on. What is not emulated takes everything, and changes nothing.',
      table(['plugin', ''], rowsOf(ADMISSION)),
    ]),
    section('Also refused', [
      [...Object.values(REFUSED), `the paths ${PATHS.map(code).join(', ')}, and what is below them`]
        .map((what) => `- ${what}`)
        .join('\n'),
    ]),
  ];
  return `${HEAD}\n${sections.join('\n')}`;
}

function nameOf({ apiVersion, kind }: KindFacts): string {
  return `${apiVersion}/${kind}`;
}

function code(text: string): string {
  return `\`${text}\``;
}

function section(title: string, parts: readonly string[]): string {
  return `## ${title}\n\n${parts.join('\n\n')}\n`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function rowsOf(entries: { readonly [name: string]: string }): readonly (readonly string[])[] {
  return Object.entries(entries).map(([name, what]) => [code(name), what]);
}

function kindRow(kind: KindFacts): readonly string[] {
  return [code(nameOf(kind)), (KINDS[nameOf(kind)]?.unchecked ?? []).map(code).join(', ')];
}

function otherSubresources(kinds: readonly KindFacts[]): readonly string[] {
  const names = kinds.flatMap(({ plural, subresources }) =>
    subresources.filter(({ name }) => !Object.hasOwn(SUBRESOURCES, name)).map(({ name }) => `${plural}/${name}`),
  );
  return [...new Set(names)].sort();
}
