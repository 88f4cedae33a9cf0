// What the functions for Kubernetes give, where their signature says too little.

import type { Type } from '../../model/type.ts';
import {
  ANY,
  arrayOf,
  INTEGER,
  isOnly,
  itemsOf,
  NUMBER,
  OBJECT,
  objectOf,
  optional,
  partsOf,
  STRING,
  unionOf,
} from './algebra.ts';

type Result = (args: readonly Type[]) => Type;

const CONDITION = objectOf(
  {
    type: STRING,
    status: { kind: 'string', values: ['True', 'False', 'Unknown'] },
    reason: STRING,
    message: STRING,
    lastTransitionTime: STRING,
    lastUpdateTime: STRING,
    lastProbeTime: STRING,
    lastHeartbeatTime: STRING,
    severity: STRING,
    observedGeneration: INTEGER,
  },
  {
    optional: new Set([
      ...['reason', 'message', 'lastTransitionTime', 'lastUpdateTime', 'lastProbeTime', 'lastHeartbeatTime'],
      ...['severity', 'observedGeneration'],
    ]),
  },
);
const VERSION = objectOf({
  major: INTEGER,
  minor: INTEGER,
  patch: INTEGER,
  prerelease: arrayOf(unionOf([STRING, INTEGER])),
  build: arrayOf(STRING),
  text: STRING,
});
const BLOCK = objectOf({
  address: STRING,
  prefix: INTEGER,
  network: STRING,
  netmask: STRING,
  first: STRING,
  last: STRING,
  size: NUMBER,
  family: INTEGER,
});
const IMAGE = objectOf(
  { name: STRING, registry: STRING, repository: STRING, tag: STRING, digest: STRING },
  { optional: new Set(['registry', 'tag', 'digest']) },
);

/** By the name of the function. */
export const kubernetesResults: { readonly [name: string]: Result } = {
  any: () => ANY,
  condition: () => optional(CONDITION),
  semver: () => VERSION,
  semverCompare: () => INTEGER,
  quantityCompare: () => INTEGER,
  cidr: () => BLOCK,
  imageParts: () => IMAGE,
  range: (args) => arrayOf(args.every((type) => isWhole(type)) ? INTEGER : NUMBER),
  mergeDeep: ([left = ANY, right = ANY]) =>
    [left, right].every((type) => isOnly(itemsOf(type), 'object')) ? OBJECT : ANY,
};

function isWhole(type: Type): boolean {
  return partsOf(type).every((part) => part.kind === 'number' && part.isInteger);
}

/** Functions that give nothing where any of their arguments is nothing, not only the first. */
export const strictFunctions: ReadonlySet<string> = new Set([
  ...['quantityCompare', 'quantityAdd', 'quantityScale', 'semverCompare', 'semverSatisfies', 'timeAdd', 'timeSince'],
  ...['cidrContains', 'cidrHost', 'cidrSubnet', 'condition', 'mergeDeep', 'range'],
]);
