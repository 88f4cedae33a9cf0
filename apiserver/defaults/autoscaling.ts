// The defaults of horizontal pod autoscalers.

import { type MutableObject, textIn } from '../model/json.ts';
import { ensured, fill, isFilled, part } from './field.ts';

const PERCENT = { type: 'Percent', value: 100, periodSeconds: 15 } as const;
const PODS = { type: 'Pods', value: 4, periodSeconds: 15 } as const;

/** Horizontal pod autoscalers. */
export function fillHorizontalPodAutoscaler(object: MutableObject): void {
  const spec = ensured(object, 'spec');
  fill(spec, 'minReplicas', 1);
  if (!isFilled(spec, 'metrics')) {
    const target = { type: 'Utilization', averageUtilization: 80 };
    spec['metrics'] = [{ type: 'Resource', resource: { name: 'cpu', target } }];
  }
  const behavior = part(spec, 'behavior');
  if (behavior === undefined) return;
  const up = ensured(behavior, 'scaleUp');
  fill(up, 'stabilizationWindowSeconds', 0);
  fill(up, 'selectPolicy', 'Max');
  if (!isFilled(up, 'policies')) up['policies'] = [{ ...PODS }, { ...PERCENT }];
  const down = ensured(behavior, 'scaleDown');
  fill(down, 'selectPolicy', 'Max');
  if (!isFilled(down, 'policies')) down['policies'] = [{ ...PERCENT }];
}

/** Those of the older version, where the CPU is what counts if nothing else does. */
export function fillCpuAutoscaler(object: MutableObject): void {
  const spec = ensured(object, 'spec');
  fill(spec, 'minReplicas', 1);
  const hasMetrics = textIn(object, 'metadata', 'annotations', 'autoscaling.alpha.kubernetes.io/metrics') !== '';
  if (!hasMetrics) fill(spec, 'targetCPUUtilizationPercentage', 80);
}
