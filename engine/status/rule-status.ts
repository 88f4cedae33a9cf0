// What is told of a rule that is an object of the cluster: its conditions, and whether they have to be written.
//
// `Accepted`: the text has no errors. `Ready`: exactly this text is at work. `Stalled`: only a better text can help, which
// is what tools that wait for an object need to know. Pure; without a change of the facts there is no write.

import type { HaltCode } from '../model/codes.ts';
import { type Diagnostic, describeSpan } from '../model/diagnostic.ts';
import type { JsonObject, MaybeJson } from '../model/json.ts';
import type { KubeObject } from '../model/object.ts';
import type { PlannedCondition } from '../model/plan.ts';
import { isWritten, toCondition } from './status.ts';

/** What became of a rule. */
export interface RuleVerdict {
  /** What is wrong with it, warnings included. */
  readonly diagnostics: readonly Diagnostic[];
  /** Which of its texts is at work. */
  readonly atWork: 'this' | 'last' | 'none';
  /** Why nothing is written for its resources. */
  readonly halt: HaltCode | undefined;
  /** Why a text that is accepted does not work yet. */
  readonly waiting: { readonly reason: string; readonly message: string } | undefined;
}

/** The status of a rule; undefined where it says so already. `live`: the object as it is now. */
export function ruleStatus(
  verdict: RuleVerdict,
  { generation, live, now }: { readonly generation: number; readonly live: KubeObject; readonly now: string },
): JsonObject | undefined {
  const before = live['status'] as MaybeJson;
  const conditions = [accepted(verdict), ready(verdict), stalled(verdict)];
  const status: JsonObject = {
    observedGeneration: generation,
    conditions: conditions.map((condition) => toCondition(condition, generation, before, now)),
  };
  return isWritten(status, before) ? undefined : status;
}

function accepted({ diagnostics, atWork }: RuleVerdict): PlannedCondition {
  const message = diagnostics.map(describe).join('; ');
  if (atWork === 'this') return { type: 'Accepted', status: 'True', reason: 'Accepted', message };
  return { type: 'Accepted', status: 'False', reason: reasonOf(diagnostics), message };
}

function ready({ diagnostics, atWork, waiting, halt }: RuleVerdict): PlannedCondition {
  if (atWork !== 'this') {
    const message = atWork === 'last' ? 'the version before this one stays at work' : 'the rule does not run';
    return { type: 'Ready', status: 'False', reason: reasonOf(diagnostics), message };
  }
  if (waiting !== undefined) return { type: 'Ready', status: 'False', ...waiting };
  if (halt !== undefined)
    return {
      type: 'Ready',
      status: 'True',
      reason: halt,
      message: 'the rule is at work, and writes nothing but status',
    };
  return { type: 'Ready', status: 'True', reason: 'Ready', message: 'the rule is at work' };
}

function stalled({ diagnostics, atWork }: RuleVerdict): PlannedCondition {
  if (atWork === 'this') return { type: 'Stalled', status: 'False', reason: 'NotStalled', message: '' };
  return { type: 'Stalled', status: 'True', reason: reasonOf(diagnostics), message: 'the rule has errors' };
}

function reasonOf(diagnostics: readonly Diagnostic[]): string {
  return diagnostics.find(({ severity }) => severity === 'error')?.code ?? 'InternalError';
}

// The object is known: only the place within it is told.
function describe({ code, severity, message, span, hint, related = [] }: Diagnostic): string {
  const place = describeSpan({ ...span, file: '' });
  const others = related.map((other) => ` (${other.message}: ${describeSpan(other.span)})`).join('');
  const what = severity === 'error' ? code : `${severity} ${code}`;
  return `${place === '' ? '' : `${place}: `}${what}: ${message}${hint === undefined ? '' : `, ${hint}`}${others}`;
}
