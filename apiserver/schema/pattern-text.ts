// Regular expressions that the API server takes and the package does not: names of classes in any case, the same name for
// several groups. Scripts with names of several words it does not find, however they are spelled. Source: https://pkg.go.dev/regexp/syntax

const PARTS = /\\Q.*?(?:\\E|$)|\\([pP])(?:\{(\^?)([^{}]*)\}|([A-Za-z]))|\\.|\(\?P?<([A-Za-z0-9_]+)>|[[\]]/gsu;

/** A regular expression in the form of the package, and the classes in it that are written otherwise there. */
export interface PackageText {
  readonly text: string;
  /** The classes as they were written, by what became of them. */
  readonly classes: ReadonlyMap<string, string>;
}

/** A regular expression in the form of the package; what is wrong with it stays so. */
export function asPackage(text: string): PackageText {
  const classes = new Map<string, string>();
  if (!/\\[pP]|\(\?P?</.test(text)) return { text, classes };
  const names = new Set<string>();
  const brackets = new Brackets(text);
  const made = text.replaceAll(PARTS, (part, ...rest: unknown[]) => {
    const [sign, not, name, letter, group, at] = rest as (string | undefined)[];
    if (part === '[' || part === ']') return brackets.meet(part, Number(at));
    if (sign !== undefined) {
      const known = classOf({ sign, not, name: name ?? letter ?? '', isInClass: brackets.isWithin });
      classes.set(known, part);
      return known;
    }
    if (group === undefined || brackets.isWithin) return part;
    if (names.has(group)) return '(';
    names.add(group);
    return part;
  });
  return { text: made, classes };
}

// Whether a place is within a class of signs.
class Brackets {
  readonly #text: string;
  #from = 0;
  isWithin = false;

  constructor(text: string) {
    this.#text = text;
  }

  meet(bracket: string, at: number): string {
    if (bracket === '[' && !this.isWithin) {
      this.#from = at;
      this.isWithin = true;
    }
    // At the beginning of a class it is a sign like another one.
    if (bracket === ']' && !/^\[\^?$/.test(this.#text.slice(this.#from, at))) this.isWithin = false;
    return bracket;
  }
}

interface NamedClass {
  readonly sign: string;
  readonly not: string | undefined;
  readonly name: string;
  readonly isInClass: boolean;
}

function classOf({ sign, not = '', name, isInClass }: NamedClass): string {
  const plain = name.replaceAll(/[ _-]/g, '').toLowerCase();
  const known = plain.slice(0, 1).toUpperCase() + plain.slice(1);
  const isNot = (sign === 'P') !== (not !== '');
  if (known === 'Ascii') {
    const signs = isNot ? '\\x{80}-\\x{10FFFF}' : '\\x00-\\x7F';
    return isInClass ? signs : `[${signs}]`;
  }
  return `\\${isNot ? 'P' : 'p'}{${LONG_NAMES[known] ?? known}}`;
}

const LONG_NAMES: { readonly [name: string]: string } = {
  Lc: 'LC',
  Letter: 'L',
  Casedletter: 'LC',
  Uppercaseletter: 'Lu',
  Lowercaseletter: 'Ll',
  Titlecaseletter: 'Lt',
  Modifierletter: 'Lm',
  Otherletter: 'Lo',
  Mark: 'M',
  Combiningmark: 'M',
  Nonspacingmark: 'Mn',
  Spacingmark: 'Mc',
  Enclosingmark: 'Me',
  Number: 'N',
  Decimalnumber: 'Nd',
  Digit: 'Nd',
  Letternumber: 'Nl',
  Othernumber: 'No',
  Punctuation: 'P',
  Punct: 'P',
  Connectorpunctuation: 'Pc',
  Dashpunctuation: 'Pd',
  Openpunctuation: 'Ps',
  Closepunctuation: 'Pe',
  Initialpunctuation: 'Pi',
  Finalpunctuation: 'Pf',
  Otherpunctuation: 'Po',
  Symbol: 'S',
  Mathsymbol: 'Sm',
  Currencysymbol: 'Sc',
  Modifiersymbol: 'Sk',
  Othersymbol: 'So',
  Separator: 'Z',
  Spaceseparator: 'Zs',
  Lineseparator: 'Zl',
  Paragraphseparator: 'Zp',
  Other: 'C',
  Control: 'Cc',
  Cntrl: 'Cc',
  Format: 'Cf',
  Surrogate: 'Cs',
  Privateuse: 'Co',
  Unassigned: 'Cn',
};
