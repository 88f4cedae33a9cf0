// Checks of single values that many kinds share.

import { type FieldError, forbidden, invalid, notSupported, required } from '../model/field-error.ts';
import { isObject, type Json, type JsonObject, listIn, objectIn, textIn } from '../model/json.ts';
import { parseIp } from '../schema/ip.ts';
import { compareQuantities } from '../schema/quantity.ts';
import { checkLabels } from './metadata.ts';
import { checkLabelValue, checkPercent, checkPortName, checkQualifiedName } from './names.ts';

/** What is wrong with numbers of an object that may not be negative. */
export function checkNotNegative(object: JsonObject, names: readonly string[], path: string): readonly FieldError[] {
  return names.flatMap((name) => {
    const value = object[name];
    const isNegative = typeof value === 'number' && value < 0;
    return isNegative ? [invalid(`${path}.${name}`, value, 'must be greater than or equal to 0')] : [];
  });
}

/** What is wrong with a count that may be a part of all. */
export function checkCountOrPercent(value: Json | undefined, path: string): readonly FieldError[] {
  if (typeof value === 'string') return checkPercent(value).map((why) => invalid(path, value, why));
  const isNegative = typeof value === 'number' && value < 0;
  return isNegative ? [invalid(path, value, 'must be greater than or equal to 0')] : [];
}

/** What is wrong with a part that is more than all. */
export function checkAtMostAll(value: Json | undefined, path: string): readonly FieldError[] {
  const isMore = typeof value === 'string' && /^\d+%$/.test(value) && Number.parseInt(value, 10) > 100;
  return isMore ? [invalid(path, value, 'must not be greater than 100%')] : [];
}

/** The number in a count or a part; 0 where there is none. */
export function numberIn(value: Json | undefined): number {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^\d+%$/.test(value) ? Number.parseInt(value, 10) : 0;
}

/** What is wrong with a value that must be one of a few; where it is absent, nothing. */
export function checkOneOf(value: Json | undefined, allowed: readonly string[], path: string): readonly FieldError[] {
  return value === undefined || allowed.includes(value as string) ? [] : [notSupported(path, value, allowed)];
}

/** The same, for a value that must be there. */
export function checkNeededOneOf(value: string, allowed: readonly string[], path: string): readonly FieldError[] {
  return value === '' ? [required(path)] : checkOneOf(value, allowed, path);
}

/** What is wrong with the number of a port. */
export function checkPortNumber(number: Json, path: string): readonly FieldError[] {
  const isPort = typeof number === 'number' && number >= 1 && number <= 65_535;
  return isPort ? [] : [invalid(path, number, 'must be between 1 and 65535, inclusive')];
}

/** What is wrong with the number or the name of a port. */
export function checkPort(port: Json, path: string): readonly FieldError[] {
  if (typeof port !== 'string') return checkPortNumber(port, path);
  return checkPortName(port).map((why) => invalid(path, port, why));
}

/** What is wrong with the protocol of a port. */
export function checkProtocol(protocol: Json | undefined, path: string): readonly FieldError[] {
  return checkNeededOneOf(String(protocol ?? ''), ['SCTP', 'TCP', 'UDP'], path);
}

/** What is wrong with an address of the internet. */
export function checkAddress(text: string, path: string): readonly FieldError[] {
  const isAddress = parseIp(text, { allowsZeros: true }) !== undefined;
  return isAddress ? [] : [invalid(path, text, 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)')];
}

/** What is wrong with a quantity that may not be negative. */
export function checkQuantity(value: Json | undefined, path: string): readonly FieldError[] {
  const isNegative = typeof value === 'string' && compareQuantities(value, '0') < 0;
  return isNegative ? [invalid(path, value, 'must be greater than or equal to 0')] : [];
}

/** Each name that was there before, with the place where it is again. */
export function checkRepeated(names: readonly string[]): readonly { readonly at: number; readonly name: string }[] {
  return names.flatMap((name, at) => (name !== '' && names.indexOf(name) < at ? [{ at, name }] : []));
}

const WITH_VALUES: readonly string[] = ['In', 'NotIn'];
const WITHOUT_VALUES: readonly string[] = ['Exists', 'DoesNotExist'];

/** What is wrong with a selector of labels. */
export function checkLabelSelector(selector: Json | undefined, path: string): readonly FieldError[] {
  if (!isObject(selector)) return [];
  return [
    ...checkLabels(objectIn(selector, 'matchLabels'), `${path}.matchLabels`),
    ...listIn(selector, 'matchExpressions').flatMap((one, at) =>
      checkExpression(one, `${path}.matchExpressions[${at}]`),
    ),
  ];
}

function checkExpression(expression: Json, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const operator = textIn(expression, 'operator');
  const values = listIn(expression, 'values');
  if (WITH_VALUES.includes(operator)) {
    if (values.length === 0)
      errors.push(required(`${path}.values`, "must be specified when `operator` is 'In' or 'NotIn'"));
  } else if (WITHOUT_VALUES.includes(operator)) {
    if (values.length > 0)
      errors.push(forbidden(`${path}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
  } else errors.push(invalid(`${path}.operator`, operator, 'not a valid selector operator'));
  const key = textIn(expression, 'key');
  errors.push(...checkQualifiedName(key).map((why) => invalid(`${path}.key`, key, why)));
  for (const [at, value] of values.entries())
    errors.push(...checkLabelValue(String(value)).map((why) => invalid(`${path}.values[${at}]`, value, why)));
  return errors;
}
