// What a rule reads of the cluster beside its own children: asked for by evaluate/, answered by whoever watches.

import type { GroupVersionKind, KubeObject } from './object.ts';
import { nameKey } from './object.ts';
import { describeSelector, type LabelSelector } from './selector.ts';

/** Asks for one object by name, or for all that a selector selects. `namespace` absent: all, or a cluster-scoped kind. */
export type InputRequest = GroupVersionKind & { readonly namespace?: string } & (
    | { readonly name: string; readonly selector?: undefined }
    | { readonly selector: LabelSelector; readonly name?: undefined }
  );

/** `unknown`: nobody can say what is there, since the kind was not listed yet, is not served, or may not be read. */
export type InputAnswer =
  | { readonly kind: 'found'; readonly objects: readonly KubeObject[] }
  | {
      readonly kind: 'unknown';
      readonly reason: string;
      /** False where the API server serves no such kind. */
      readonly isServed?: boolean;
    };

/** Answers requests. The same request gives the same answer within one evaluation; objects are sorted by nameKey(). */
export type InputReader = (request: InputRequest) => InputAnswer;

/** How a person names what is asked for: `Secret default/tls`, or `ResourceQuota tier=web in default`. */
export function describeRequest(request: InputRequest): string {
  const { kind, namespace } = request;
  if (request.name !== undefined) return `${kind} ${nameKey({ namespace, name: request.name })}`;
  const where = namespace === undefined ? '' : ` in ${namespace}`;
  const which = describeSelector(request.selector);
  return `${kind}${which === '' ? '' : ` ${which}`}${where}`;
}
