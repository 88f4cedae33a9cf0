// The samples of a health rule: whether the rule says of them what they expect.

import type { Diagnostic, Span } from '../model/diagnostic.ts';
import type { CompiledHealth, HealthSample } from '../model/health.ts';
import { healthOf, judges, orderHealth } from './health.ts';

/** Tries a health rule on its samples. */
export function checkSamples(rule: CompiledHealth): readonly Diagnostic[] {
  return rule.samples.flatMap((sample) => checkSample(rule, sample) ?? []);
}

function checkSample(rule: CompiledHealth, { object, status, message, spans }: HealthSample): Diagnostic | undefined {
  const differs = (text: string, span: Span, hint: string): Diagnostic => ({
    code: 'SampleDiffers',
    severity: 'error',
    message: text,
    span,
    hint,
  });
  if (!judges(rule, object)) {
    const { apiVersion, kind } = object;
    return differs(`the rule does not judge a ${kind} of ${apiVersion}`, spans.object, 'correct the kind');
  }
  const health = healthOf(object, orderHealth([rule]));
  if (health.status !== status) {
    const said = `this object is ${health.status} (${health.message}), not ${status}`;
    return differs(said, spans.status, 'correct the cases, or what is expected');
  }
  if (message === undefined || health.message === message) return undefined;
  return differs(`the message is "${health.message}"`, spans.message, 'correct the cases, or what is expected');
}
