// The functions of Kubernetes that rules can call besides those of the language.
// Source: https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-cel-libraries

import { Environment } from '@marcbachmann/cel-js';
import { registerFormats } from './formats.ts';
import { registerNetworks } from './networks.ts';
import { registerNumbers } from './numbers.ts';
import { registerTexts } from './texts.ts';
import { compare, isSame } from './value.ts';

/** An environment with all functions, and no variables. */
export function newLibrary(): Environment {
  const environment = new Environment({ enableOptionalTypes: true, homogeneousAggregateLiterals: false });
  registerTexts(environment);
  registerLists(environment);
  registerSets(environment);
  registerNumbers(environment);
  registerNetworks(environment);
  registerFormats(environment);
  return environment;
}

const ORDERED = ['int', 'double', 'string', 'bool', 'google.protobuf.Duration', 'google.protobuf.Timestamp'];

type Items = readonly unknown[];

function registerLists(environment: Environment): void {
  for (const type of ORDERED) {
    environment.registerFunction(`list<${type}>.isSorted(): bool`, (items: Items) =>
      items.every((item, at) => at === 0 || compare(items[at - 1], item) <= 0),
    );
    environment.registerFunction(`list<${type}>.min(): ${type}`, (items: Items) => extreme(items, 'min'));
    environment.registerFunction(`list<${type}>.max(): ${type}`, (items: Items) => extreme(items, 'max'));
  }
  environment.registerFunction('list<int>.sum(): int', (items: readonly bigint[]) => items.reduce((a, b) => a + b, 0n));
  environment.registerFunction('list<double>.sum(): double', (items: readonly number[]) =>
    items.reduce((a, b) => a + b, 0),
  );
  environment.registerFunction('list.indexOf(dyn): int', (items: Items, wanted: unknown) =>
    BigInt(items.findIndex((item) => isSame(item, wanted))),
  );
  environment.registerFunction('list.lastIndexOf(dyn): int', (items: Items, wanted: unknown) =>
    BigInt(items.findLastIndex((item) => isSame(item, wanted))),
  );
}

function extreme(items: Items, which: 'min' | 'max'): unknown {
  if (items.length === 0) throw new Error(`${which} called on empty list`);
  return items.reduce((best, item) => (compare(item, best) < 0 === (which === 'min') ? item : best));
}

class Sets {}

function registerSets(environment: Environment): void {
  const holds = (all: Items, some: Items): boolean => some.every((item) => all.some((one) => isSame(one, item)));
  environment.registerType('SetsNamespace', Sets);
  environment.registerConstant('sets', 'SetsNamespace', new Sets());
  environment.registerFunction('SetsNamespace.contains(list, list): bool', (_: Sets, all: Items, some: Items) =>
    holds(all, some),
  );
  environment.registerFunction(
    'SetsNamespace.equivalent(list, list): bool',
    (_: Sets, left: Items, right: Items) => holds(left, right) && holds(right, left),
  );
  environment.registerFunction('SetsNamespace.intersects(list, list): bool', (_: Sets, left: Items, right: Items) =>
    left.some((item) => holds(right, [item])),
  );
}
