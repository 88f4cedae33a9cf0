// The offline door: everything that needs no cluster. Must not reach kube/ or watch/, so that validate and render stay
// small and start at once.

export { compile } from './compile/compile.ts';
export { diff } from './diff/diff.ts';
export { evaluate } from './evaluate/evaluate.ts';
export { parseFacts } from './load/kubernetes-facts.ts';
export { type Loaded, load } from './load/load.ts';
export { loadObjects } from './load/resource.ts';
export { type Collected, collectSources, type Source, type SourceFile } from './load/source.ts';
export { toYaml } from './load/yaml.ts';
export { codes } from './model/codes.ts';
export { type Diagnostic, describeSpan } from './model/diagnostic.ts';
export type { Json, JsonObject } from './model/json.ts';
export type { KindFacts, KubernetesFacts } from './model/kubernetes-facts.ts';
export { describeRef, type KubeObject, type ObjectRef, toRef } from './model/object.ts';
export type { Plan } from './model/plan.ts';
export type { CompiledRule } from './model/rule.ts';
export { suggest } from './model/suggest.ts';
