// Documents -> what each of them is worth: its own text, or where that is broken, the version that is at work.

import type { Diagnostic } from '../model/diagnostic.ts';
import type { Places } from '../model/rule.ts';

/** A document of any kind of rule. */
export interface NamedDocument {
  readonly file: string;
  readonly content: { readonly metadata?: { readonly name?: string } };
  readonly places: Places;
}

/** A rule at work. */
export interface Version<D, R> {
  readonly document: D;
  readonly rule: R;
  /** Equal for two versions that mean the same and stand at the same places. */
  readonly version: string;
}

/** A document and what becomes of it. */
export interface Candidate<D, R> {
  readonly document: D;
  /** The version at work, in the place of a text that is broken. */
  readonly kept: Version<D, R> | undefined;
  readonly rule: R | undefined;
  readonly diagnostics: readonly Diagnostic[];
  readonly isBroken: boolean;
}

/** What falling back needs to know. */
export interface FallBackInput<D, R> {
  /** Errors of the texts. */
  readonly errors: readonly Diagnostic[];
  /** Those of them that stand in no document at all. */
  readonly stray: readonly Diagnostic[];
  readonly atWork: ReadonlyMap<string, Version<D, R>>;
  /** Compiles a document that stands among others, or alone. */
  compile(
    document: D,
    among: readonly D[],
  ): { readonly rule: R | undefined; readonly diagnostics: readonly Diagnostic[] };
}

/** True for what is said of a document. */
export function isWithin({ span }: Diagnostic, { places }: Pick<NamedDocument, 'places'>): boolean {
  const own = places.value([]);
  return span.file === own.file && span.start.offset >= own.start.offset && span.start.offset <= own.end.offset;
}

/**
 * Candidates in the order of the documents; at their end the rules at work of which no document is left, but a text that
 * is broken may be meant for them. `said`: what was wrong with texts that gave way.
 */
export function fallBack<D extends NamedDocument, R>(
  documents: readonly D[],
  input: FallBackInput<D, R>,
): { readonly candidates: readonly Candidate<D, R>[]; readonly said: readonly Diagnostic[] } {
  const said: Diagnostic[] = [];
  let slots: readonly Slot<D, R>[] = documents.map((document) => ({ document, kept: undefined }));
  // First by what is wrong with a rule alone: a definition that is broken is nothing to check others against.
  let isAlone = input.atWork.size > 0;
  for (;;) {
    const among = slots.map(({ document }) => document);
    const candidates = slots.map((slot) => toCandidate(slot, isAlone ? [slot.document] : among, input));
    // What falls back to its last version changes what the others are checked against.
    const next = replace(candidates, input);
    if (next === undefined && !isAlone) return { candidates, said };
    isAlone = false;
    if (next === undefined) continue;
    const gaveWay = candidates.filter(({ kept }, index) => kept !== next[index]?.kept);
    said.push(...gaveWay.flatMap(({ diagnostics }) => diagnostics));
    slots = next;
  }
}

type Slot<D, R> = Pick<Candidate<D, R>, 'document' | 'kept'>;

function toCandidate<D extends NamedDocument, R>(
  slot: Slot<D, R>,
  among: readonly D[],
  { errors, compile }: FallBackInput<D, R>,
): Candidate<D, R> {
  if (slot.kept !== undefined) return { ...slot, rule: slot.kept.rule, diagnostics: [], isBroken: false };
  const { rule, diagnostics } = compile(slot.document, among);
  const own = [...errors.filter((error) => isWithin(error, slot.document)), ...diagnostics];
  return {
    ...slot,
    rule,
    diagnostics,
    isBroken: rule === undefined || own.some(({ severity }) => severity === 'error'),
  };
}

// The slots with last versions in the place of what is broken, or undefined where nothing changes.
function replace<D extends NamedDocument, R>(
  candidates: readonly Candidate<D, R>[],
  { stray, atWork }: FallBackInput<D, R>,
): readonly Slot<D, R>[] | undefined {
  const slots = candidates.map(({ document, kept, isBroken }): Slot<D, R> => {
    const last = isBroken ? atWork.get(nameOf(document)) : undefined;
    return { document: last?.document ?? document, kept: last ?? kept };
  });
  // Files and folders where something is wrong of which nobody can say for which rule it is meant.
  const nameless = candidates.filter(({ document, isBroken }) => isBroken && !atWork.has(nameOf(document)));
  const doubtful = [...stray.map(({ span }) => span.file), ...nameless.map(({ document }) => document.file)];
  const names = new Set(slots.map(({ document }) => nameOf(document)));
  const lost = [...atWork].filter(
    ([name, { document }]) => !names.has(name) && doubtful.some((path) => isBelow(document.file, path)),
  );
  const isSame = lost.length === 0 && slots.every(({ kept }, index) => kept === candidates[index]?.kept);
  return isSame ? undefined : [...slots, ...lost.map(([, kept]) => ({ document: kept.document, kept }))];
}

function nameOf({ content }: NamedDocument): string {
  return content.metadata?.name ?? '';
}

function isBelow(file: string, path: string): boolean {
  return file === path || file.startsWith(`${path.replace(/\/$/, '')}/`);
}
