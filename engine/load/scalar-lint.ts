// What YAML itself does to formulas and values: the mistakes that a parser error does not explain.

import type { Severity, TextRange } from '../model/diagnostic.ts';
import type { DiagnosticCode } from '../model/diagnostic-codes.ts';

/** True where a plain formula inside `{…}` or `[…]` was cut short by a comma or bracket of its own. */
export function isBrokenFormula(value: unknown, style: string | undefined): boolean {
  if (typeof value !== 'string' || style !== 'PLAIN' || !value.startsWith('=')) return false;
  const text = value.replace(/"[^"]*"|'[^']*'|`[^`]*`/g, '');
  const count = (pattern: RegExp) => (text.match(pattern) ?? []).length;
  return count(/[([{]/g) !== count(/[)\]}]/g) || (value.match(/"/g) ?? []).length % 2 === 1;
}

/**
 * A plain scalar that YAML 1.1 and 1.2 read differently: kubectl reads `yes` as true and `0644` as 420, we read a text
 * and 644. A key `on` is the key `true` for it. Source: YAML 1.1 type repository, bool and int.
 */
export function findAmbiguity(
  source: string,
  isKey = false,
): { severity: Severity; message: string; hint: string } | undefined {
  if (/^[-+]?0\d+$/.test(source)) {
    const octal = /^[-+]?0[0-7]+$/.test(source) ? ` or ${Number.parseInt(source, 8)}` : '';
    return {
      severity: 'error',
      message: `${source} is octal for kubectl and decimal for YAML 1.2`,
      hint: `write ${Number(source)}${octal}`,
    };
  }
  if (/^(y|Y|yes|Yes|YES|n|N|no|No|NO|on|On|ON|off|Off|OFF)$/.test(source)) {
    return {
      severity: 'warning',
      message: `${source} is a text here and a boolean for kubectl`,
      hint: isKey ? `write "${source}"` : `write "${source}", true or false`,
    };
  }
  return undefined;
}

/** A parser error in words that help: most come from a formula that YAML took apart. */
export function explainSyntaxError(
  text: string,
  lineNumber: number,
  message: string,
): { code: DiagnosticCode; message: string; hint: string; range?: TextRange } {
  for (const number of [lineNumber, lineNumber - 1]) {
    const found = findFormula(text, number);
    if (found !== undefined) return found;
  }
  const words = (message.split('\n')[0] as string).replace(/\.$/, '');
  return {
    code: 'YamlSyntax',
    message: words.charAt(0).toLowerCase() + words.slice(1),
    hint: 'check the indentation and the quotes of this line and of the one above',
  };
}

function findFormula(text: string, lineNumber: number): ReturnType<typeof explainSyntaxError> | undefined {
  const lines = text.split('\n');
  const line = lines[lineNumber - 1];
  const found = line === undefined ? null : /^(\s*(?:- )*(?:[\w.-]+:\s+)?)((?:=|\{%).*?)\s*$/.exec(line);
  if (found === null) return undefined;
  const [, before = '', formula = ''] = found;
  const broken = formula.startsWith('{%') || /:\s/.test(formula) || /:$/.test(formula);
  if (!broken) return undefined;
  const start = lines.slice(0, lineNumber - 1).reduce((sum, previous) => sum + previous.length + 1, 0) + before.length;
  const quoted = formula.includes("'")
    ? `"${formula.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
    : `'${formula}'`;
  const what = formula.startsWith('{%') ? 'a leading "{%" for a mapping' : '": " inside the formula for a mapping';
  return {
    code: 'QuoteNeeded',
    message: `YAML takes ${what}`,
    hint: `quote it: ${before.trim()} ${quoted}`.replace('  ', ' '),
    range: { start, end: start + formula.length },
  };
}
