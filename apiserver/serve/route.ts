// Where a path of the API leads.

import { badRequest, methodNotAllowed } from '../model/api-error.ts';
import { unescaped } from '../model/percent.ts';
import type { ApiRequest } from '../model/request.ts';

/** What a path names. Empty texts for what it does not. */
export interface ResourcePath {
  readonly group: string;
  readonly version: string;
  readonly namespace: string;
  readonly plural: string;
  readonly name: string;
  readonly subresource: string;
}

/** Reads the path of a resource, of its objects or of one of them; undefined for every other path. */
export function parseResourcePath(path: string): ResourcePath | undefined {
  const parts = path.split('/').filter((part) => part !== '');
  const names = parts.map(unescaped).filter((name) => name !== undefined);
  if (names.length < parts.length) return undefined;
  const [root, ...rest] = names;
  if (root === 'api') return toPath('', rest);
  if (root === 'apis') return toPath(rest[0] ?? '', rest.slice(1));
  return undefined;
}

function toPath(group: string, [version = '', ...parts]: readonly string[]): ResourcePath | undefined {
  const isWithin = parts[0] === 'namespaces' && parts.length > 2 && !['status', 'finalize'].includes(parts[2] ?? '');
  const namespace = isWithin ? (parts[1] ?? '') : '';
  const [plural = '', name = '', subresource = '', ...more] = isWithin ? parts.slice(2) : parts;
  if (plural === '' || more.length > 0) return undefined;
  return { group, version, namespace, plural, name, subresource };
}

/** A request with an old path of a watch as the request that it stands for; every other one as it is. Throws ApiError. */
export function withoutOldWatch(request: ApiRequest): ApiRequest {
  const [, root, rest] = /^(\/api\/[^/]+|\/apis\/[^/]+\/[^/]+)\/watch(\/.+)$/.exec(request.path) ?? [];
  if (root === undefined || rest === undefined) return request;
  if (request.method !== 'GET') throw methodNotAllowed();
  const path = root + rest;
  const query = new URLSearchParams(request.query);
  query.set('watch', 'true');
  const name = parseResourcePath(path)?.name ?? '';
  if (name === '') return { ...request, path, query };
  const own = `metadata.name=${name}`;
  const fields = query.get('fieldSelector') ?? own;
  if (fields !== own) throw badRequest("fieldSelector metadata.name doesn't match requested name");
  query.set('fieldSelector', own);
  return { ...request, path: path.slice(0, path.lastIndexOf('/')), query };
}
