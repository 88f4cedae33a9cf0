// Who may come in, and what is answered about it: authentication, impersonation and authorization of requests.
//
// Promises: every request is somebody's; a request that its user may not make is refused before anything else of it is
// looked at, with the words of the API server.

import type { Ledger } from '../ledger.ts';
import { forbiddenPath, forbiddenRequest, forbiddenResource, unauthorized } from '../model/api-error.ts';
import type { ApiObject } from '../model/api-object.ts';
import type { ApiRequest } from '../model/request.ts';
import { ANONYMOUS, type User } from '../model/user.ts';
import { type Attributes, attributesOf, type ResourceAttributes } from './attributes.ts';
import { type Decision, decide, rulesFor } from './authorize.ts';
import { checkEscalation, type Writing } from './escalation.ts';
import { impersonationOf } from './impersonate.ts';
import { answerReview, type Question } from './reviews.ts';
import { answerTokenRequest, type TokenAsking } from './token-request.ts';
import { ISSUER, type StaticToken, type TokenDeps, Tokens } from './tokens.ts';

/** What access needs of the world. */
export interface AccessDeps extends TokenDeps {
  readonly ledger: Ledger;
  readonly staticTokens: readonly StaticToken[];
  /** With what tokens of service accounts are signed: a private key on the curve P-256, as PEM. */
  readonly signingKey: string;
}

/** What came of a request at the door. */
export interface Admission {
  /** Whose it is. */
  readonly sender: User;
  /** As whom he acts; undefined for himself. */
  readonly impersonated: User | undefined;
  readonly decision: Decision;
}

/** Lets requests in, or not. */
export class Access {
  readonly #deps: AccessDeps;
  readonly #tokens: Tokens;
  // Who has impersonated by the verb `impersonate`: he is told of that verb when he may not.
  readonly #impersonators = new Set<string>();

  constructor(deps: AccessDeps) {
    this.#deps = deps;
    this.#tokens = new Tokens(deps, deps.staticTokens, deps.signingKey);
  }

  /**
   * Who a request comes from, after he was found to be allowed to make it. `note` is called before it is refused, too.
   * Throws ApiError 400, 401, 403 and 501.
   */
  admit(request: ApiRequest, note: (admission: Admission) => void = () => undefined): User {
    const sender = this.#senderOf(request);
    const wanted = attributesOf(request);
    const impersonated = this.#impersonated(request, sender, wanted);
    const user = impersonated ?? sender;
    const decision = decide(this.#deps.store, user, wanted);
    note({ sender, impersonated, decision });
    if (!decision.isAllowed) throw refusal(user, wanted, decision.reason);
    return user;
  }

  /** The answer to an object that is a question; undefined for every other one. Throws ApiError. */
  answer(question: Question): ApiObject | undefined {
    return answerReview({ ...this.#deps, tokens: this.#tokens }, question);
  }

  /** A TokenRequest with its token. Throws ApiError. */
  issueToken(asking: TokenAsking): ApiObject {
    return answerTokenRequest({ ...this.#deps, tokens: this.#tokens }, asking);
  }

  /** Throws ApiError 403 where a write gives away rights that the user does not have. */
  checkWrite(writing: Writing): void {
    checkEscalation(this.#deps.store, writing);
  }

  #senderOf({ headers }: ApiRequest): User {
    const header = (headers['authorization'] ?? '').trim();
    if (header === '') return ANONYMOUS;
    const [scheme = '', token = ''] = header.split(' ');
    if (scheme.toLowerCase() !== 'bearer' || token === '') return ANONYMOUS;
    const verified = this.#tokens.verify(token);
    if (verified === undefined || !verified.audiences.includes(ISSUER)) throw unauthorized();
    return verified.user;
  }

  #impersonated(request: ApiRequest, sender: User, wanted: Attributes): User | undefined {
    const asked = impersonationOf(request);
    if (asked === undefined) return undefined;
    for (const need of asked.needs) {
      const decision = decide(this.#deps.store, sender, { kind: 'resource', ...need });
      if (!decision.isAllowed) throw this.#noImpersonation(sender, { need, wanted }, decision.reason);
      this.#impersonators.add(sender.name);
    }
    return asked.user;
  }

  #noImpersonation(
    sender: User,
    { need, wanted }: { readonly need: ResourceAttributes; readonly wanted: Attributes },
    reason: string,
  ): Error {
    const namespace = wanted.kind === 'resource' ? wanted.namespace : '';
    const held = rulesFor(this.#deps.store, sender, namespace).rules;
    if (held.some(({ verbs }) => verbs.some((verb) => verb.startsWith('impersonate:'))))
      return this.#deps.ledger.refuse('impersonation');
    if (this.#impersonators.has(sender.name)) return refusal(sender, { kind: 'resource', ...need }, reason);
    return refusal(sender, { ...wanted, verb: `impersonate-on:${modeOf(need)}:${wanted.verb}` }, reason);
  }
}

function modeOf({ resource, name }: ResourceAttributes): string {
  if (resource === 'serviceaccounts') return 'serviceaccount';
  return name.startsWith('system:node:') ? 'arbitrary-node' : 'user-info';
}

function refusal(user: User, wanted: Attributes, reason: string): Error {
  const who = `User ${safely(user.name)} cannot ${safely(wanted.verb).slice(1, -1)}`;
  const because = reason === '' ? '' : `: ${reason}`;
  if (wanted.kind === 'path') return forbiddenPath(`${who} path ${safely(wanted.path)}${because}`);
  const { group, resource, subresource, namespace, name } = wanted;
  const part = subresource === '' ? resource : `${resource}/${subresource}`;
  const where = namespace === '' ? 'at the cluster scope' : `in the namespace ${safely(namespace)}`;
  const why = `${who} resource ${safely(part)} in API group ${safely(group)} ${where}${because}`;
  return name === '' ? forbiddenResource({ group, resource }, why) : forbiddenRequest({ group, resource }, name, why);
}

// Quoted, and harmless in a page.
function safely(text: string): string {
  return JSON.stringify(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
