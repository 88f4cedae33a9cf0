// Named formats, such as those of names and labels.

import { checkLabelName, checkLabelValue, checkQualifiedName, checkSubdomain } from '../validation/names.ts';
import type { Functions } from './run/functions.ts';
import { Optional } from './value.ts';

const FORMAT = 'kubernetes.NamedFormat';

type Check = (text: string) => readonly string[];

class Format {
  readonly key: string;
  readonly check: Check;

  constructor(name: string, check: Check) {
    this.key = name;
    this.check = check;
  }
}

// Formats whose complaints are not known in every word are left out.
const FORMATS: { readonly [name: string]: Check } = {
  dns1123Label: checkLabelName,
  dns1123Subdomain: checkSubdomain,
  qualifiedName: checkQualifiedName,
  labelValue: checkLabelValue,
};

/** Makes the functions known. */
export function registerFormats(functions: Functions): void {
  functions.registerType(FORMAT, Format);
  const all = new Map(Object.entries(FORMATS).map(([name, check]) => [name, new Format(name, check)]));
  for (const [name, known] of all) functions.registerFunction(`format.${name}()`, () => known);
  functions.registerFunction('format.named(string)', (name: string) => {
    const known = all.get(name);
    return known === undefined ? Optional.none() : Optional.of(known);
  });
  functions.registerFunction(`${FORMAT}::validate(string)`, ({ check }: Format, text: string) => {
    const messages = check(text);
    return messages.length === 0 ? Optional.none() : Optional.of(messages);
  });
}
