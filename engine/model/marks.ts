// The labels and annotations by which the engine knows its own.

/** Label of every child: the rule that made it. */
export const RULE_LABEL = 'opsonata.dev/rule';

/** Label of every child: the uid of the custom resource that it belongs to. */
export const OWNER_LABEL = 'opsonata.dev/owner-uid';

/** Label of every child: its id in the rule. */
export const CHILD_LABEL = 'opsonata.dev/child';

/**
 * Annotation of every child: a hash of what was applied. With the fields that the API server says we own it tells
 * whether a child is as wished, without asking how the server normalised our values.
 */
export const APPLIED_ANNOTATION = 'opsonata.dev/applied';

/** The field manager of a rule's writes. */
export function fieldManagerOf(rule: string): string {
  return `opsonata/${rule}`;
}
