// Calls of format() on texts that stand in a rule, with lists that do: each place must take the value that goes there.

import type { Expr } from './expr.ts';
import type { Problem } from './tokens.ts';
import { type CheckedType, ERROR, type TypeKind } from './type.ts';

/** What is wrong with the calls of format() among the parts of a checked rule. */
export function checkFormats(parts: readonly Expr[]): readonly Problem[] {
  return parts.flatMap((part) => {
    if (part.kind !== 'call' || part.fn !== 'format' || part.args.length !== 1) return [];
    const { target, args, at } = part;
    const [list] = args;
    if (target?.kind !== 'literal' || target.of !== 'string' || list?.kind !== 'list') return [];
    const problem = checkFormat(String(target.value), list.items);
    return problem === undefined ? [] : [{ at: problem.at ?? at, message: problem.message }];
  });
}

interface Wrong {
  /** Where the value stands that is wrong; undefined where it is the text. */
  readonly at?: number;
  readonly message: string;
}

function checkFormat(text: string, values: readonly Expr[]): Wrong | undefined {
  let count = 0;
  for (let index = 0; index < text.length; ) {
    if (text[index] !== '%') {
      index += 1;
      continue;
    }
    if (text[index + 1] === '%') {
      index += 2;
      continue;
    }
    const place = readPlace(text, index, values[count]);
    if (typeof place !== 'number') return place ?? { message: `index ${count} out of range` };
    index += place;
    count += 1;
  }
  if (values.length <= count) return undefined;
  return { message: `too many arguments supplied to string.format (expected ${count}, got ${values.length})` };
}

// The length of a place; undefined where there is no value for it.
function readPlace(text: string, index: number, value: Expr | undefined): number | Wrong | undefined {
  if (index + 1 >= text.length) return { message: 'unexpected end of string' };
  if (value === undefined) return undefined;
  const unparsed = (why: string): Wrong => ({ message: `could not parse formatting clause: ${why}` });
  const rest = text.slice(index + 1);
  const [precision = ''] = /^\.\d*/.exec(rest) ?? [];
  if (precision !== '' && precision.length === rest.length)
    return unparsed('error while parsing precision: could not find end of precision specifier');
  if (precision === '.') {
    const why = 'strconv.Atoi: parsing "": invalid syntax';
    return unparsed(`error while parsing precision: error while converting precision to integer: ${why}`);
  }
  const verb = rest[precision.length] ?? '';
  const wanted = VERBS[verb.toLowerCase() === 'x' ? 'x' : verb];
  if (wanted === undefined) return unparsed(`unrecognized formatting clause "${verb}"`);
  const wrong = verb === 's' ? firstUnshown(value) : takes(typeOf(value), wanted[0]) ? undefined : value;
  if (wrong === undefined) return 2 + precision.length;
  return { at: wrong.at, message: `error during formatting: ${wanted[1]}, was given ${nameOf(typeOf(wrong))}` };
}

const kinds = (names: string): ReadonlySet<TypeKind> => new Set(names.split(' ') as TypeKind[]);
const SHOWN = kinds('list map int uint double bool string timestamp bytes duration type null');

const VERBS: { readonly [verb: string]: readonly [takes: ReadonlySet<TypeKind>, else_: string] } = {
  s: [
    SHOWN,
    'string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, types, durations, and timestamps',
  ],
  d: [kinds('int uint'), 'decimal clause can only be used on integers'],
  f: [kinds('double string'), 'fixed-point clause can only be used on doubles'],
  e: [kinds('double string'), 'scientific clause can only be used on doubles'],
  b: [kinds('int uint bool'), 'only integers and bools can be formatted as binary'],
  x: [kinds('int uint string bytes'), 'only integers, byte buffers, and strings can be formatted as hex'],
  o: [kinds('int uint'), 'octal clause can only be used on integers'],
};

function takes({ kind }: CheckedType, wanted: ReadonlySet<TypeKind>): boolean {
  return kind === 'dyn' || wanted.has(kind);
}

function firstUnshown(value: Expr): Expr | undefined {
  if (!takes(typeOf(value), SHOWN)) return value;
  const inner =
    value.kind === 'list'
      ? value.items
      : value.kind === 'map'
        ? value.entries.flatMap((one) => [one.key, one.value])
        : [];
  for (const one of inner) {
    const wrong = firstUnshown(one);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

function typeOf(expr: Expr): CheckedType {
  return expr.type ?? ERROR;
}

// Times go by their long names here.
function nameOf({ name, kind }: CheckedType): string {
  if (kind === 'timestamp') return 'google.protobuf.Timestamp';
  return kind === 'duration' ? 'google.protobuf.Duration' : kind === 'null' ? 'null_type' : name;
}
