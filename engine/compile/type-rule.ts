// All formulas and templates of a rule, checked against the schemas of what they read and of what they fill.

import {
  ANY,
  arrayOf,
  BOOLEAN,
  INTEGER,
  itemsOf,
  NUMBER,
  objectOf,
  optional,
  partsOf,
  STRING,
  type TypedKind,
  typeOfKind,
  unionOf,
} from '../expression/expression.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { GroupVersionKind } from '../model/object.ts';
import type {
  CompiledChild,
  CompiledCondition,
  CompiledInput,
  CompiledLoop,
  CompiledPatch,
  CompiledRollout,
  CompiledRule,
  CompiledSchedule,
  CompiledTask,
  PathStep,
  RuleDocument,
  Template,
} from '../model/rule.ts';
import { suggest } from '../model/suggest.ts';
import type { KindSchemas, Type, TypeEnvironment } from '../model/type.ts';
import { typePolicy } from './policies.ts';
import { typeContent } from './type-patches.ts';
import { type Target, typeTemplate } from './type-template.ts';

/** Checks a rule. The result is the rule with sequences made arrays where fields take arrays. */
export function typeRule(
  rule: CompiledRule,
  document: RuleDocument,
  schemas: KindSchemas,
  report: (diagnostic: Diagnostic) => void,
): CompiledRule {
  return new RuleTyper(rule, document, schemas, report).run();
}

/** Where a formula stands: children that a template reads exist by then; conditions and status see what there is. */
type Moment = 'template' | 'report';

const TRIGGER = optional(objectOf({ value: STRING, at: STRING }));

const TASK = optional(
  objectOf({
    key: STRING,
    phase: STRING,
    attempt: INTEGER,
    startedAt: STRING,
    finishedAt: optional(STRING),
    message: optional(STRING),
  }),
);

/** Types of variables that only some formulas see. */
type Bound = { readonly [name: string]: Type };

class RuleTyper {
  readonly #rule: CompiledRule;
  readonly #document: RuleDocument;
  readonly #schemas: KindSchemas;
  readonly #report: (diagnostic: Diagnostic) => void;
  readonly #context: Type;
  readonly #lets = new Map<string, Type>();

  constructor(
    rule: CompiledRule,
    document: RuleDocument,
    schemas: KindSchemas,
    report: (diagnostic: Diagnostic) => void,
  ) {
    this.#rule = rule;
    this.#document = document;
    this.#schemas = schemas;
    this.#report = report;
    this.#context = this.#kind(rule.resource, { isStored: true, hasGeneration: true });
  }

