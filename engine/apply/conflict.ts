// Whose fields an apply ran into, as the API server says it.

import type { Fault } from '../model/fault.ts';
import type { KubeObject } from '../model/object.ts';

// Source of the wording: k8s.io/apimachinery managedfields/internal/conflict.go
const CAUSE = /^conflict with "([^"]+)"(?: with subresource "([^"]+)")?/;

// Stands for whoever wrote an object that nobody was said to manage, such as one whose list of managers was emptied.
const NOBODY = 'before-first-apply';

/**
 * True where every field in conflict is held by somebody who edited it: an update of the object itself. Who applied, or
 * went through a subresource such as scale, means to keep the field.
 */
export function isEditOnly(fault: Fault, live: KubeObject): boolean {
  const causes = fault.causes.filter(({ reason }) => reason === 'FieldManagerConflict');
  return (
    causes.length > 0 &&
    causes.every(({ message }) => {
      const [, manager, subresource] = CAUSE.exec(message) ?? [];
      const entries =
        live.metadata.managedFields?.filter((entry) => entry.manager === manager && entry.subresource === undefined) ??
        [];
      if (manager === NOBODY) return subresource === undefined;
      return (
        subresource === undefined && entries.length > 0 && entries.every(({ operation }) => operation === 'Update')
      );
    })
  );
}
