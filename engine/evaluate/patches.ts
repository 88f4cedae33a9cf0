// The patches of a rule -> what is wished of objects that are not ours, and what of earlier wishes is to be undone.
//
// Absence is not desire: what a patch did stays as long as it waits, fails, or nobody can say what became of its target.

import type { InputAnswer, InputRequest } from '../model/input.ts';
import { isObject, type JsonObject } from '../model/json.ts';
import { describeRef, type KubeObject } from '../model/object.ts';
import {
  hashOf,
  type PatchContent,
  type PatchOperation,
  type PatchPlan,
  type PatchRecord,
  type PatchWish,
  type Withdrawal,
} from '../model/patch.ts';
import type { Failure, Waiting } from '../model/plan.ts';
import type { CompiledPatch } from '../model/rule.ts';
import { withoutNulls } from './desired.ts';
import { describeValue, FormulaFailure, FormulaWait, invalid, type Scope, spanOf, toGuard } from './formula.ts';
import { checkChoice, type Inputs } from './inputs.ts';

/** What patches are evaluated with. */
export interface PatchDeps {
  readonly scope: Scope;
  readonly inputs: Inputs;
  /** What the resource remembers of objects that are not its own. */
  readonly records: readonly PatchRecord[];
  /** False for an owner that the rule is not for any more: then nothing is wished. */
  readonly isWanted: boolean;
  /** True for an owner that is being deleted: a kind that is not served holds up nothing then. */
  readonly isLeaving: boolean;
  /** Why a patch has to wait for children; `early`: for those that `when` reads. */
  waitingFor(patch: CompiledPatch, part: 'early' | 'late'): Waiting | undefined;
}

/** What became of the patches. */
export interface EvaluatedPatches {
  readonly plan: PatchPlan;
  readonly waiting: readonly Waiting[];
  readonly failures: readonly Failure[];
}

type State =
  | { readonly kind: 'there'; readonly wishes: readonly PatchWish[] }
  | { readonly kind: 'waiting'; readonly waiting: Waiting }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** Computes what the patches wish. */
export function evaluatePatches(patches: readonly CompiledPatch[], deps: PatchDeps): EvaluatedPatches {
  const states = new Map(patches.map((patch) => [patch.id, stateOf(patch, deps)]));
  const wished = [...states.values()].flatMap((state) => (state.kind === 'there' ? state.wishes : []));
  // What an earlier form of a patch did in another way is undone first: the next round finds the object without it.
  const wishes = wished.filter(
    (wish) => !deps.records.some((record) => isSame(wish, record) && !isAlike(wish, record)),
  );
  const frozen: PatchRecord[] = [];
  const withdrawals: Withdrawal[] = [];
  for (const record of deps.records) {
    if (wishes.some((wish) => isSame(wish, record))) continue;
    const state = states.get(record.patch);
    const found = state === undefined || state.kind === 'there' ? deps.inputs.ask(toRequest(record)) : undefined;
    const upstream = patches.find(({ id }) => id === record.patch)?.upstream ?? [];
    if (found?.kind === 'found') withdrawals.push({ record, live: found.objects[0], upstream });
    else if (deps.isLeaving && found?.isServed === false) withdrawals.push({ record, live: undefined, upstream });
    else frozen.push(record);
  }
  return {
    plan: { ids: patches.map(({ id }) => id), wishes, withdrawals, frozen },
    waiting: [...states.values()].flatMap((state) => (state.kind === 'waiting' ? [state.waiting] : [])),
    failures: [...states.values()].flatMap((state) => (state.kind === 'failed' ? [state.failure] : [])),
  };
}

function isSame({ patch, live }: PatchWish, record: PatchRecord): boolean {
  return patch === record.patch && live.metadata.uid === record.uid;
}

function isAlike({ content, subresource }: PatchWish, record: PatchRecord): boolean {
  return content.mode === record.mode && subresource === record.subresource;
}

function toRequest({ ref }: PatchRecord): InputRequest {
  return ref;
}

function stateOf(patch: CompiledPatch, deps: PatchDeps): State {
  const { scope } = deps;
  if (!deps.isWanted) return { kind: 'there', wishes: [] };
  try {
    const early = deps.waitingFor(patch, 'early');
    if (early !== undefined) return { kind: 'waiting', waiting: early };
    const { when, span } = patch;
    if (when !== undefined && !toGuard(scope.value(when), spanOf(when, span), 'when'))
      return { kind: 'there', wishes: [] };
    const late = deps.waitingFor(patch, 'late');
    if (late !== undefined) return { kind: 'waiting', waiting: late };
    const targets = targetsOf(patch, deps);
    if (targets.length === 0) return { kind: 'there', wishes: [] };
    const content = toContent(patch, scope);
    const plain = content.mode === 'json' ? content.operations.map(withoutSpan) : content.fields;
    const hash = hashOf([content.mode, plain]);
    const { id, subresource, onConflict, upstream } = patch;
    return {
      kind: 'there',
      wishes: targets.map((live) => ({ patch: id, live, content, subresource, hash, onConflict, span, upstream })),
    };
  } catch (error) {
    if (error instanceof FormulaWait) return { kind: 'waiting', waiting: { child: patch.id, ...error.waiting } };
    if (!(error instanceof FormulaFailure)) throw error;
    return { kind: 'failed', failure: { ...error.failure, child: patch.id } };
  }
}

function targetsOf(patch: CompiledPatch, { scope, inputs }: PatchDeps): readonly KubeObject[] {
  const { target, names, id } = patch;
  const { span } = target;
  const wait = (code: Waiting['code'], message: string) => new FormulaWait({ code, message, span, on: id });
  const request = inputs.toRequest(target, scope);
  if (request === undefined) {
    if (target.isOptional) return [];
    throw wait('InputMissing', 'has no target: its name is nothing');
  }
  if (request.name !== undefined) checkChoice(request.name, names, span, 'name');
  const answer: InputAnswer = inputs.ask(request);
  if (answer.kind === 'unknown') throw wait('NotListed', `cannot find its target: ${answer.reason}`);
  if (answer.objects.length === 0 && request.name !== undefined && !target.isOptional)
    throw wait('InputMissing', `needs ${describeRef({ ...request, name: request.name })}, which does not exist`);
  return answer.objects;
}

function toContent({ content, span }: CompiledPatch, scope: Scope): PatchContent {
  if (content.mode === 'json') {
    const operations = content.operations.map((operation): PatchOperation => {
      const { value: template, ...rest } = operation;
      const value = template === undefined ? undefined : scope.value(template);
      const needsValue = template !== undefined && value === undefined;
      if (needsValue) throw invalid(operation.span, 'the value of the operation is nothing; give a default with ??');
      return value === undefined ? rest : { ...rest, value };
    });
    return { mode: 'json', operations };
  }
  const fields = scope.value(content.fields);
  if (isObject(fields))
    return { mode: content.mode, fields: content.mode === 'apply' ? (withoutNulls(fields) as JsonObject) : fields };
  throw invalid(spanOf(content.fields, span), `${content.mode} gave ${describeValue(fields)}, not a mapping`);
}

function withoutSpan({ span: _span, ...operation }: PatchOperation): JsonObject {
  return operation as unknown as JsonObject;
}
