// Regular expressions as the API server has them. The one door to re2js.

import { RE2JS } from 're2js';

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
  try {
    const compiled = RE2JS.compile(text);
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
    return { problem: (error as Error).message };
  }
}
