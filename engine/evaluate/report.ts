// What the rule says about the custom resource: its conditions and the fields of its status.

import type { Json, MaybeJson } from '../model/json.ts';
import type { Failure, Plan, PlannedCondition } from '../model/plan.ts';
import type { CompiledCondition, CompiledRule, Template } from '../model/rule.ts';
import { describeValue, FormulaFailure, FormulaWait, invalid, type Scope, spanOf } from './formula.ts';

type Report = Pick<Plan, 'conditions' | 'status' | 'failures' | 'frozen'>;

/** Computes conditions and status. One that fails, or reads what is not known, keeps what the resource says now. */
export function reportOf(rule: CompiledRule, scope: Scope, before: readonly Failure[]): Report {
  const conditions: PlannedCondition[] = [];
  const status: (readonly [string, Json])[] = [];
  const failures: Failure[] = [...before];
  const frozen: string[] = [];
  const attempt = (name: string, compute: () => void): void => {
    try {
      compute();
    } catch (error) {
      if (error instanceof FormulaFailure) failures.push(error.failure);
      else if (!(error instanceof FormulaWait)) throw error;
      frozen.push(name);
    }
  };
  for (const condition of rule.conditions)
    attempt(condition.type, () => conditions.push(toCondition(condition, scope)));
  for (const [name, template] of rule.status) {
    attempt(name, () => {
      const value = scope.value(template);
      if (value !== undefined && value !== null) status.push([name, value]);
    });
  }
  return { conditions, status, failures, frozen };
}

/** Of a resource that goes, conditions and status stay as they are. */
export function freezeReport(rule: CompiledRule, failures: readonly Failure[]): Report {
  const frozen = [...rule.conditions.map(({ type }) => type), ...rule.status.map(([name]) => name)];
  return { conditions: [], status: [], failures, frozen };
}

function toCondition(condition: CompiledCondition, scope: Scope): PlannedCondition {
  const status = toStatus(scope.value(condition.status), condition);
  const fallback = status === 'True' ? condition.type : status === 'False' ? `Not${condition.type}` : 'Unknown';
  const reason = toText(condition.reason, scope, condition) || fallback;
  if (!/^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$/.test(reason)) {
    throw invalid(
      spanOf(condition.reason as Template, condition.span),
      `the reason "${reason}" is not one CamelCase word`,
    );
  }
  return { type: condition.type, status, reason, message: toText(condition.message, scope, condition) };
}

function toStatus(value: MaybeJson, condition: CompiledCondition): PlannedCondition['status'] {
  if (value === true || value === 'True') return 'True';
  if (value === false || value === 'False') return 'False';
  if (value === undefined || value === null || value === 'Unknown') return 'Unknown';
  throw invalid(spanOf(condition.status, condition.span), `the status gave ${describeValue(value)}, not true or false`);
}

function toText(template: Template | undefined, scope: Scope, condition: CompiledCondition): string {
  if (template === undefined) return '';
  const value = scope.value(template);
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  throw invalid(spanOf(template, condition.span), `gave ${describeValue(value)}, not a text`);
}
