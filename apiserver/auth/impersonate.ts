// Acting as somebody else: what the headers of a request name, and what one needs the right to for it.
// Source: https://kubernetes.io/docs/reference/access-authn-authz/user-impersonation/

import { badRequest } from '../model/api-error.ts';
import { unescaped } from '../model/percent.ts';
import type { ApiRequest } from '../model/request.ts';
import { ANONYMOUS, AUTHENTICATED, accountGroups, UNAUTHENTICATED, type User } from '../model/user.ts';
import type { ResourceAttributes } from './attributes.ts';
import { quoteAll } from './rules.ts';

/** Who is to be acted as, as the headers say. */
export interface Impersonation {
  readonly user: User;
  /** What one must have the verb `impersonate` on. */
  readonly needs: readonly ResourceAttributes[];
}

const EXTRA = 'impersonate-extra-';
const AUTHENTICATION = 'authentication.k8s.io';

/** What the headers of a request ask for; undefined where they ask for nothing. Throws ApiError 400. */
export function impersonationOf({ headers }: ApiRequest): Impersonation | undefined {
  const name = headers['impersonate-user'] ?? '';
  const uid = headers['impersonate-uid'] ?? '';
  const groups = valuesOf(headers['impersonate-group']);
  const extra = Object.fromEntries(
    Object.entries(headers)
      .filter(([header]) => header.startsWith(EXTRA))
      .map(([header, value]) => [keyOf(header.slice(EXTRA.length)).toLowerCase(), valuesOf(value)]),
  );
  const asked: User = { name, uid, groups, extra };
  if (name === '') {
    if (uid === '' && groups.length === 0 && Object.keys(extra).length === 0) return undefined;
    throw badRequest(`requested ${inGo(asked)} without impersonating a user name`);
  }
  return { user: { ...asked, groups: fullGroups(name, groups) }, needs: needsOf(asked) };
}

// A key that cannot be read counts as it stands.
function keyOf(escaped: string): string {
  return unescaped(escaped) ?? escaped;
}

// Values of a repeated header arrive joined.
function valuesOf(header: string | undefined): readonly string[] {
  return header === undefined ? [] : header.split(', ');
}

function fullGroups(name: string, groups: readonly string[]): readonly string[] {
  const given = groups.length > 0 ? groups : (accountGroups(name) ?? []);
  if (given.includes(AUTHENTICATED) || given.includes(UNAUTHENTICATED)) return given;
  return [...given, name === ANONYMOUS.name ? UNAUTHENTICATED : AUTHENTICATED];
}

function needsOf({ name, uid, groups, extra }: User): readonly ResourceAttributes[] {
  const need = (group: string, resource: string, wanted: string): ResourceAttributes => ({
    verb: 'impersonate',
    namespace: '',
    group,
    version: 'v1',
    resource,
    subresource: '',
    name: wanted,
  });
  const [, , namespace = '', account = ''] = name.split(':');
  const who =
    accountGroups(name) === undefined
      ? need('', 'users', name)
      : { ...need('', 'serviceaccounts', account), namespace };
  return [
    who,
    ...groups.map((group) => need('', 'groups', group)),
    ...Object.entries(extra).flatMap(([key, values]) =>
      values.map((value) => ({ ...need(AUTHENTICATION, 'userextras', value), subresource: key })),
    ),
    ...(uid === '' ? [] : [need(AUTHENTICATION, 'uids', uid)]),
  ];
}

// The server shows what it read as Go does.
function inGo({ name, uid, groups, extra }: User): string {
  const list = (values: readonly string[]): string =>
    `[]string{${quoteAll(values).slice(1, -1).replaceAll('" "', '", "')}}`;
  const keys = Object.keys(extra).sort();
  const entries = keys.map((key) => `${JSON.stringify(key)}:${list(extra[key] ?? [])}`);
  const shownGroups = groups.length === 0 ? '[]string(nil)' : list(groups);
  const shownExtra = keys.length === 0 ? 'map[string][]string(nil)' : `map[string][]string{${entries.join(', ')}}`;
  return `&user.DefaultInfo{Name:${JSON.stringify(name)}, UID:${JSON.stringify(uid)}, Groups:${shownGroups}, Extra:${shownExtra}}`;
}
