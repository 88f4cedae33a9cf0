// A rehearsal -> what would be done, for people and for programs: as `status.preview`, and in one sentence each.
//
// Promises: pure; the same for the same facts; bounded, and what is cut off is counted; no value of a Secret is shown.

import type { Outcome } from '../model/change.ts';
import type { JsonObject } from '../model/json.ts';
import { describeRef, type KubeObject, toRef } from '../model/object.ts';
import type { Rehearsal, Step } from '../model/preview.ts';
import type { CompiledRule } from '../model/rule.ts';
import { tellFields } from './fields.ts';
import { restartOf } from './restarts.ts';

// Chosen: what a person can read, and less than a tenth of what an object may hold.
const MAX_ENTRIES = 50;
const MAX_FIELDS = 5;
const MAX_TEXT = 300;

/** What would be done to one object. */
export interface Foreseen {
  readonly child: string;
  readonly action:
    | 'Create'
    | 'Adopt'
    | 'Update'
    | 'Recreate'
    | 'Patch'
    | 'Delete'
    | 'Release'
    | 'Withdraw'
    | 'Leave'
    | 'None';
  readonly object: KubeObject;
  /** Each a sentence. */
  readonly fields: readonly string[];
  readonly startsAnew: boolean;
  /** What the API server says against it. */
  readonly refused: string | undefined;
  readonly message: string | undefined;
}

/** What would be done to each object, what is left as it is at the end. */
export function foresee(rule: CompiledRule, { steps }: Rehearsal): readonly Foreseen[] {
  const all = steps.map((step) => toForeseen(rule, step));
  return [...all.filter(({ action }) => action !== 'None'), ...all.filter(({ action }) => action === 'None')];
}

function toForeseen(rule: CompiledRule, step: Step): Foreseen {
  const { change, outcome, live, untried } = step;
  const { child, fault } = outcome;
  const asked = { child, fields: [], startsAnew: false, refused: fault?.message, message: untried };
  switch (change.kind) {
    case 'unchanged':
      return { ...asked, action: 'None', object: change.observed };
    case 'terminating':
      return { ...asked, action: 'None', object: change.observed, message: 'it is being deleted' };
    case 'create':
      return { ...asked, action: outcome.result === 'adopted' ? 'Adopt' : 'Create', object: change.desired.object };
    case 'configure':
    case 'patch': {
      const wish = change.kind === 'configure' ? change.desired.object : change.observed;
      const isPatch = change.kind === 'patch' || change.record !== undefined;
      const action = isPatch ? 'Patch' : isAnew(outcome) ? 'Recreate' : 'Update';
      const fields = tellFields(rule, change, live ?? wish, () => true);
      const startsAnew = restartOf(rule, change, step) !== undefined;
      const message = live !== undefined && fields.length === 0 ? 'no value changes' : untried;
      return { ...asked, action, object: change.observed, fields, startsAnew, message };
    }
    case 'delete':
      return { ...asked, action: 'Delete', object: change.prune.object, message: `since ${change.prune.reason}` };
    case 'release':
      return { ...asked, action: 'Release', object: change.prune.object, message: `since ${change.prune.reason}` };
    case 'withdraw':
      return {
        ...asked,
        action: 'Withdraw',
        object: change.observed,
        startsAnew: restartOf(rule, change, step) !== undefined,
      };
    // Nobody is asked about these: it is known that they would not be written.
    case 'conflict':
      return { ...asked, action: 'Leave', object: change.desired.object };
    case 'contended':
    case 'refused':
      return { ...asked, action: 'Leave', object: change.observed };
  }
}

function isAnew({ result }: Outcome): boolean {
  return result === 'recreated' || result === 'skipped';
}

/** The preview as it stands in the status. What waits has no name yet. */
export function toPreviewJson(foreseen: readonly Foreseen[], { plan }: Rehearsal): readonly JsonObject[] {
  const waiting = plan.waiting.map(
    ({ child, message }): JsonObject => ({ id: child, action: 'Wait', message: cut(message) }),
  );
  const all = [...foreseen.map(toEntry), ...waiting];
  if (all.length <= MAX_ENTRIES) return all;
  const left = all.length - MAX_ENTRIES + 1;
  return [...all.slice(0, MAX_ENTRIES - 1), { id: '', action: 'More', message: `${left} more` }];
}

function toEntry({ child, action, object, fields, startsAnew, refused, message }: Foreseen): JsonObject {
  const more = fields.length > MAX_FIELDS ? [`${fields.length - MAX_FIELDS} more`] : [];
  return {
    id: child,
    action,
    ...toRef(object),
    ...(fields.length === 0 ? {} : { fields: [...fields.slice(0, MAX_FIELDS).map(cut), ...more] }),
    ...(startsAnew ? { startsAnew } : {}),
    ...(refused === undefined ? {} : { refused: cut(refused) }),
    ...(message === undefined ? {} : { message: cut(message) }),
  };
}

// Never between the two halves of a character, which the API server would store as something else.
function cut(text: string): string {
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT - 1).replace(/[\uD800-\uDBFF]$/, '')}…` : text;
}

const VERBS: Readonly<Record<Foreseen['action'], string>> = {
  Create: 'create',
  Adopt: 'take over',
  Update: 'update',
  Recreate: 'make anew',
  Patch: 'patch',
  Delete: 'delete',
  Release: 'let go of',
  Withdraw: 'undo the patch of',
  Leave: 'leave',
  None: 'leave',
};

/** What would be done to one object, as a sentence without its end. */
export function describeForeseen({ action, object, fields, startsAnew, refused, message }: Foreseen): string {
  const shown = fields.slice(0, MAX_FIELDS).map((field) => field.slice(0, field.indexOf(': ')));
  const more = fields.length > MAX_FIELDS ? ', …' : '';
  const names = shown.length === 0 ? '' : ` (${shown.join(', ')}${more})`;
  const notes = [
    ...(startsAnew ? ['its pods start anew'] : []),
    ...(message === undefined ? [] : [message]),
    ...(refused === undefined || action === 'Leave' ? [] : [`which is refused: ${refused}`]),
  ].map((note) => `, ${note}`);
  const why = action === 'Leave' && refused !== undefined ? `: ${refused}` : '';
  return `${VERBS[action]} ${describeRef(toRef(object))}${names}${notes.join('')}${why}`;
}
