// The pages of docs/errors: made from the table of codes and an example for each.

import { formatDiagnostics } from '../cli/print-diagnostics.ts';
import { type Code, codes } from '../engine/model/codes.ts';
import { errorExamples } from './error-examples.ts';

const WORDS = {
  diagnostic: 'Found in a rule file, before it runs.',
  waiting: 'Nothing is wrong: the engine waits.',
  fault: 'The world, or the data, failed.',
  note: 'Nothing is wrong: it is only told.',
};

/** File name and text of every page, with an index. */
export async function errorPages(): Promise<readonly (readonly [file: string, text: string])[]> {
  const pages = await Promise.all(
    Object.keys(codes).map(async (code) => [`docs/errors/${code}.md`, await toPage(code as Code)] as const),
  );
  const rows = Object.entries(codes).map(([code, { kind, title }]) => `| [${code}](${code}.md) | ${kind} | ${title} |`);
  const index = `# Codes\n\nEverything that opsonata can tell, in conditions, logs and on the command line.\n\n| code | kind | what it says |\n|---|---|---|\n${rows.join('\n')}\n`;
  return [...pages, ['docs/errors/README.md', index]];
}

async function toPage(code: Code): Promise<string> {
  const { kind, title, cause, remedy } = codes[code];
  const example = errorExamples[code];
  const produced = (await example.produce()).find((item) => item.code === code);
  if (produced === undefined) throw new Error(`the example of ${code} does not produce it`);
  const { diagnostic } = produced;
  const files = [{ file: 'rule.yaml', text: example.shown, found: false }];
  const said =
    diagnostic === undefined || code === 'TooLarge'
      ? `${code}: ${produced.message}`
      : formatDiagnostics([diagnostic], files).trimEnd();
  const fence = (language: string, text: string) => `\`\`\`${language}\n${text.trimEnd()}\n\`\`\``;
  return `# ${code}: ${title}\n\n${WORDS[kind]}\n\n**Cause.** ${cause}\n\n**What to do.** ${remedy}\n\n## Example\n\n${fence(example.language, example.shown)}\n\nsays\n\n${fence('text', said)}\n`;
}
