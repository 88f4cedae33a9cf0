// Tells of restarts as Events on the custom resource, where that is allowed.
//
// Promises: one Event for each cause, whoever tells of it how often; no refusal of it is a fault of the resource. Where
// the API server forbids Events, none is tried any more; where it cannot be reached, it is told of when it can.

import { Fault } from '../model/fault.ts';
import { fieldManagerOf } from '../model/marks.ts';
import { describeRef, type KubeObject, type ObjectRef } from '../model/object.ts';
import type { ApplyDeps } from './apply.ts';

const CONTROLLER = 'opsonata.dev/engine';
// The API server refuses longer ones. Source: event validation of k8s.io/kubernetes, pkg/apis/core/validation/events.go.
const MAX_NOTE = 1024;
const MAX_INSTANCE = 128;

/** What is to be told: pods of an object start anew. */
export interface RestartNews {
  readonly ref: ObjectRef;
  readonly reason: string;
  readonly cause: string;
}

/** Writes Events of one rule. */
export class Events {
  readonly #rule: string;
  readonly #onFault: (fault: Fault) => void;
  #isForbidden = false;

  /** `onFault` hears why one could not be told. */
  constructor(rule: string, onFault: (fault: Fault) => void) {
    this.#rule = rule;
    this.#onFault = onFault;
  }

  /** Tells of a restart. Throws Fault where the API server cannot be reached. */
  async tell(owner: KubeObject, news: RestartNews, now: string, { client }: Pick<ApplyDeps, 'client'>): Promise<void> {
    if (this.#isForbidden) return;
    try {
      await client.apply(this.#toEvent(owner, news, now), { fieldManager: fieldManagerOf(this.#rule) });
    } catch (error) {
      if (!(error instanceof Fault) || error.code === 'ApiUnavailable') throw error;
      this.#isForbidden = error.code === 'Forbidden';
      this.#onFault(error);
    }
  }

  #toEvent({ apiVersion, kind, metadata }: KubeObject, { ref, reason, cause }: RestartNews, now: string): KubeObject {
    const { name, namespace = 'default', uid = '' } = metadata;
    const where = metadata.namespace === undefined ? {} : { namespace };
    const note = `${describeRef(ref)} starts anew: ${reason}`;
    return {
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      metadata: { name: `${name.slice(0, 200)}.${cause}`, namespace },
      eventTime: now.replace(/Z$/, '.000000Z'),
      type: 'Normal',
      reason: 'Restarted',
      action: 'Restart',
      note: note.length > MAX_NOTE ? `${note.slice(0, MAX_NOTE - 1)}…` : note,
      regarding: { apiVersion, kind, name, uid, ...where },
      related: { ...ref },
      reportingController: CONTROLLER,
      reportingInstance: fieldManagerOf(this.#rule).slice(0, MAX_INSTANCE),
    };
  }
}
