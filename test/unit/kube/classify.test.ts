import { describe, expect, test } from 'vitest';
import { classify, isTooLargeVersion } from '../../../engine/kube/classify.ts';
import { pathOf } from '../../../engine/kube/discovery.ts';

const answer = (status: number, message: string, details: object = {}) =>
  classify({ status, body: { kind: 'Status', message, details: details as never } });

describe('answers of the API server', () => {
  test.each([
    [
      500,
      '.spec.template.spec.containers[name="c"].imgae: field not declared in schema',
      {},
      'SchemaMismatch',
      'never',
    ],
    [400, 'strict decoding error: unknown field "spec.replcas"', {}, 'SchemaMismatch', 'never'],
    [500, 'Internal error occurred: failed calling webhook "x": timeout', {}, 'AdmissionFailed', 'backoff'],
    [500, 'etcdserver: request timed out', {}, 'ApiError', 'backoff'],
    [503, 'the server is currently unable to handle the request', {}, 'ApiUnavailable', 'backoff'],
    [
      422,
      'Service "a" is invalid: spec.clusterIPs[0]: Invalid value: may not change once set',
      {},
      'ImmutableField',
      'never',
    ],
    [422, 'Deployment "a" is invalid: spec.selector: Invalid value: field is immutable', {}, 'ImmutableField', 'never'],
    [
      422,
      'StatefulSet "a" is invalid: spec: Forbidden: updates to statefulset spec for fields other than replicas are forbidden',
      {},
      'ImmutableField',
      'never',
    ],
    [
      422,
      'Pod "a" is invalid: spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`',
      {},
      'ImmutableField',
      'never',
    ],
    [422, 'spec.replicas: Invalid value: -1', {}, 'Invalid', 'never'],
    [403, 'exceeded quota: q', { name: 'a' }, 'QuotaExceeded', 'backoff'],
    [403, 'forbidden', { name: 'a', causes: [{ reason: 'NamespaceTerminating' }] }, 'NamespaceTerminating', 'backoff'],
    [403, 'User "x" cannot patch resource', { name: 'a' }, 'Forbidden', 'never'],
    [404, 'not found', { name: 'a' }, 'NotFound', 'now'],
    [404, 'the server could not find the requested resource', {}, 'KindNotFound', 'backoff'],
    [409, 'the object has been modified', { name: 'a' }, 'Conflict', 'now'],
    [
      409,
      'Apply failed',
      { causes: [{ reason: 'FieldManagerConflict', message: 'conflict with "x"', field: '.a' }] },
      'FieldConflict',
      'never',
    ],
    [410, 'too old resource version', {}, 'Expired', 'now'],
    [429, 'slow down', { retryAfterSeconds: 3 }, 'ApiThrottled', 'backoff'],
    [401, 'Unauthorized', {}, 'Unauthorized', 'backoff'],
  ])('%i "%s" %j is %s, retry %s', (status, message, details, code, retry) => {
    expect(answer(status, message, details)).toMatchObject({ code, retry, status });
  });

  test('keep the pause that was asked for', () => {
    expect(answer(429, 'slow down', { retryAfterSeconds: 3 }).retryAfterMs).toBe(3_000);
    expect(classify({ status: 429, body: 'slow', retryAfterMs: 500 })).toMatchObject({
      retryAfterMs: 500,
      message: 'slow',
    });
  });

  test('tell a version from the future', () => {
    expect(
      isTooLargeVersion(
        answer(504, 'Too large resource version: 9, current: 5', { causes: [{ reason: 'ResourceVersionTooLarge' }] }),
      ),
    ).toBe(true);
    expect(isTooLargeVersion(answer(504, 'timeout'))).toBe(false);
  });
});

describe('paths', () => {
  const web = { apiVersion: 'example.com/v1', kind: 'Web', plural: 'webs', namespaced: true, subresources: [] };

  test('are those of the API', () => {
    expect(pathOf(web)).toBe('/apis/example.com/v1/webs');
    expect(pathOf(web, { namespace: 'n', name: 'a', subresource: 'status' })).toBe(
      '/apis/example.com/v1/namespaces/n/webs/a/status',
    );
    expect(
      pathOf({ ...web, apiVersion: 'v1', plural: 'nodes', namespaced: false }, { namespace: 'n', name: 'a/b' }),
    ).toBe('/api/v1/nodes/a%2Fb');
  });
});
