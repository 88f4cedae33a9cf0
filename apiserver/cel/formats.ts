// Named formats, such as those of names and labels.

import { type Environment, Optional } from '@marcbachmann/cel-js';
import { checkLabelName, checkLabelValue, checkQualifiedName, checkSubdomain } from '../validation/names.ts';

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

class Formats {}

// Formats whose complaints are not known in every word are left out.
const FORMATS: { readonly [name: string]: Check } = {
  dns1123Label: checkLabelName,
  dns1123Subdomain: checkSubdomain,
  qualifiedName: checkQualifiedName,
  labelValue: checkLabelValue,
};

/** Makes the functions known. */
export function registerFormats(environment: Environment): void {
  environment.registerType(FORMAT, { ctor: Format, fields: {} });
  environment.registerType('FormatNamespace', Formats);
  environment.registerConstant('format', 'FormatNamespace', new Formats());
  for (const [name, check] of Object.entries(FORMATS)) {
    const known = new Format(name, check);
    environment.registerFunction(`FormatNamespace.${name}(): ${FORMAT}`, () => known);
  }
  environment.registerFunction(
    `${FORMAT}.validate(string): optional<list<string>>`,
    ({ check }: Format, text: string) => {
      const messages = check(text);
      return messages.length === 0 ? Optional.none() : Optional.of(messages);
    },
  );
}