  run(): CompiledRule {
    return {
      ...this.#rule,
      lets: this.#rule.lets.map((item) => {
        const path = ['spec', 'let', item.name];
        return { ...item, value: this.#check(item.value, path, { moment: 'template' }) };
      }),
      inputs: this.#rule.inputs.map((input) => this.#ownInput(input)),
      schedules: this.#rule.schedules.map((schedule, index) => this.#schedule(schedule, ['spec', 'schedules', index])),
      memory: this.#rule.memory.map((item) => {
        const path = ['spec', 'memory', item.name];
        return { ...item, value: this.#check(item.value, path, { moment: 'report' }) };
      }),
      children: this.#rule.children.map((child) => this.#child(child, child.path)),
      patches: this.#rule.patches.map((patch) => this.#patch(patch)),
      conditions: this.#rule.conditions.map((condition) => this.#condition(condition)),
      status: this.#status(),
    };
  }

  #kind(kind: GroupVersionKind, facts: Omit<TypedKind, 'kind' | 'isNamespaced'>): Type {
    const found = this.#schemas.find(kind.apiVersion, kind.kind);
    if (found === undefined) return ANY;
    return typeOfKind(found, { ...facts, kind: kind.kind, isNamespaced: found.isNamespaced });
  }

  #check(
    template: Template,
    path: readonly PathStep[],
    how: {
      readonly moment: Moment;
      readonly target?: Target;
      readonly present?: readonly string[];
      readonly bound?: Bound;
    },
  ): Template {
    const isGuard = how.target?.type === BOOLEAN;
    const environment = { ...this.#environment(how.moment, how.present ?? [], how.bound), isGuard };
    const scope = { places: this.#document.places, environment, report: this.#report };
    return typeTemplate(template, path, scope, how.target).template;
  }

  #environment(moment: Moment, present: readonly string[], bound: Bound = {}): TypeEnvironment {
    return {
      context: this.#context,
      present: new Set(present),
      variable: (name) => bound[name] ?? this.#variable(name, moment),
    };
  }

  #variable(name: string, moment: Moment): Type {
    if (name === 'now') return STRING;
    const child = this.#rule.children.find(({ id }) => id === name);
    if (child !== undefined) {
      const type = this.#kind(child.resource, { isStored: true });
      if (child.task !== undefined) return TASK;
      if (child.forEach !== undefined) return arrayOf(type);
      return moment === 'report' || child.when !== undefined ? optional(type) : type;
    }
    if (name === 'memory')
      return objectOf(Object.fromEntries(this.#rule.memory.map((item) => [item.name, optional(ANY)])));
    if (name === 'triggers') return objectOf(Object.fromEntries(this.#rule.triggers.map(({ id }) => [id, TRIGGER])));
    if (this.#rule.schedules.some(({ id }) => id === name)) return optional(STRING);
    const input = this.#rule.inputs.find(({ id }) => id === name);
    return input === undefined ? this.#let(name, moment) : this.#input(input, moment);
  }

  #input(input: CompiledInput, moment: Moment): Type {
    const type = this.#kind(input.resource, { isStored: true });
    const whole = input.selector === undefined ? type : arrayOf(type);
    const isSure =
      input.when === undefined && (input.selector !== undefined || (moment === 'template' && !input.isOptional));
    return isSure ? whole : optional(whole);
  }

  // What is wrong with a value of `let` is said where it stands, once.
  #let(name: string, moment: Moment): Type {
    const item = this.#rule.lets.find((other) => other.name === name);
    if (item === undefined) return ANY;
    const key = `${moment} ${name}`;
    const known = this.#lets.get(key);
    if (known !== undefined) return known;
    const scope = { places: this.#document.places, environment: this.#environment(moment, []), report: () => {} };
    const { type } = typeTemplate(item.value, ['spec', 'let', name], scope);
    this.#lets.set(key, type);
    return type;
  }

  #patch(patch: CompiledPatch): CompiledPatch {
    const index = (this.#document.content.spec?.patches ?? []).findIndex((other) => other?.id === patch.id);
    const path = ['spec', 'patches', index];
    const present = patch.when?.kind === 'formula' ? patch.when.formula.presentWhenTrue : [];
    const check = (template: Template, at: readonly PathStep[], target: Target) =>
      this.#check(template, at, { moment: 'template', target, present });
    return {
      ...patch,
      when: patch.when && check(patch.when, [...path, 'when'], { type: BOOLEAN, isRequired: false }),
      target: this.#checkInput(patch.target, [...path, 'target'], present),
      content: typeContent(patch.content, path, {
        places: this.#document.places,
        kind: this.#kind(patch.target.resource, { isStored: false }),
        report: this.#report,
        check,
      }),
    };
  }

  #ownInput(input: CompiledInput): CompiledInput {
    const index = (this.#document.content.spec?.inputs ?? []).findIndex((other) => other?.id === input.id);
    const present = input.when?.kind === 'formula' ? input.when.formula.presentWhenTrue : [];
    return this.#checkInput(input, ['spec', 'inputs', index], present);
  }

  #checkInput(input: CompiledInput, path: readonly PathStep[], present: readonly string[]): CompiledInput {
    const check = (template: Template | undefined, field: string, type: Type) => {
      const target: Target = { type, isRequired: false };
      return template && this.#check(template, [...path, field], { moment: 'template', target, present });
    };
    const { namespace, selector } = input;
    return {
      ...input,
      when: check(input.when, 'when', BOOLEAN),
      name: check(input.name, 'name', STRING),
      namespace: namespace && { ...namespace, template: check(namespace.template, 'namespace', STRING) as Template },
      selector: selector && {
        terms: selector.terms.map((term) => ({
          ...term,
          values: term.values.map((value) => check(value, 'selector', STRING) as Template),
        })),
      },
    };
  }

  #schedule(schedule: CompiledSchedule, path: readonly PathStep[]): CompiledSchedule {
    const check = (template: Template | undefined, field: string, type: Type) =>
      template && this.#check(template, [...path, field], { moment: 'report', target: { type, isRequired: false } });
    return {
      ...schedule,
      when: check(schedule.when, 'when', BOOLEAN),
      cron: check(schedule.cron, 'cron', STRING),
      timeZone: check(schedule.timeZone, 'timeZone', STRING),
      every: check(schedule.every, 'every', STRING),
    };
  }

  #child(child: CompiledChild, path: readonly PathStep[]): CompiledChild {
    const stored = this.#kind(child.resource, { isStored: true });
    const written = this.#kind(child.resource, { isStored: false });
    const guard: Target = { type: BOOLEAN, isRequired: false };
    const present = child.when?.kind === 'formula' ? child.when.formula.presentWhenTrue : [];
    const { when, ready, template } = child;
    typePolicy(child.policy, path, written, { document: this.#document, report: this.#report });
    const { forEach, bound: looped } = this.#loop(child.forEach, path);
    const drained = this.#drained(child);
    const bound = { ...looped, ...drained };
    return {
      ...child,
      forEach,
      task: child.task && this.#task(child.task, path, drained),
      rollout: child.rollout && this.#rollout(child.rollout, path, { ...bound, self: stored }),
      when: when && this.#check(when, [...path, 'when'], { moment: 'template', target: guard, bound }),
      ready:
        ready &&
        this.#check(ready, [...path, 'ready'], {
          moment: 'report',
          target: guard,
          bound: { ...bound, self: stored },
          present,
        }),
      template: this.#check(template, [...path, 'template'], {
        moment: 'template',
        target: { type: written, isRequired: true },
        present,
        bound,
      }),
    };
  }

  // What a task sees of the member that it drains.
  #drained({ task }: CompiledChild): Bound {
    const member = this.#rule.children.find(({ id }) => id === task?.drains);
    return member === undefined ? {} : { self: this.#kind(member.resource, { isStored: true }), item: STRING };
  }

  #rollout(rollout: CompiledRollout, path: readonly PathStep[], bound: Bound): CompiledRollout {
    const check = (template: Template, field: string, type: Type) => {
      const target: Target = { type, isRequired: false };
      return this.#check(template, [...path, 'rollout', field], { moment: 'report', target, bound });
    };
    const { order, gate } = rollout;
    return {
      ...rollout,
      order: order && check(order, 'order', NUMBER),
      gate: gate && check(gate, 'gate', BOOLEAN),
    };
  }

  #task(task: CompiledTask, path: readonly PathStep[], bound: Bound): CompiledTask {
    const check = (template: Template, field: string, type: Type) =>
      this.#check(template, [...path, field], { moment: 'template', target: { type, isRequired: false }, bound });
    return { ...task, key: check(task.key, 'key', ANY), skip: task.skip && check(task.skip, 'skip', BOOLEAN) };
  }

  // What a list holds is what its formula gives.
  #loop(
    loop: CompiledLoop | undefined,
    path: readonly PathStep[],
  ): { forEach: CompiledLoop | undefined; bound: Bound } {
    if (loop === undefined) return { forEach: undefined, bound: {} };
    const items = this.#check(loop.items, [...path, 'forEach'], { moment: 'template' });
    const quiet = { places: this.#document.places, environment: this.#environment('template', []), report: () => {} };
    const { type } = typeTemplate(loop.items, [...path, 'forEach'], quiet);
    const bound: Bound = { item: itemsOf(type), index: INTEGER };
    const key = this.#check(loop.key, [...path, 'key'], { moment: 'template', bound });
    return { forEach: { ...loop, items, key }, bound };
  }

  #condition(condition: CompiledCondition): CompiledCondition {
    const index = (this.#document.content.spec?.conditions ?? []).findIndex((item) => item?.type === condition.type);
    const path = ['spec', 'conditions', index];
    const status: Type = unionOf([BOOLEAN, { kind: 'string', values: ['True', 'False', 'Unknown'] }]);
    const check = (template: Template, field: string, type: Type) =>
      this.#check(template, [...path, field], { moment: 'report', target: { type, isRequired: false } });
    const { reason, message } = condition;
    return {
      ...condition,
      status: check(condition.status, 'status', status),
      reason: reason === undefined ? reason : check(reason, 'reason', STRING),
      message: message === undefined ? message : check(message, 'message', STRING),
    };
  }

  #status(): CompiledRule['status'] {
    const context = partsOf(this.#context).find((part) => part.kind === 'object');
    const fields = partsOf(context?.field('status')?.type ?? ANY).find((part) => part.kind === 'object');
    return this.#rule.status.map(([name, template]) => {
      const path = ['spec', 'status', name];
      const field = fields?.field(name);
      const type = field?.type ?? fields?.rest ?? ANY;
      if (fields !== undefined && field === undefined && fields.rest === undefined)
        this.#unknownStatus(name, fields.names());
      return [name, this.#check(template, path, { moment: 'report', target: { type, isRequired: false } })] as const;
    });
  }

  #unknownStatus(name: string, names: readonly string[]): void {
    const own = names.filter((other) => !['observedGeneration', 'conditions', 'children'].includes(other));
    this.#report({
      code: 'UnknownField',
      severity: 'error',
      message: `there is no field "${name}" in the status of ${this.#rule.resource.kind}; the API server would drop it`,
      span: this.#document.places.key(['spec', 'status', name]),
      hint: suggest(name, own) ?? `define it in the schema: status.properties.${name}`,
    });
  }
}
