// Certificates: an authority of one server's own, and what it serves with on this machine.
// Source: RFC 5280; the encoding is DER, ITU-T X.690.
//
// Only what these two need is written, with ECDSA on P-256 and SHA-256. Node reads certificates and does not write them;
// why no package does it here stands in docs/decisions/0003-embedded-api-server.md.

import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
  X509Certificate,
} from 'node:crypto';

/** A certificate and its private key, as PEM. */
export interface Certified {
  readonly certificate: string;
  readonly key: string;
}

const HOST = 'localhost';
const YEAR_MS = 365 * 24 * 3_600_000;
// Clocks differ.
const BEFORE_MS = 24 * 3_600_000;

/** A new authority, for ten years. */
export function newAuthority(nowMs: number): Certified {
  const { privateKey, publicKey } = newKeys();
  const commonName = 'opsonata embedded API server';
  const extensions = [
    extension('2.5.29.19', sequence(boolean(true), integer(Buffer.from([0])))),
    // Signs certificates.
    extension('2.5.29.15', bits(Buffer.from([0x04]), 2)),
  ];
  const facts = { subject: commonName, issuer: commonName, publicKey, signer: privateKey, extensions };
  return certify({ ...facts, issuerKey: publicKey, nowMs, lifetimeMs: 10 * YEAR_MS }, privateKey);
}

/** A new certificate for a server on the loopback interface, for a year. Clients ask for no more. */
export function newServing(authority: Certified, nowMs: number): Certified {
  const { privateKey, publicKey } = newKeys();
  const signer = createPrivateKey(authority.key);
  const names = sequence(
    tagged(0x82, Buffer.from(HOST)),
    tagged(0x87, Buffer.from([127, 0, 0, 1])),
    tagged(0x87, Buffer.from([...Array(15).fill(0), 1])),
  );
  const extensions = [
    extension('2.5.29.19', sequence()),
    // Signs what it says in handshakes.
    extension('2.5.29.15', bits(Buffer.from([0x80]), 7)),
    extension('2.5.29.37', sequence(identifier('1.3.6.1.5.5.7.3.1')), false),
    extension('2.5.29.17', names, false),
  ];
  const issuer = new X509Certificate(authority.certificate).subject.replace('CN=', '');
  const facts = { subject: HOST, issuer, publicKey, signer, issuerKey: createPublicKey(signer), extensions };
  return certify({ ...facts, nowMs, lifetimeMs: YEAR_MS }, privateKey);
}

interface CertificateFacts {
  readonly subject: string;
  readonly issuer: string;
  readonly publicKey: KeyObject;
  readonly signer: KeyObject;
  readonly issuerKey: KeyObject;
  readonly extensions: readonly Buffer[];
  readonly nowMs: number;
  readonly lifetimeMs: number;
}

const ECDSA_WITH_SHA256 = '1.2.840.10045.4.3.2';

function certify(facts: CertificateFacts, key: KeyObject): Certified {
  const { subject, issuer, publicKey, signer, issuerKey, nowMs, lifetimeMs } = facts;
  const algorithm = sequence(identifier(ECDSA_WITH_SHA256));
  const keys = [
    extension('2.5.29.14', tagged(0x04, keyIdentifier(publicKey)), false),
    extension('2.5.29.35', sequence(tagged(0x80, keyIdentifier(issuerKey))), false),
  ];
  const content = sequence(
    // Version 3.
    tagged(0xa0, integer(Buffer.from([2]))),
    // Positive, and as short as it can be: the first byte is neither negative nor zero.
    integer(Buffer.concat([Buffer.from([0x40]), randomBytes(15)])),
    algorithm,
    name(issuer),
    sequence(time(nowMs - BEFORE_MS), time(nowMs + lifetimeMs)),
    name(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(0xa3, sequence(...facts.extensions, ...keys)),
  );
  const certificate = sequence(content, algorithm, bits(sign('sha256', content, signer)));
  return {
    certificate: new X509Certificate(certificate).toString(),
    key: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

function newKeys(): { readonly privateKey: KeyObject; readonly publicKey: KeyObject } {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' });
}

// The hash of the key itself, which is the end of what is exported: a byte that tells its form, and two coordinates.
function keyIdentifier(key: KeyObject): Buffer {
  const point = key.export({ type: 'spki', format: 'der' }).subarray(-65);
  return createHash('sha1').update(point).digest();
}

function tagged(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag, ...lengthOf(content.length)]), content]);
}

function lengthOf(length: number): readonly number[] {
  if (length < 0x80) return [length];
  return length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return tagged(0x30, ...parts);
}

function integer(value: Buffer): Buffer {
  return tagged(0x02, value);
}

function boolean(value: boolean): Buffer {
  return tagged(0x01, Buffer.from([value ? 0xff : 0]));
}

function bits(value: Buffer, unused = 0): Buffer {
  return tagged(0x03, Buffer.from([unused]), value);
}

function extension(id: string, value: Buffer, isCritical = true): Buffer {
  const critical = isCritical ? [boolean(true)] : [];
  return sequence(identifier(id), ...critical, tagged(0x04, value));
}

function name(commonName: string): Buffer {
  return sequence(tagged(0x31, sequence(identifier('2.5.4.3'), tagged(0x0c, Buffer.from(commonName)))));
}

// The first two numbers share a byte; each other one is written in groups of seven bits.
function identifier(id: string): Buffer {
  const [first = 0, second = 0, ...rest] = id.split('.').map(Number);
  return tagged(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(inGroups)]));
}

function inGroups(value: number): readonly number[] {
  const groups = [value & 0x7f];
  for (let left = value >> 7; left > 0; left >>= 7) groups.unshift((left & 0x7f) | 0x80);
  return groups;
}

// With two digits of the year until 2049, as is prescribed.
function time(ms: number): Buffer {
  const text = `${new Date(ms).toISOString().replaceAll(/[-:T]|\.\d+/g, '')}`;
  const isShort = Number(text.slice(0, 4)) < 2050;
  return tagged(isShort ? 0x17 : 0x18, Buffer.from(isShort ? text.slice(2) : text));
}
