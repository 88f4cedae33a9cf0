// Bearer tokens: those that are given at the start, and those of service accounts, which are signed and run out.
// Source: https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/

import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { type ApiObject, nameOf, namespaceOf, uidOf } from '../model/api-object.ts';
import { getIn, isObject, type Json, type JsonObject, listIn, objectIn, textIn } from '../model/json.ts';
import { AUTHENTICATED, accountGroups, accountUserName, type User } from '../model/user.ts';
import type { Roles } from './authorize.ts';

/** A token that is given at the start, and whose it is. */
export interface StaticToken {
  readonly token: string;
  readonly name: string;
  readonly uid?: string;
  readonly groups?: readonly string[];
  readonly extra?: { readonly [key: string]: readonly string[] };
}

/** What tokens need of the world. */
export interface TokenDeps {
  readonly store: Roles;
  nowMs(): number;
  newUid(): string;
}

/** A token of a service account that is asked for. */
export interface AccountToken {
  readonly account: ApiObject;
  readonly audiences: readonly string[];
  readonly lifetimeSeconds: number;
  /** The object with which the token ends; undefined for none. */
  readonly bound: ApiObject | undefined;
}

/** Whose a token is, and for whom it is meant. */
export interface Verified {
  readonly user: User;
  readonly audiences: readonly string[];
}

/** Who signs tokens, and for whom they are when nobody says otherwise. */
export const ISSUER = 'https://kubernetes.default.svc';

const ACCOUNTS = '/serviceaccounts';
const CLAIM = 'kubernetes.io';
/** The kinds of objects that a token can be bound to, and where they are. */
export const BOUND_COLLECTIONS: { readonly [kind: string]: string | undefined } = {
  Pod: '/pods',
  Secret: '/secrets',
};

/** Issues tokens, and says whose they are. */
export class Tokens {
  readonly #deps: TokenDeps;
  readonly #known: ReadonlyMap<string, User>;
  readonly #signingKey: string;
  #keys: { readonly publicKey: KeyObject; readonly privateKey: KeyObject } | undefined;

  /** `signingKey` is a private key on the curve P-256, as PEM. */
  constructor(deps: TokenDeps, known: readonly StaticToken[], signingKey: string) {
    this.#deps = deps;
    this.#known = new Map(known.map((one) => [one.token, toUser(one)]));
    this.#signingKey = signingKey;
  }

  /** A new token. */
  issue({ account, audiences, lifetimeSeconds, bound }: AccountToken): string {
    const now = Math.floor(this.#deps.nowMs() / 1000);
    const claims: JsonObject = {
      aud: audiences,
      exp: now + lifetimeSeconds,
      iat: now,
      iss: ISSUER,
      jti: this.#deps.newUid(),
      [CLAIM]: {
        namespace: namespaceOf(account),
        serviceaccount: { name: nameOf(account), uid: uidOf(account) },
        ...(bound === undefined ? {} : { [bound.kind.toLowerCase()]: { name: nameOf(bound), uid: uidOf(bound) } }),
      },
      nbf: now,
      sub: accountUserName(namespaceOf(account), nameOf(account)),
    };
    const { publicKey, privateKey } = this.#keyPair();
    const kid = createHash('sha256')
      .update(publicKey.export({ type: 'spki', format: 'der' }))
      .digest('base64url');
    const head = [{ alg: 'ES256', kid }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'));
    const signature = sign('sha256', Buffer.from(head.join('.')), { key: privateKey, dsaEncoding: 'ieee-p1363' });
    return [...head, signature.toString('base64url')].join('.');
  }

  /** Whose a token is; undefined for one that is not known, has run out, or whose account is gone. */
  verify(token: string): Verified | undefined {
    const known = this.#known.get(token);
    if (known !== undefined) return { user: known, audiences: [ISSUER] };
    const claims = this.#claimsOf(token);
    if (claims === undefined || Number(claims['exp']) * 1000 <= this.#deps.nowMs()) return undefined;
    const user = this.#accountOf(claims);
    if (user === undefined) return undefined;
    return { user, audiences: listIn(claims, 'aud').filter((one): one is string => typeof one === 'string') };
  }

  #claimsOf(token: string): JsonObject | undefined {
    const [head = '', body = '', signature = '', ...more] = token.split('.');
    if (signature === '' || more.length > 0) return undefined;
    const key = { key: this.#keyPair().publicKey, dsaEncoding: 'ieee-p1363' } as const;
    if (!verify('sha256', Buffer.from(`${head}.${body}`), key, Buffer.from(signature, 'base64url'))) return undefined;
    const claims = JSON.parse(Buffer.from(body, 'base64url').toString('utf8')) as Json;
    return isObject(claims) ? claims : undefined;
  }

  // The account must be the very one that the token was made for, and so must what the token is bound to.
  #accountOf(claims: JsonObject): User | undefined {
    const namespace = textIn(claims, CLAIM, 'namespace');
    const name = textIn(claims, CLAIM, 'serviceaccount', 'name');
    const uid = textIn(claims, CLAIM, 'serviceaccount', 'uid');
    if (!this.#isThere(ACCOUNTS, namespace, { name, uid })) return undefined;
    for (const [kind, collection = ''] of Object.entries(BOUND_COLLECTIONS)) {
      const bound = getIn(claims, CLAIM, kind.toLowerCase());
      const wanted = { name: textIn(bound, 'name'), uid: textIn(bound, 'uid') };
      if (bound !== undefined && !this.#isThere(collection, namespace, wanted)) return undefined;
    }
    const userName = accountUserName(namespace, name);
    const pod = objectIn(claims, CLAIM, 'pod');
    const placed = { 'pod-name': textIn(pod, 'name'), 'pod-uid': textIn(pod, 'uid') };
    const known = { 'credential-id': `JTI=${textIn(claims, 'jti')}`, ...placed };
    const extra = Object.entries(known).filter(([, value]) => value !== '');
    return {
      name: userName,
      uid,
      groups: [...(accountGroups(userName) ?? []), AUTHENTICATED],
      extra: Object.fromEntries(extra.map(([key, value]) => [`authentication.kubernetes.io/${key}`, [value]])),
    };
  }

  #isThere(collection: string, namespace: string, wanted: { readonly name: string; readonly uid: string }): boolean {
    const found = this.#deps.store.get(collection, { namespace, name: wanted.name });
    return found !== undefined && uidOf(found) === wanted.uid;
  }

  // Read when it is first needed: most servers never sign anything.
  #keyPair(): { readonly publicKey: KeyObject; readonly privateKey: KeyObject } {
    if (this.#keys === undefined) {
      const privateKey = createPrivateKey(this.#signingKey);
      this.#keys = { privateKey, publicKey: createPublicKey(privateKey) };
    }
    return this.#keys;
  }
}

/** The user that a token stands for. */
export function toUser({ name, uid = '', groups = [], extra = {} }: StaticToken): User {
  return { name, uid, groups: groups.includes(AUTHENTICATED) ? groups : [...groups, AUTHENTICATED], extra };
}
