// Regular expressions as the API server has them. The one door to re2js.

import { RE2JS } from 're2js';
import { asPackage } from './pattern-text.ts';

/** A regular expression. */
export interface Pattern {
  /** True where a part of the text fits. */
  matches(text: string): boolean;
  /** The parts of the text that fit, from left to right. */
  findAll(text: string): readonly string[];
}

/** A regular expression, or what is wrong with it. */
export type ParsedPattern = { readonly pattern: Pattern } | { readonly problem: string };

/** Reads regular expressions; remembers those that it has read. */
export class Patterns {
  readonly #known = new Map<string, ParsedPattern>();

  /** Reads one. */
  parse(text: string): ParsedPattern {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const made = parsePattern(text);
    this.#known.set(text, made);
    return made;
  }
}

/** Reads a regular expression. */
export function parsePattern(text: string): ParsedPattern {
  const { text: own, classes } = asPackage(text);
  try {
    const compiled = RE2JS.compile(own);
    return {
      pattern: {
        matches: (value) => compiled.matcher(value).find(),
        findAll: (value) => {
          const found: string[] = [];
          for (const matcher = compiled.matcher(value); matcher.find(); ) found.push(matcher.group() ?? '');
          return found;
        },
      },
    };
  } catch (error) {
    const { message } = error as Error;
    const [, wrong = ''] = /`([^`]+)`$/.exec(message) ?? [];
    const written = classes.get(wrong);
    return { problem: written === undefined ? asServer(message, text) : message.replace(wrong, () => written) };
  }
}

function asServer(message: string, text: string): string {
  if (message.endsWith('trailing backslash at end of expression')) return `${message}: \`\``;
  // The name of a group must have begun.
  const [, open] = /(\(\?P?)<$/.exec(text) ?? [];
  if (open === undefined || !message.includes('invalid named capture')) return message;
  return `error parsing regexp: invalid or unsupported Perl syntax: \`${open === '(?' ? '(?<' : open}\``;
}
