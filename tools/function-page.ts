// The page docs/reference/functions.md, made from the table of functions.

import type { Entry, Example, Group } from './function-entry.ts';

const HEAD = `# Functions

Every function of formulas. Those of [JSONata](https://docs.jsonata.org) mean what they mean there, but for the [differences](expression-differences.md).

Of nothing, a function makes nothing, unless it says otherwise: \`$uppercase(spec.none)\` has no value. An argument with \`?\` may be left out. In a path, most functions of one argument take the value at hand: \`spec.hosts.$uppercase()\`. The codes of errors are those of the condition's message, as in [ExpressionFailed](../errors/ExpressionFailed.md).
`;

/** The text of the page. */
export function functionPage(groups: readonly Group[]): string {
  const list = groups.map(
    ({ title, entries }) =>
      `- [${title}](#${anchorOf(title)}): ${entries.map(({ name }) => `[\`$${name}\`](#${name.toLowerCase()})`).join(' ')}`,
  );
  return `${HEAD}\n${list.join('\n')}\n${groups.map(toSection).join('')}`;
}

function anchorOf(title: string): string {
  return title
    .toLowerCase()
    .replaceAll(/[^a-z0-9 ]/g, '')
    .replaceAll(' ', '-');
}

function toSection({ title, entries }: Group): string {
  return `\n## ${title}\n${entries.map(toEntry).join('')}`;
}

function toEntry({ name, call, does, examples }: Entry): string {
  return `\n### ${name}\n\n\`${call}\`\n\n${does}\n\n\`\`\`text\n${examples.map(toLine).join('\n')}\n\`\`\`\n`;
}

function toLine({ formula, input, result, error }: Example): string {
  const gives = error !== undefined ? `error ${error}` : result === undefined ? 'nothing' : JSON.stringify(result);
  const data = JSON.stringify(input);
  return `${formula}  =>  ${gives}${data === '{}' ? '' : `\n    with ${data}`}`;
}
