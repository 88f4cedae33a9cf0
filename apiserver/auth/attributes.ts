// What a request is about, in the words of authorization: a verb on a resource, or on a path.
// Source: https://kubernetes.io/docs/reference/access-authn-authz/authorization/#determine-the-request-verb

import { flagIn } from '../model/parameters.ts';
import { unescaped } from '../model/percent.ts';
import type { ApiRequest } from '../model/request.ts';

/** A verb on a resource. Empty texts for what a request does not name. */
export interface ResourceAttributes {
  readonly verb: string;
  readonly namespace: string;
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly subresource: string;
  readonly name: string;
}

/** What is asked for: a verb on a resource, or on a path that is none. */
export type Attributes =
  | ({ readonly kind: 'resource' } & ResourceAttributes)
  | { readonly kind: 'path'; readonly verb: string; readonly path: string };

const NAMESPACE_PARTS: readonly string[] = ['status', 'finalize'];

/** What a request is about. */
export function attributesOf(request: ApiRequest): Attributes {
  const { path, method } = request;
  const [root, ...rest] = path
    .split('/')
    .filter((part) => part !== '')
    .map((part) => unescaped(part) ?? part);
  const isCore = root === 'api';
  const minimum = isCore ? 2 : 3;
  if ((!isCore && root !== 'apis') || rest.length < minimum) return { kind: 'path', verb: method.toLowerCase(), path };
  const group = isCore ? '' : (rest[0] ?? '');
  const [version = '', ...place] = isCore ? rest : rest.slice(1);
  const named = placeOf(place);
  const name = named.name === '' ? selectedName(request) : named.name;
  return { kind: 'resource', verb: verbOf(request, named.name !== ''), group, version, ...named, name };
}

type Place = Pick<ResourceAttributes, 'namespace' | 'resource' | 'subresource' | 'name'>;

function placeOf(parts: readonly string[]): Place {
  const [first, namespace = '', third = ''] = parts;
  if (first !== 'namespaces' || parts.length < 3)
    return { ...namesOf(parts), namespace: first === 'namespaces' ? namespace : '' };
  // The parts of a namespace itself are not resources in it.
  if (NAMESPACE_PARTS.includes(third)) return { ...namesOf(parts), namespace };
  return { ...namesOf(parts.slice(2)), namespace };
}

function namesOf([resource = '', name = '', subresource = '']: readonly string[]): Omit<Place, 'namespace'> {
  return { resource, name, subresource };
}

function verbOf({ method, query }: ApiRequest, hasName: boolean): string {
  switch (method) {
    case 'POST':
      return 'create';
    case 'PUT':
      return 'update';
    case 'PATCH':
      return 'patch';
    case 'DELETE':
      return hasName ? 'delete' : 'deletecollection';
    default:
      if (hasName) return 'get';
      return flagIn(query, 'watch') === true ? 'watch' : 'list';
  }
}

// A list of the one object of a name is about that name.
function selectedName({ method, query }: ApiRequest): string {
  if (method !== 'GET' && method !== 'HEAD' && method !== 'DELETE') return '';
  const terms = (query.get('fieldSelector') ?? '').split(',');
  const names = terms.flatMap((term) => /^metadata\.name==?([^=]+)$/.exec(term.trim())?.[1] ?? []);
  return names[0] ?? '';
}
