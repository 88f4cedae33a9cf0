// Watches: the changes of a collection as they happen, seen through selectors.
//
// Promises: the lines of one watch come in the order of versions, none missing and none twice; an object that begins or
// ceases to match is ADDED or DELETED; where the kind is not served any more, or in another way, a watch ends. Bookmarks come at the beginning where initial events are asked for, every minute,
// and before the end.

import { type ApiError, invalidObject, tooLarge, tooOld } from '../model/api-error.ts';
import { type FieldError, forbidden, notSupported } from '../model/field-error.ts';
import type { Json, JsonObject } from '../model/json.ts';
import { flagIn, integerIn } from '../model/parameters.ts';
import type { WatchLine, WatchLines } from '../model/request.ts';
import type { Resource } from '../registry/resource.ts';
import { type Change, Forgotten, type Store } from '../store/store.ts';
import { type ListCall, matcherOf, parseOneVersion } from './list.ts';
import type { Matcher } from './selector.ts';

/** A timer that can be cancelled. */
export type After = (delayMs: number, run: () => void) => () => void;

/** What a watch needs. */
export interface WatchDeps {
  readonly store: Store;
  readonly after: After;
  /** A number from 0 to 1, so that watches do not all end at once. */
  random(): number;
  /** Calls back when what a collection has is not served any more as it was, unless the result is called before. */
  onEnd(collection: string, ended: () => void): () => void;
  /** An object in the form that the client wants. */
  show(object: JsonObject): Json;
}

// Source: the API server's defaults.
const BOOKMARK_MS = 60_000;
const MIN_TIMEOUT_MS = 1_800_000;

/** Starts a watch. Throws ApiError where the call makes no sense. */
export function watchObjects(deps: WatchDeps, call: ListCall): WatchLines {
  const matches = matcherOf(call, checkWatchOptions);
  return new Watch(deps, call, matches);
}

function checkWatchOptions(query: URLSearchParams): void {
  const hasInitial = query.has('sendInitialEvents');
  const field = 'resourceVersionMatch';
  const match = query.get(field) ?? '';
  const errors: FieldError[] = [];
  if (hasInitial && match !== 'NotOlderThan')
    errors.push(forbidden(field, 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan'));
  if (!hasInitial && match !== '')
    errors.push(forbidden(field, 'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided'));
  if (match !== '' && match !== 'NotOlderThan') errors.push(notSupported(field, match, ['NotOlderThan']));
  if ((query.get('continue') ?? '') !== '')
    errors.push(forbidden(field, 'resourceVersionMatch is forbidden when continue is provided'));
  if (errors.length > 0) throw invalidObject({ group: 'meta.k8s.io', kind: 'ListOptions' }, '', errors);
}

class Watch implements WatchLines {
  readonly #deps: WatchDeps;
  readonly #resource: Resource;
  readonly #namespace: string;
  readonly #matches: Matcher;
  readonly #hasBookmarks: boolean;
  readonly #waiting: WatchLine[] = [];
  readonly #cleanups: (() => void)[] = [];
  #onLine: ((line: WatchLine) => void) | undefined;
  #onEnd: (() => void) | undefined;
  #version: number;
  #isOver = false;

  constructor(deps: WatchDeps, { resource, namespace, query }: ListCall, matches: Matcher) {
    this.#deps = deps;
    this.#resource = resource;
    this.#namespace = namespace;
    this.#matches = matches;
    this.#hasBookmarks = flagIn(query, 'allowWatchBookmarks') === true;
    this.#version = deps.store.version;
    const from = parseOneVersion(query);
    if (from > deps.store.version) throw tooLarge(from, deps.store.version);
    this.#begin(from, flagIn(query, 'sendInitialEvents'));
    if (!this.#isOver) this.#run(query);
  }

  onLine(listener: (line: WatchLine) => void): void {
    this.#onLine = listener;
    for (const line of this.#waiting.splice(0)) listener(line);
  }

  onEnd(listener: () => void): void {
    this.#onEnd = listener;
    if (this.#isOver) listener();
  }

  stop(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    for (const cleanup of this.#cleanups) cleanup();
    this.#onEnd?.();
  }

  // Without a version, or with 0, a watch begins with what is there.
  #begin(from: number, initial: boolean | undefined): void {
    const { store } = this.#deps;
    if (initial === true || (initial === undefined && from === 0)) {
      for (const object of store.list(this.#resource.collection, this.#namespace))
        if (this.#matches(object)) this.#send('ADDED', object);
      if (initial === true) this.#bookmark({ 'k8s.io/initial-events-end': 'true' });
      return;
    }
    if (from === 0) return;
    try {
      for (const change of store.changesAfter(this.#resource.collection, from)) this.#tell(change);
    } catch (error) {
      if (!(error instanceof Forgotten)) throw error;
      this.#fail(tooOld(from, error.oldest));
    }
  }

  #run(query: URLSearchParams): void {
    const { store, after, random } = this.#deps;
    const seconds = integerIn(query, 'timeoutSeconds') ?? 0;
    const timeoutMs = seconds > 0 ? seconds * 1000 : MIN_TIMEOUT_MS * (1 + random());
    this.#cleanups.push(this.#deps.onEnd(this.#resource.collection, () => this.stop()));
    this.#cleanups.push(store.onChange(this.#resource.collection, (change) => this.#tell(change)));
    this.#cleanups.push(
      after(timeoutMs, () => {
        this.#bookmark();
        this.stop();
      }),
    );
    this.#bookmarkLater();
  }

  #bookmarkLater(): void {
    if (!this.#hasBookmarks) return;
    const cancel = this.#deps.after(BOOKMARK_MS, () => {
      this.#bookmark();
      this.#bookmarkLater();
    });
    this.#cleanups.push(cancel);
  }

  #tell({ before, after, type, version }: Change): void {
    this.#version = version;
    const namespace = (after.metadata['namespace'] ?? '') as string;
    if (this.#namespace !== '' && namespace !== this.#namespace) return;
    const was = before !== undefined && this.#matches(before);
    const is = type !== 'DELETED' && this.#matches(after);
    if (was && is) this.#send('MODIFIED', after);
    else if (is) this.#send('ADDED', after);
    else if (was && type === 'DELETED') this.#send('DELETED', after);
    else if (was)
      this.#send('DELETED', { ...before, metadata: { ...before.metadata, resourceVersion: String(version) } });
  }

  #bookmark(annotations?: JsonObject): void {
    if (!this.#hasBookmarks || this.#isOver) return;
    const { apiVersion, kind, codec } = this.#resource;
    const marks = annotations === undefined ? {} : { annotations };
    const version = String(Math.max(this.#version, this.#deps.store.version));
    const metadata = { ...codec.blank.metadata, resourceVersion: version, ...marks };
    this.#line({ type: 'BOOKMARK', object: this.#deps.show({ ...codec.blank, apiVersion, kind, metadata }) });
  }

  #send(type: 'ADDED' | 'MODIFIED' | 'DELETED', object: JsonObject): void {
    this.#line({ type, object: this.#deps.show(object) });
  }

  #fail(error: ApiError): void {
    this.#line({ type: 'ERROR', object: error.status });
    this.#isOver = true;
  }

  #line(line: WatchLine): void {
    if (this.#onLine === undefined) this.#waiting.push(line);
    else this.#onLine(line);
  }
}
