// The suites of test/cluster/ that are about the operator: they run on the embedded API server and on a real one alike.

/** Their names. test/architecture.test.ts keeps the list complete. */
export const OPERATOR_SUITES: readonly string[] = [
  'adversity',
  'crash',
  'crash-matrix',
  'definitions',
  'faults',
  'inputs',
  'kinds',
  'lifecycle',
  'members',
  'modes',
  'namespaced',
  'observe',
  'operator',
  'rollouts',
  'state',
  'tasks',
  'unseen',
  'versions',
  'writes',
];

/**
 * The others: about the control plane itself, about what a real API server tells, or tried on the embedded one by the
 * quick tests (test/apiserver/delivery.test.ts, test/apiserver/policies.test.ts, test/scenarios.test.ts).
 */
export const OTHER_SUITES: readonly string[] = [
  'control-plane',
  'delivery',
  'facts',
  'health',
  'patches',
  'policies',
  'scenarios',
];
