// What the query and the headers of a write say, whatever the write is.

import { invalidObject } from '../model/api-error.ts';
import { type FieldError, forbidden, invalid, notSupported, required, tooLong } from '../model/field-error.ts';
import { flagIn } from '../model/parameters.ts';
import type { ApiRequest } from '../model/request.ts';

/** What happens to fields that a kind does not have. */
export type FieldValidation = 'Strict' | 'Warn' | 'Ignore';

/** The options of a write. */
export interface WriteCall {
  /** Who writes: given, or the first word of the user agent. */
  readonly manager: string;
  readonly isDryRun: boolean;
  readonly fieldValidation: FieldValidation;
  readonly isForced: boolean;
}

/** The kinds of writes, as their options are called. */
export type OptionsKind = 'CreateOptions' | 'UpdateOptions' | 'PatchOptions';

const MAX_MANAGER = 128;
const VALIDATIONS: readonly string[] = ['Ignore', 'Strict', 'Warn'];

/** Reads the options of a write. Throws ApiError 422. */
export function parseWriteCall(request: ApiRequest, kind: OptionsKind, isApply = false): WriteCall {
  const { query, headers } = request;
  const given = query.get('fieldManager') ?? '';
  const dryRun = query.getAll('dryRun');
  const validation = query.get('fieldValidation') ?? '';
  const errors: FieldError[] = [];
  if (isApply && given === '') errors.push(required('fieldManager', 'is required for apply patch'));
  if (kind === 'PatchOptions' && !isApply && query.has('force'))
    errors.push(forbidden('force', 'may not be specified for non-apply patch'));
  if (given.length > MAX_MANAGER) errors.push(tooLong('fieldManager', MAX_MANAGER));
  errors.push(...unprintable(given));
  if (dryRun.some((value) => value !== 'All')) errors.push(notSupported('dryRun', dryRun, ['All']));
  if (validation !== '' && !VALIDATIONS.includes(validation))
    errors.push(notSupported('fieldValidation', validation, ['', ...VALIDATIONS]));
  if (errors.length > 0) throw invalidObject({ group: 'meta.k8s.io', kind }, '', errors);
  return {
    manager: given === '' ? prefixOf(headers['user-agent']) : given,
    isDryRun: dryRun.length > 0,
    fieldValidation: validation === '' ? 'Warn' : (validation as FieldValidation),
    isForced: flagIn(query, 'force') === true,
  };
}

function unprintable(manager: string): readonly FieldError[] {
  return [...manager.matchAll(/[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu)].map(({ 0: sign, index }) => {
    const code = (sign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    return invalid('fieldManager', manager, `invalid character U+${code} (at position ${index})`);
  });
}

function prefixOf(userAgent: string | undefined): string {
  return (userAgent ?? '').split('/')[0]?.slice(0, MAX_MANAGER) ?? '';
}
