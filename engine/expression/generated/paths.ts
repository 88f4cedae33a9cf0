// Paths as loops: one inside the other, each place with a field access of its own. What is collected on the way is only
// what the next part of the formula takes.

import { STEPS_OF_FILTER } from '../closures/path.ts';
import type { Node } from '../parse.ts';
import { Collector, type Form, formed } from './collector.ts';
import { type Emitter, fieldOf, fieldOfAny, isOwnName, type Piece, type Place, quote, type Want } from './emitter.ts';
import type { Generator } from './generate.ts';
import { impureParts, isBoolean, isDelegated } from './shapes.ts';

/** How many values a path gives, where its last step has a predicate: they are counted and not collected. */
export function generateCount(node: Node, place: Place, generator: Generator): Piece | undefined {
  const last = node.steps?.at(-1);
  if (isDelegated(node) || last === undefined || !isFiltered(last)) return undefined;
  return generateForm(node, place, 'count', generator);
}

/**
 * The sum of the numbers that a path of names gives; undefined in the code where it gives anything else, which the
 * function itself then looks at. Nothing for other paths.
 */
export function generateTotal(node: Node, place: Place, { emitter }: Generator): Piece | undefined {
  const steps = node.steps ?? [];
  if (isDelegated(node) || steps.some((step) => step.type !== 'name' || step.stages !== undefined)) return undefined;
  return generateNames(
    place.context,
    steps.map(({ value }) => String(value)),
    'total',
    emitter,
  );
}

/** Generates a path that isDelegated() does not leave to closures. */
export function generatePath(node: Node, place: Place, want: Want, generator: Generator): Piece {
  return generateForm(node, place, want, generator);
}

function generateForm(node: Node, place: Place, want: Want | 'count', generator: Generator): Piece {
  const steps = node.steps ?? [];
  const [first, ...others] = steps;
  const isVariable = first?.type === 'variable';
  const start = isVariable ? generator.generate(first as Node, place, 'value') : place.context;
  const rest = isVariable ? others : steps;
  const prefix = rest.findIndex((step) => step.type !== 'name' || step.stages !== undefined);
  const names = rest.slice(0, prefix < 0 ? rest.length : prefix).map(({ value }) => String(value));
  if (prefix < 0) return generateNames(start, names, want as Want, generator.emitter);
  const base = prefix === 0 ? start : generateNames(start, names, 'items', generator.emitter);
  const kind = prefix > 0 ? 'free' : isVariable ? 'spread' : 'context';
  return new Steps(rest.slice(prefix), place, generator).generate(base, kind, want);
}

// Fields one below the other. As long as no array is met, nothing is collected; the rest of the way behind an array is a
// helper with a loop for each step.
function generateNames(start: Piece, names: readonly string[], form: Form, emitter: Emitter): Piece {
  if (names.length === 0) return { ...start, code: emitter.keep(formed(start.code, start.isPlain, form)) };
  const result = emitter.name();
  const label = emitter.name('l');
  emitter.line(`let ${result}; ${label}: {`);
  let current = start.code;
  for (const [index, name] of names.entries()) {
    const isObject = index === 0 && start.isSingle === true && start.type === 'object';
    if (isObject) {
      current = emitter.keep(fieldOf(current, name));
      continue;
    }
    const walker = walk(names.slice(index), start.isPlain, form, emitter);
    const onArray = `if (Array.isArray(${current})) ${result} = ${walker}(${current}, m);`;
    if (isOwnName(name)) {
      // Only where the field is not there it counts what the value is.
      const value = emitter.keep(fieldOfAny(current, name));
      emitter.line(`if (${value} === undefined) { ${onArray} break ${label}; }`);
      current = value;
    } else {
      emitter.line(`if (typeof ${current} !== "object" || ${current} === null) break ${label};`);
      emitter.line(`${onArray} if (Array.isArray(${current})) break ${label};`);
      current = emitter.keep(fieldOf(current, name));
    }
  }
  emitter.line(`${result} = ${formed(current, start.isPlain, form)};`);
  emitter.line('}');
  return { code: result, isPlain: start.isPlain };
}

