// What a request wants to do with a resource.

import { methodNotAllowed } from '../model/api-error.ts';
import { flagIn } from '../model/parameters.ts';
import type { ApiRequest } from '../model/request.ts';
import type { Resource } from '../registry/resource.ts';
import type { ResourcePath } from './route.ts';

/** The verb of a request, as roles name it. Throws ApiError 405 for one that the resource does not have there. */
export function verbOf(request: ApiRequest, resource: Resource, path: ResourcePath): string {
  const part = resource.subresources.find(({ name }) => name === path.subresource);
  const verb = wordOf(request, path.name !== '' && part?.verbs.includes('create') !== true);
  const verbs = path.subresource === '' ? resource.verbs : (part?.verbs ?? []);
  if (verb === undefined || !verbs.includes(verb) || !isPlaced(verb, resource, path)) throw methodNotAllowed();
  return verb;
}

// In all namespaces at once one can only look.
function isPlaced(verb: string, resource: Resource, { namespace }: ResourcePath): boolean {
  return !resource.isNamespaced || namespace !== '' || verb === 'list' || verb === 'watch';
}

function wordOf({ method, query }: ApiRequest, hasName: boolean): string | undefined {
  switch (method) {
    case 'GET':
      if (hasName) return 'get';
      return flagIn(query, 'watch') === true ? 'watch' : 'list';
    case 'POST':
      return hasName ? undefined : 'create';
    case 'PUT':
      return hasName ? 'update' : undefined;
    case 'PATCH':
      return hasName ? 'patch' : undefined;
    case 'DELETE':
      return hasName ? 'delete' : 'deletecollection';
    default:
      return undefined;
  }
}
