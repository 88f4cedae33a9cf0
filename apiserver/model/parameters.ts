// The values of parameters, as Kubernetes reads them from a query.
// Source: https://pkg.go.dev/k8s.io/apimachinery/pkg/runtime#Convert_Slice_string_To_bool

import { badRequest } from './api-error.ts';

const MAX = 2n ** 63n;

/** Whether a parameter is set; undefined where it is not there. All but two words mean that it is. */
export function flagIn(query: URLSearchParams, name: string): boolean | undefined {
  const value = query.get(name);
  return value === null ? undefined : !['false', '0'].includes(value.toLowerCase());
}

/** The number in a parameter; undefined where it is not there. Throws ApiError 400. */
export function integerIn(query: URLSearchParams, name: string): number | undefined {
  const value = query.get(name);
  if (value === null) return undefined;
  const refuse = (why: string): Error => badRequest(`strconv.ParseInt: parsing ${JSON.stringify(value)}: ${why}`);
  if (!/^[+-]?\d+$/.test(value)) throw refuse('invalid syntax');
  const number = BigInt(value.replace(/^\+/, ''));
  if (number >= MAX || number < -MAX) throw refuse('value out of range');
  return Number(number);
}