function walk(names: readonly string[], isPlain: boolean, form: Form, emitter: Emitter): string {
  return emitter.helper(`${form} ${isPlain} ${JSON.stringify(names)}`, () => {
    const body = emitter.capture(() => {
      const collector = new Collector(form, false, emitter);
      collector.declare();
      emitter.line('m.step(list.length);');
      emitter.line('for (let i = 0; i < list.length; i++) {');
      let item = emitter.keep('list[i]');
      for (const [index, name] of names.entries()) {
        const value = readField(item, name, emitter);
        emitter.line(`if (${value} === undefined) continue;`);
        if (index === names.length - 1) collector.add(value);
        else item = openLoop(value, { isPlain, kind: 'spread' }, emitter).item;
      }
      emitter.line('}'.repeat(names.length));
      emitter.line(`return ${collector.finish(isPlain, false)};`);
    });
    return `(list, m) {\n${body}\n}`;
  });
}

// Reads a field of an item of whatever type.
function readField(item: string, name: string, emitter: Emitter): string {
  const array = `Array.isArray(${item}) ? lookupUnwrapped(${item}, ${quote(name)}, m)`;
  if (!isOwnName(name))
    return emitter.keep(
      `typeof ${item} === "object" && ${item} !== null ? (${array} : ${fieldOf(item, name)}) : undefined`,
    );
  const value = emitter.keep(fieldOfAny(item, name));
  return emitter.keep(`${value} === undefined && ${array} : ${value}`);
}

interface Loop {
  readonly item: string;
  readonly index: string;
  readonly length: string;
}

// Opens a loop over the items of an array, or over one value. `spread`: the items of arrays are steps; `filter`:
// everything is.
function openLoop(
  value: string,
  { isPlain, kind }: { readonly isPlain: boolean; readonly kind: 'spread' | 'context' | 'filter' | 'free' },
  emitter: Emitter,
): Loop {
  const isArray = isPlain || kind === 'filter' || kind === 'context';
  const isMany = emitter.keep(isArray ? `Array.isArray(${value})` : `isSpread(${value})`);
  const length = emitter.keep(`${isMany} ? ${value}.length : 1`);
  if (kind === 'spread' || kind === 'context') emitter.line(`if (${isMany}) m.step(${length});`);
  if (kind === 'filter') emitter.line(`m.step(${STEPS_OF_FILTER} * ${length});`);
  const index = emitter.name('i');
  emitter.line(`for (let ${index} = 0; ${index} < ${length}; ${index}++) {`);
  return { item: emitter.keep(`${isMany} ? ${value}[${index}] : ${value}`), index, length };
}

interface Segment {
  readonly from: number;
  readonly to: number;
  readonly form: Form;
  readonly collector: Collector;
  /** Set on the way: whether what is collected comes from the data alone. */
  isPlain: boolean;
}

// Steps with expressions and predicates. As long as only one part of them can fail, the loops stand inside each other;
// where a second one begins, what came so far is collected first, as JSONata takes one step after the other.
class Steps {
  readonly #steps: readonly Node[];
  readonly #place: Place;
  readonly #generator: Generator;
  readonly #emitter: Emitter;

  constructor(steps: readonly Node[], place: Place, generator: Generator) {
    this.#steps = steps;
    this.#place = place;
    this.#generator = generator;
    this.#emitter = generator.emitter;
  }

