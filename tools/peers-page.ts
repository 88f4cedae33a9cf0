// docs/explanation/peers.md: the rules of test/peers/ beside what they do the same as.

import { type Peer, peers, READ_ON } from './peers.ts';

/** The page, from the texts of the rules by their names. */
export function peersPage(texts: ReadonlyMap<string, string>): string {
  return `# Rules beside what others need for the same

Examples of [kro](https://github.com/kubernetes-sigs/kro) and [Metacontroller](https://github.com/metacontroller/metacontroller), written as rules: what they do, in our own words and files (\`test/peers/\`). \`test/peers.test.ts\` compares what the rules make with what the originals make, object by object and field by field; the scenarios beside the rules go on from there, on the embedded API server and on a real one. The originals were read on ${READ_ON}; only ours are counted here, by \`npm run generate\`.

| example | what the original needs | the rule: lines | characters | it shows |
| --- | --- | --- | --- | --- |
${peers.map((peer) => rowOf(peer, texts)).join('\n')}

Lines and characters are those of the rule file without empty lines and comments, with the definition of the kind.

## Where ours differ

${peers.map(({ name, differs }) => `- _${name}_: ${differs}.`).join('\n')}
`;
}

function rowOf({ name, project, original, shows }: Peer, texts: ReadonlyMap<string, string>): string {
  const lines = (texts.get(name) ?? '').split('\n').filter((line) => !/^\s*(#.*)?$/.test(line));
  const count = (number: number): string => number.toLocaleString('en-US');
  const link = `[${name}](../../test/peers/${name}/rule.yaml) (${project})`;
  return `| ${link} | ${original} | ${count(lines.length)} | ${count(lines.join('\n').length)} | ${shows} |`;
}
