// What a server is known by: the token of its administrator, and the key with which it signs tokens.

import { generateKeyPairSync, randomBytes } from 'node:crypto';

/** What a server is known by. Secret. */
export interface Identity {
  readonly administratorToken: string;
  /** A private key on the curve P-256, as PEM. */
  readonly signingKey: string;
}

/** A new one. */
export function newIdentity(): Identity {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    administratorToken: randomBytes(16).toString('hex'),
    signingKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}
