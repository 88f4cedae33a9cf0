// The offline door: everything that needs no cluster. Must not reach kube/ or watch/, so that validate and render stay
// small and start at once.

export { compileHealth } from './compile/health.ts';
export { factsSchemas, schemaOfCrd } from './compile/kinds.ts';
export { ruleDefinition } from './compile/rule-definition.ts';
export { assemble, type RuleSet } from './compile/rule-set.ts';
export { diff } from './diff/diff.ts';
export { evaluate } from './evaluate/evaluate.ts';
export { healthOf, orderHealth } from './evaluate/health.ts';
export { checkSamples } from './evaluate/samples.ts';
export { checkSchedules } from './evaluate/schedule.ts';
export {
  compileExpression,
  describeType,
  ExpressionError,
  parseDuration,
  typeOfKind,
  typeOfSchema,
} from './expression/expression.ts';
export { parseFacts } from './load/kubernetes-facts.ts';
export { type Loaded, load } from './load/load.ts';
export { loadObjects } from './load/resource.ts';
export { type Collected, collectSources, type LiveSource, type Source, type SourceFile } from './load/source.ts';
export { parseYaml, toYaml } from './load/yaml.ts';
export { codes } from './model/codes.ts';
export { type Diagnostic, describeSpan, type TextDiagnostic, type TextRange } from './model/diagnostic.ts';
export type { CompiledHealth, HealthDocument, HealthRules } from './model/health.ts';
export type { InputReader } from './model/input.ts';
export type { Json, JsonObject, MaybeJson } from './model/json.ts';
export type { KindFacts, KubernetesFacts } from './model/kubernetes-facts.ts';
export { RULE_LABEL } from './model/marks.ts';
export { describeRef, type KubeObject, type ObjectRef, toRef } from './model/object.ts';
export type { Plan } from './model/plan.ts';
export type { CompiledRule, RuleDocument } from './model/rule.ts';
export type { ScenarioDocument, ScenarioStep } from './model/scenario.ts';
export { matchesSelector } from './model/selector.ts';
export { suggest } from './model/suggest.ts';
export type { KindSchemas, TypeEnvironment } from './model/type.ts';
