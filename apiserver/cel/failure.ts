// What went wrong while a rule was asked, in the words of the API server.

function explain(error: unknown): string {
  // Source: the words of cel-go.
  const { code, summary = '', message } = error as { code?: string; summary?: string; message: string };
  const first = (summary === '' ? message : summary).split('\n')[0] ?? '';
  switch (code) {
    case 'no_such_key':
      return first.replace('No such key', 'no such key');
    case 'index_out_of_bounds':
      return `index out of bounds: ${/index (-?\d+)/.exec(first)?.[1] ?? ''}`;
    case 'numeric_overflow':
      return 'integer overflow';
    case 'int_conversion_error':
      return conversion('int');
    case 'double_conversion_error':
      return conversion('double');
    case 'bool_conversion_error':
      return conversion('bool');
    case 'modulo_by_zero':
      return 'modulus by zero';
    case 'no_such_overload':
    case 'no_matching_overload':
      return 'no such overload';
    default:
      return ofTime(first) ?? first;
  }
}

// Only texts fail to become what they say.
const TEXT = "'string'";

function conversion(type: string): string {
  return `type conversion error from ${TEXT} to '${type}'`;
}

function ofTime(text: string): string | undefined {
  if (text.startsWith('Invalid duration string')) return conversion('google.protobuf.Duration');
  return text.startsWith('timestamp() requires') ? conversion('google.protobuf.Timestamp') : undefined;
}

/** A part of a rule, as the parser made it. */
export interface Part {
  readonly op: string;
  readonly args: unknown;
  readonly input: string;
  readonly range: { readonly start: number; readonly end: number };
}

/** Asks for the value of a part of a rule; throws what it throws. */
export type AskPart = (text: string) => unknown;

/** The words for why a rule fails. Of several reasons the server tells the one on the left. */
export function explainRule(rule: Part, error: unknown, ask: AskPart): string {
  for (const part of partsOf(rule)) {
    const failure = failureOf(part, ask);
    if (failure !== undefined) return explainRule(part, failure.error, ask);
  }
  return explainBounds(rule, error, ask) ?? explain(error);
}

// Parts with variables of their own cannot be asked alone: they do not count.
function failureOf({ input, range }: Part, ask: AskPart): { readonly error: unknown } | undefined {
  try {
    ask(input.slice(range.start, range.end));
    return undefined;
  } catch (error) {
    const { code, name } = error as { code?: string; name?: string };
    return name === 'ParseError' || code === 'unknown_variable' ? undefined : { error };
  }
}

function partsOf({ op, args }: Part): readonly Part[] {
  if (op === 'list' || op === '||' || op === '&&' || op === '==' || op === '!=') return args as readonly Part[];
  if (op !== 'rcall') return [];
  const [, receiver, given] = args as readonly [string, Part, readonly Part[]];
  return [receiver, ...given];
}

function explainBounds(rule: Part, error: unknown, ask: AskPart): string | undefined {
  const found = /^string\.substring\(start, end\): (start|end) index out of range/.exec(explain(error));
  if (found === null || rule.op !== 'rcall') return undefined;
  const [, , given] = rule.args as readonly [string, Part, readonly Part[]];
  const bound = given[found[1] === 'start' ? 0 : 1];
  return bound === undefined
    ? undefined
    : `index out of range: ${String(ask(bound.input.slice(bound.range.start, bound.range.end)))}`;
}
