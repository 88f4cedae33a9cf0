// What a command prints, in the README of a lesson: the block of plain text in it.

import { loadRules } from '../cli/load-rules.ts';
import { formatDiagnostics } from '../cli/print-diagnostics.ts';

const BLOCK = /```text\n[\s\S]*?```/;

/** A README with what `opsonata validate PATH` prints on standard output. Throws where it has no place for it. */
export async function withValidation(readme: string, path: string): Promise<string> {
  if (!BLOCK.test(readme)) throw new Error('the README has no block of text');
  const { files, diagnostics } = await loadRules([path]);
  const block = `\`\`\`text\n${formatDiagnostics(diagnostics, files).trimEnd()}\n\`\`\``;
  return readme.replace(BLOCK, () => block);
}
