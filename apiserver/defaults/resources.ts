// Amounts of resources, wherever they are.

import type { MutableObject } from '../model/json.ts';
import { resourceQuantity } from '../schema/quantity.ts';
import { part, put } from './field.ts';

/** The limits and requests of a container or a claim. */
export function fillResources(resources: MutableObject | undefined): void {
  for (const name of ['limits', 'requests']) roundAmounts(part(resources, name));
}

/** Amounts by the name of the resource: each is kept in thousandths. */
export function roundAmounts(amounts: MutableObject | undefined): void {
  if (amounts === undefined) return;
  for (const [name, amount] of Object.entries(amounts)) put(amounts, name, resourceQuantity(String(amount)));
}
