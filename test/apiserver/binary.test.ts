// What is in protobuf and no client can be asked about: bodies that are none, and the OpenAPI v2 document.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type JsonObject, listIn, objectIn } from '../../apiserver/model/json.ts';
import { type ApiAnswer, PROTOBUF } from '../../apiserver/model/request.ts';
import { inEnvelope } from '../../apiserver/schema/protobuf-encoder.ts';
import { bytesOf, readMessage, stringOf } from '../../apiserver/schema/protobuf-reader.ts';
import { type ApiServer, startApiServer } from '../../apiserver/server.ts';
import { toProtobuf } from './content.ts';

describe('protobuf on the embedded API server', () => {
  let server: ApiServer;

  beforeAll(async () => {
    server = await startApiServer();
  });

  afterAll(async () => {
    await server.stop();
  });

  const send = (bytes: Uint8Array, path = '/api/v1/namespaces/default/configmaps'): ApiAnswer =>
    server.handle({
      method: 'POST',
      path,
      query: new URLSearchParams(),
      headers: { 'content-type': PROTOBUF },
      body: Buffer.from(bytes).toString('latin1'),
    });
  const get = (path: string, accept: string): ApiAnswer =>
    server.handle({ method: 'GET', path, query: new URLSearchParams(), headers: { accept }, body: '' });
  const refused = (answer: ApiAnswer): readonly [number, string] => [
    answer.status,
    answer.kind === 'json' ? String((answer.body as JsonObject)['message']) : '',
  ];

  const CONFIG_MAP = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'whole' }, data: { a: 'ü' } };
  const enveloped = (apiVersion: string, kind: string): Uint8Array => inEnvelope({ apiVersion, kind }, []);

  test('reads a body that is whole', () => {
    const { status, body } = send(toProtobuf(CONFIG_MAP)) as ApiAnswer & { readonly kind: 'json' };
    expect(status).toBe(201);
    expect(objectIn(body, 'data')).toEqual({ a: 'ü' });
  });

  test('refuses a body without an envelope', () => {
    const why = 'provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]';
    expect(refused(send(Buffer.from('{}')))).toEqual([400, why]);
  });

  test('refuses a body that was cut off, wherever', () => {
    const whole = toProtobuf({ ...CONFIG_MAP, metadata: { name: 'cut' } });
    const lengths = Array.from({ length: whole.length - 1 }, (_, at) => at + 1);
    const others = lengths.filter((length) => send(whole.subarray(0, length)).status !== 400);
    // One is whole by chance: its envelope ends before the object, which then has no name.
    expect(others).toHaveLength(1);
    expect(send(whole.subarray(0, others[0])).status).toBe(422);
  });

  test('refuses a kind that is not known', () => {
    const why = 'no kind "Nothing" is registered for version "v1"';
    expect(refused(send(enveloped('v1', 'Nothing')))).toEqual([400, why]);
  });

  test('does not emulate definitions in protobuf, and counts it', () => {
    const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
    expect(send(enveloped('apiextensions.k8s.io/v1', 'CustomResourceDefinition'), path).status).toBe(501);
    expect(get(path, PROTOBUF).status).toBe(501);
    expect(get(path, `${PROTOBUF}, */*`).status).toBe(200);
    expect(server.refusals()).toEqual([
      { what: 'CustomResourceDefinition of apiextensions.k8s.io/v1 in protobuf', count: 1 },
      { what: 'definitions in protobuf', count: 1 },
    ]);
  });

  test('gives the OpenAPI v2 document in both forms alike', () => {
    const plain = get('/openapi/v2', 'application/json') as ApiAnswer & { readonly kind: 'json' };
    const binary = get('/openapi/v2', 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf');
    if (binary.kind !== 'text' || typeof binary.body === 'string') throw new Error('the document is no protobuf');
    const definitions = objectIn(plain.body, 'definitions');
    const read = readMessage(bytesOf(readMessage(binary.body), 9) as Uint8Array).get(1) ?? [];
    const named = new Map(
      read.map((bytes) => {
        const entry = readMessage(bytes as Uint8Array);
        return [stringOf(entry, 1), readMessage(bytesOf(entry, 2) as Uint8Array)];
      }),
    );
    expect([...named.keys()]).toEqual(Object.keys(definitions));
    expect(named.size).toBeGreaterThan(100);
    for (const [name, schema] of Object.entries(definitions)) {
      const required = (named.get(name)?.get(19) ?? []).map((value) => Buffer.from(value as Uint8Array).toString());
      expect(required, name).toEqual(listIn(schema, 'required'));
    }
  });
});
