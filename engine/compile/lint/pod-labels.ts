// Does the selector of a workload match the labels of its pods? An API server refuses it otherwise; what is written out can
// be compared before.

import type { Diagnostic } from '../../model/diagnostic.ts';
import type { PathStep, Places, Template } from '../../model/rule.ts';
import { fieldOf } from '../choice.ts';

const WORKLOADS = ['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet'];
const SELECTOR = ['spec', 'selector', 'matchLabels'];
const LABELS = ['spec', 'template', 'metadata', 'labels'];

/** What of a selector the labels of the pods do not have. */
export function lintPodLabels(
  child: { readonly template: Template; readonly resource: { readonly apiVersion: string; readonly kind: string } },
  path: readonly PathStep[],
  places: Places,
): readonly Diagnostic[] {
  const { template, resource } = child;
  if (resource.apiVersion !== 'apps/v1' || !WORKLOADS.includes(resource.kind)) return [];
  const selector = entriesOf(fieldOf(template, ...SELECTOR));
  const labels = entriesOf(fieldOf(template, ...LABELS));
  if (selector === undefined || labels === undefined) return [];
  return selector.flatMap(([key, wanted]) => {
    const label = labels.find(([name]) => name === key)?.[1];
    if (label !== undefined && mayBeEqual(wanted, label)) return [];
    const what = label === undefined ? `have no label "${key}"` : `have another value of "${key}"`;
    return [
      {
        code: 'WrongValue',
        severity: 'error',
        message: `the selector matches no pod of its own: they ${what}`,
        span: places.key([...path, 'template', ...SELECTOR, key]),
        hint: 'give spec.template.metadata.labels all that the selector asks for',
      },
    ];
  });
}

function entriesOf(template: Template | undefined): readonly (readonly [string, Template])[] | undefined {
  if (template?.kind === 'object') return template.entries;
  if (template?.kind !== 'literal' || typeof template.value !== 'object' || template.value === null) return undefined;
  return Object.entries(template.value).map(([key, value]) => [key, { kind: 'literal', value }]);
}

// Of a formula nobody knows what it will give.
function mayBeEqual(one: Template, other: Template): boolean {
  return one.kind !== 'literal' || other.kind !== 'literal' || one.value === other.value;
}
