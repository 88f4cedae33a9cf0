// Which table a kind has: in comes an object, out come its cells. Compared with the real server's tables by
// test/apiserver/printers.test.ts.

import { textIn } from '../model/json.ts';
import { ACCESS_PRINTERS } from './access.ts';
import { CORE_PRINTERS } from './core.ts';
import { NETWORK_PRINTERS } from './network.ts';
import { POD_PRINTERS } from './pod.ts';
import { column, NAME, type Printer } from './printer.ts';
import { WORKLOAD_PRINTERS } from './workloads.ts';

const PRINTERS: { readonly [kind: string]: Printer } = {
  ...ACCESS_PRINTERS,
  ...CORE_PRINTERS,
  ...NETWORK_PRINTERS,
  ...POD_PRINTERS,
  ...WORKLOAD_PRINTERS,
};

const PLAIN: Printer = [
  NAME,
  column('Created At', (object) => textIn(object, 'metadata', 'creationTimestamp'), 'date'),
];

/** The table of a built-in kind. Some kinds have none of their own. */
export function printerOf({ apiVersion, kind }: { readonly apiVersion: string; readonly kind: string }): Printer {
  return PRINTERS[`${apiVersion}/${kind}`] ?? PLAIN;
}
