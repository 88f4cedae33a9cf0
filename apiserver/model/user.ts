// Who a request comes from.

/** A user, as the server knows it. */
export interface User {
  readonly name: string;
  /** Empty where there is none. */
  readonly uid: string;
  readonly groups: readonly string[];
  readonly extra: { readonly [key: string]: readonly string[] };
}

/** The group of those who may do everything. */
export const MASTERS = 'system:masters';
/** The group of all who have proven who they are. */
export const AUTHENTICATED = 'system:authenticated';
/** The group of all who have not. */
export const UNAUTHENTICATED = 'system:unauthenticated';

/** Who a request comes from that says nothing of it. */
export const ANONYMOUS: User = { name: 'system:anonymous', uid: '', groups: [UNAUTHENTICATED], extra: {} };

const ACCOUNT = 'system:serviceaccount:';

/** The name of a service account as a user. */
export function accountUserName(namespace: string, name: string): string {
  return `${ACCOUNT}${namespace}:${name}`;
}

/** The groups of a service account by its name as a user; undefined for what is none. */
export function accountGroups(userName: string): readonly string[] | undefined {
  const parts = userName.startsWith(ACCOUNT) ? userName.slice(ACCOUNT.length).split(':') : [];
  const [namespace = '', name = ''] = parts;
  if (parts.length !== 2 || namespace === '' || name === '') return undefined;
  return ['system:serviceaccounts', `system:serviceaccounts:${namespace}`];
}
