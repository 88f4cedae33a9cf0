// Objects of files -> the cluster, as a person would apply them.
//
// Promises: server-side apply without force, in the order of the files; a namespace that an object names is made where
// it is missing; an object is applied again only when its text has changed, and tried again as long as what keeps it
// away may pass, such as a kind that is not served yet. What is gone from the files stays in the cluster, and that is
// said: a file that was moved must not delete anything.

import { createClient, type KubeClient } from '../kube/client.ts';
import { Discovery } from '../kube/discovery.ts';
import type { ApiTransport } from '../kube/transport.ts';
import { loadObjects } from '../load/resource.ts';
import type { Collected, SourceFile } from '../load/source.ts';
import type { Clock } from '../model/clock.ts';
import type { Code } from '../model/codes.ts';
import type { Diagnostic, Span } from '../model/diagnostic.ts';
import { Fault } from '../model/fault.ts';
import { type Json, toCanonicalText } from '../model/json.ts';
import { type KubeObject, kindKey, nameKey, type ObjectRef, toRef } from '../model/object.ts';
import type { PathStep, Places } from '../model/rule.ts';
import type { Log } from './log.ts';
import { Workqueue, type WorkResult } from './workqueue.ts';

/** What is wrong with an object: its text, or what the API server said of it. */
export interface ObjectDiagnostic extends Omit<Diagnostic, 'code'> {
  readonly code: Code;
}

/** What applying needs of the world. */
export interface ApplierDeps {
  readonly transport: ApiTransport;
  /** Of objects that name none. */
  readonly namespace: string;
  readonly clock: Clock;
  readonly log: Log;
  random(): number;
  /** Hears of what is wrong, with the texts that it is about. */
  report(diagnostics: readonly ObjectDiagnostic[], files: readonly SourceFile[]): void;
}

interface Wanted {
  readonly object: KubeObject;
  readonly text: string;
  readonly places: Places;
  readonly files: readonly SourceFile[];
}

const FIELD_MANAGER = 'opsonata-files';
// What is still not possible after this is worth a word.
const PATIENCE_MS = 3_000;

/** Keeps the cluster in step with the objects of files. */
export class ObjectApplier {
  readonly #deps: ApplierDeps;
  readonly #client: KubeClient;
  readonly #discovery: Discovery;
  readonly #queue: Workqueue;
  readonly #since = new Map<string, number>();
  #wanted: ReadonlyMap<string, Wanted> = new Map();

  constructor(deps: ApplierDeps) {
    this.#deps = deps;
    this.#discovery = new Discovery(deps.transport);
    this.#client = createClient(deps.transport, this.#discovery);
    // One at a time keeps the order of the files.
    const work = async (key: string) => await this.#work(key);
    this.#queue = new Workqueue(1, { clock: deps.clock, random: () => deps.random(), work });
    this.#queue.start();
  }

  /** Takes in what the files say now. */
  take({ files, diagnostics }: Collected): void {
    const loaded = loadObjects(files);
    const wrong = [...diagnostics, ...loaded.diagnostics];
    if (wrong.length > 0) this.#deps.report(wrong, files);
    const before = this.#wanted;
    const wanted = new Map<string, Wanted>();
    for (const [object, places] of loaded.places) {
      const text = toCanonicalText(object as unknown as Json);
      wanted.set(keyOf(object), { object, text, places, files });
    }
    // A text that cannot be read may hold any of them.
    const gone = wrong.length > 0 ? [] : [...before].filter(([key]) => !wanted.has(key));
    this.#wanted = new Map([...(wrong.length > 0 ? before : []), ...wanted]);
    for (const [key, { text }] of wanted) {
      if (before.get(key)?.text === text) continue;
      this.#since.set(key, this.#deps.clock.now());
      this.#queue.add(key);
    }
    for (const [, { object }] of gone)
      this.#deps.log.warn('left', { ref: toRef(object), message: 'it is no longer in the files, and stays' });
  }

  /** Applies no more, and waits for what is under way. Idempotent. */
  async stop(): Promise<void> {
    await this.#queue.stop();
  }

  async #work(key: string): Promise<WorkResult> {
    const wanted = this.#wanted.get(key);
    if (wanted === undefined) return { kind: 'done' };
    try {
      await this.#apply(wanted.object);
      return { kind: 'done' };
    } catch (error) {
      const fault =
        error instanceof Fault
          ? error
          : new Fault({ code: 'InternalError', retry: 'never', message: String(error), cause: error });
      return this.#onFault(fault, key, wanted);
    }
  }

  async #apply(object: KubeObject): Promise<void> {
    const { namespaced } = await this.#discovery.resolve(object);
    const { namespace = this.#deps.namespace } = object.metadata;
    const metadata = namespaced ? { ...object.metadata, namespace } : object.metadata;
    if (namespaced) await this.#ensureNamespace(namespace);
    const complete = { ...object, metadata };
    const ref = toRef(complete);
    const before = await this.#find(ref);
    const live = await this.#client.apply(complete, { fieldManager: FIELD_MANAGER });
    if (before?.metadata.resourceVersion === live.metadata.resourceVersion) return;
    this.#deps.log.info(before === undefined ? 'created' : 'configured', { ref });
  }

  async #ensureNamespace(name: string): Promise<void> {
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
    if ((await this.#find(toRef(namespace))) !== undefined) return;
    await this.#client.apply(namespace, { fieldManager: FIELD_MANAGER });
    this.#deps.log.info('created', { ref: toRef(namespace) });
  }

  async #find(ref: ObjectRef): Promise<KubeObject | undefined> {
    try {
      return await this.#client.get(ref);
    } catch (error) {
      if (error instanceof Fault && error.code === 'NotFound') return undefined;
      throw error;
    }
  }

  #onFault(fault: Fault, key: string, { places, files }: Wanted): WorkResult {
    const { code, message, retry, retryAfterMs: atLeastMs } = fault;
    const isFinal = retry === 'never';
    const since = this.#since.get(key);
    if (isFinal || (since !== undefined && this.#deps.clock.now() - since > PATIENCE_MS)) {
      this.#since.delete(key);
      const hint = isFinal ? 'change it and save' : 'it is tried again until it can be applied';
      this.#deps.report([{ code, severity: 'error', message, span: placeOf(fault, places), hint }], files);
    }
    if (isFinal) return { kind: 'done' };
    return { kind: 'backoff', ...(atLeastMs === undefined ? {} : { atLeastMs }) };
  }
}

function keyOf(object: KubeObject): string {
  return `${kindKey(object)} ${nameKey(object.metadata)}`;
}

// The API server names fields as `spec.ports[0].port`, `.data.a`, or within its message.
function placeOf({ causes, message }: Fault, places: Places): Span {
  const unknown = /unknown field "([^"]+)"|(\.[^\s:]+): field not declared in schema/.exec(message);
  const field = unknown?.[1] ?? unknown?.[2] ?? causes.find((cause) => cause.field !== '')?.field;
  const steps = field === undefined ? ['metadata', 'name'] : toSteps(field);
  return unknown === null ? places.value(steps) : places.key(steps);
}

function toSteps(field: string): readonly PathStep[] {
  return [...field.matchAll(/\[(\d+)\]|([^.[\]]+)/g)].map(([, index, name]) =>
    index === undefined ? (name as string) : Number(index),
  );
}