  generate(base: Piece, first: 'free' | 'context' | 'spread', want: Want | 'count'): Piece {
    let from = 0;
    let current = base;
    while (from < this.#steps.length) {
      const to = this.#segmentEnd(from);
      current = this.#segment(current, from > 0 ? 'free' : first, {
        from,
        to,
        form: to === this.#steps.length ? want : 'items',
      });
      from = to;
    }
    return current;
  }

  #segmentEnd(from: number): number {
    let impure = 0;
    for (let index = from; index < this.#steps.length; index += 1) {
      impure += impureParts(this.#steps[index] as Node);
      if (impure > 1) return index;
    }
    return this.#steps.length;
  }

  #segment(
    base: Piece,
    kind: 'free' | 'context' | 'spread',
    { from, to, form }: Pick<Segment, 'from' | 'to' | 'form'>,
  ): Piece {
    const emitter = this.#emitter;
    const last = this.#steps[to - 1] as Node;
    const isListed = isFiltered(last) || isObject(last);
    const collector = new Collector(form, isListed, emitter);
    const segment: Segment = { from, to, form, collector, isPlain: false };
    collector.declare();
    const isGuarded = kind !== 'context' && base.isDefined !== true;
    if (isGuarded) emitter.line(`if (${base.code} !== undefined) {`);
    const isLooped = base.isSingle !== true;
    const item = isLooped ? openLoop(base.code, { isPlain: base.isPlain, kind }, emitter).item : base.code;
    this.#step(from, isLooped ? { code: item, isPlain: base.isPlain } : base, segment);
    emitter.line(`${isLooped ? '}' : ''}${isGuarded ? '}' : ''}`);
    const isFinal = form === 'result' && isObject(last);
    const code = emitter.keep(collector.finish(segment.isPlain, isFinal));
    return { code, isPlain: segment.isPlain };
  }

  // Emits one step for an item, and those behind it inside.
  #step(index: number, item: Piece, segment: Segment): void {
    const emitter = this.#emitter;
    const step = this.#steps[index] as Node;
    const isLast = index === segment.to - 1;
    const isName = step.type === 'name';
    const inner = segment.form === 'result' && isLast && isObject(step) ? 'result' : 'value';
    const value: Piece = isName
      ? { code: readField(item.code, String(step.value), emitter), isPlain: item.isPlain }
      : this.#generator.generate(step, { ...this.#place, context: item }, inner);
    // Predicates are asked about nothing, too; without one, nothing is no result.
    const isGuarded = step.stages === undefined && value.isDefined !== true;
    if (isGuarded) emitter.line(`if (${value.code} !== undefined) {`);
    this.#stages(index, value, segment);
    if (isGuarded) emitter.line('}');
  }

  #stages(index: number, value: Piece, segment: Segment): void {
    const emitter = this.#emitter;
    const stages = ((this.#steps[index] as Node).stages ?? []).map(({ expr }) => expr as Node);
    const [first, ...others] = stages;
    if (first?.type !== 'number') {
      if (first === undefined) this.#next(index, value, segment, false);
      else this.#filter(stages, index, value, segment);
      return;
    }
    const code = emitter.keep(`at(${value.code}, ${Math.floor(first.value as number)})`);
    const chosen: Piece = { code, isPlain: value.isPlain };
    emitter.line(`if (${code} !== undefined) {`);
    if (others.length > 0) this.#filter(others, index, chosen, segment);
    else this.#next(index, chosen, segment, false);
    emitter.line('}');
    if (others.length > 0 || index < segment.to - 1) return;
    emitter.line('else {');
    segment.collector.addEmpty();
    emitter.line('}');
  }

  #filter(stages: readonly Node[], index: number, value: Piece, segment: Segment): void {
    const emitter = this.#emitter;
    const loop = openLoop(value.code, { isPlain: value.isPlain, kind: 'filter' }, emitter);
    const item: Piece = { code: loop.item, isPlain: value.isPlain };
    for (const [number, stage] of stages.entries()) {
      if (number > 0) emitter.line(`m.step(${STEPS_OF_FILTER});`);
      const test = this.#generator.generate(stage, { ...this.#place, context: item }, 'value');
      const times = emitter.name('q');
      emitter.line(
        isBoolean(stage)
          ? `if (${test.code} === true) {`
          : `for (let ${times} = times(${test.code}, ${loop.index}, ${loop.length}, m); ${times} > 0; ${times}--) {`,
      );
    }
    this.#next(index, item, segment, true);
    emitter.line('}'.repeat(stages.length + 1));
  }

  // Hands a value on: to the collector, or to the next step.
  #next(index: number, value: Piece, segment: Segment, isItem: boolean): void {
    if (index === segment.to - 1) {
      // A number that was computed may be none that JSON has.
      segment.isPlain = value.isPlain && value.type !== 'number';
      segment.collector.add(value.code);
      return;
    }
    if (isItem) {
      this.#step(index + 1, value, segment);
      return;
    }
    const { item } = openLoop(value.code, { isPlain: value.isPlain, kind: 'spread' }, this.#emitter);
    this.#step(index + 1, { code: item, isPlain: value.isPlain }, segment);
    this.#emitter.line('}');
  }
}

function isObject(step: Node): boolean {
  return step.type === 'unary' && step.value === '{' && step.stages === undefined;
}

// Chosen by a condition, at least at the end.
function isFiltered(step: Node): boolean {
  return (step.stages ?? []).some(({ expr }) => expr?.type !== 'number');
}
