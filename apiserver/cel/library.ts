// The functions that rules can call.
// Source: https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-cel-libraries

import { registerFormats } from './formats.ts';
import { registerNetworks } from './networks.ts';
import { registerNumbers } from './numbers.ts';
import { registerConversions } from './run/conversions.ts';
import { Functions } from './run/functions.ts';
import { registerLists } from './run/lists.ts';
import { registerTexts } from './texts.ts';

/** All functions but those of the language's signs. */
export const LIBRARY: Functions = newLibrary();

function newLibrary(): Functions {
  const functions = new Functions();
  registerConversions(functions);
  registerTexts(functions);
  registerLists(functions);
  registerNumbers(functions);
  registerNetworks(functions);
  registerFormats(functions);
  return functions;
}
