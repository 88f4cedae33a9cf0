// Regular expressions in linear time. The one door to re2js.

import { RE2JS } from 're2js';

/** One match. `groups`: the text of each group, undefined where it took no part. */
export interface RegexMatch {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly groups: readonly (string | undefined)[];
}

/** Finds the first match at or behind an offset. */
export type Regex = (text: string, from: number) => RegexMatch | undefined;

/** Compiles JavaScript's notation; `flags`: those of `i` and `m`. A text instead of a function says what RE2 lacks. */
export function compilePattern(source: string, flags: string): Regex | string {
  if (/\(\?<?[=!]/.test(source)) return 'it looks ahead or behind, which takes time without limit';
  if (/\\[1-9]/.test(source)) return 'it refers back to a group, which takes time without limit';
  try {
    const options = (flags.includes('i') ? RE2JS.CASE_INSENSITIVE : 0) | (flags.includes('m') ? RE2JS.MULTILINE : 0);
    const compiled = RE2JS.compile(RE2JS.translateRegExp(source), options);
    return (text, from) => {
      const matcher = compiled.matcher(text);
      if (from > text.length || !matcher.find(from)) return undefined;
      const groups = Array.from({ length: matcher.groupCount() }, (_, index) => matcher.group(index + 1) ?? undefined);
      return { text: matcher.group() ?? '', start: matcher.start(), end: matcher.end(), groups };
    };
  } catch (error) {
    return (error instanceof Error ? error.message : String(error)).replace(/^error parsing regexp: /, '');
  }
}
