// Installs the CustomResourceDefinitions that rules bring.

import { toOutcomeFault } from '../apply/apply.ts';
import { missingFields } from '../diff/diff.ts';
import type { KubeClient } from '../kube/client.ts';
import type { Clock, Timer } from '../model/clock.ts';
import { Fault } from '../model/fault.ts';
import { hashText } from '../model/hash.ts';
import { getPath, isArray, isObject, type Json, type JsonObject, toCanonicalText } from '../model/json.ts';
import { APPLIED_ANNOTATION, fieldManagerOf } from '../model/marks.ts';
import { type KubeObject, toRef } from '../model/object.ts';
import type { CompiledRule } from '../model/rule.ts';
import { backoffMs, CRD_BACKOFF } from './backoff.ts';
import type { Log } from './log.ts';

const POLL_MS = 100;
const LIMIT_MS = 30_000;

/** What brings a definition: a rule, or the engine itself. */
export type BringsCrd = Pick<CompiledRule, 'name' | 'crd'>;

/** What installing needs of the world. */
export interface InstallerDeps {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly log: Log;
  random(): number;
  /** Hears of each definition for which nothing more is tried. */
  onEnded(): void;
}

interface Installation {
  readonly crd: string;
  state: 'trying' | 'ended';
  failures: number;
  retry: Timer | undefined;
}

/** Installs definitions, each on its own: one that cannot be installed yet holds up no other. */
export class CrdInstaller {
  readonly #deps: InstallerDeps;
  readonly #installations = new Map<string, Installation>();
  #isStopped = false;

  constructor(deps: InstallerDeps) {
    this.#deps = deps;
  }

  /**
   * Sees to it that the definition of a rule is in the cluster. `ended`: it is there, or was refused in a way that only
   * somebody's action can cure; that was said, and the kind may be served all the same. What may pass is tried again.
   */
  install(rule: BringsCrd): 'trying' | 'ended' {
    if (rule.crd === undefined) return 'ended';
    const crd = hashText(toCanonicalText(rule.crd));
    const known = this.#installations.get(rule.name);
    if (known?.crd === crd) return known.state;
    known?.retry?.cancel();
    const installation: Installation = { crd, state: 'trying', failures: 0, retry: undefined };
    this.#installations.set(rule.name, installation);
    void this.#try(rule, installation);
    return 'trying';
  }

  /** Tries no more. Idempotent. */
  stop(): void {
    this.#isStopped = true;
    for (const { retry } of this.#installations.values()) retry?.cancel();
  }

  async #try(rule: BringsCrd, installation: Installation): Promise<void> {
    const isWanted = () => !this.#isStopped && this.#installations.get(rule.name) === installation;
    const { clock, log } = this.#deps;
    try {
      await installCrd(rule, this.#deps);
    } catch (error) {
      if (!isWanted()) return;
      const { code, message, retry, retryAfterMs = 0 } = toOutcomeFault(error);
      log.error('failed', { rule: rule.name, code, message });
      if (retry !== 'never') {
        installation.failures += 1;
        const delayMs = backoffMs(installation.failures, CRD_BACKOFF, () => this.#deps.random());
        installation.retry = clock.after(Math.max(delayMs, retryAfterMs), () => void this.#try(rule, installation));
        return;
      }
    }
    if (!isWanted()) return;
    installation.state = 'ended';
    this.#deps.onEnded();
  }
}

// Applies the definition that a rule brings, if it is not in the cluster as the rule wants it, and waits until the API
// server serves it. Fields that others added stay. Throws Fault, FieldConflict among them where another manager holds a
// field.
async function installCrd(rule: BringsCrd, deps: Pick<InstallerDeps, 'client' | 'clock' | 'log'>): Promise<void> {
  if (rule.crd === undefined) return;
  const crd = withMark(rule.crd);
  const before = await find(crd, deps.client);
  if (before === undefined || !isInstalled(crd, before, rule)) {
    await deps.client.apply(crd, { fieldManager: fieldManagerOf(rule.name) });
    deps.log.info(before === undefined ? 'created' : 'configured', { rule: rule.name, ref: toRef(crd) });
  }
  await waitEstablished(crd, deps);
}

function withMark(crd: JsonObject): KubeObject {
  const object = crd as unknown as KubeObject;
  const annotations = { [APPLIED_ANNOTATION]: hashText(toCanonicalText(crd)) };
  return { ...object, metadata: { ...object.metadata, annotations } };
}

function isInstalled(crd: KubeObject, live: KubeObject, rule: BringsCrd): boolean {
  const isSame = live.metadata.annotations?.[APPLIED_ANNOTATION] === crd.metadata.annotations?.[APPLIED_ANNOTATION];
  return isSame && missingFields(crd, live, fieldManagerOf(rule.name)).length === 0;
}

async function find(crd: KubeObject, client: KubeClient): Promise<KubeObject | undefined> {
  try {
    return await client.get(toRef(crd));
  } catch (error) {
    if (error instanceof Fault && error.code === 'NotFound') return undefined;
    throw error;
  }
}

async function waitEstablished(
  crd: KubeObject,
  { client, clock }: Pick<InstallerDeps, 'client' | 'clock'>,
): Promise<void> {
  const limitMs = clock.now() + LIMIT_MS;
  for (;;) {
    const live = await client.get(toRef(crd));
    const conditions = getPath(live as unknown as Json, ['status', 'conditions']);
    const find = (type: string) =>
      (isArray(conditions) ? conditions : []).filter(isObject).find((condition) => condition['type'] === type);
    if (find('Established')?.['status'] === 'True') return;
    if (clock.now() > limitMs) {
      // Its names are those of another definition of the group.
      const names = find('NamesAccepted');
      const why = names?.['status'] === 'False' ? `: ${names['message']}` : '';
      const message = `the definition is not established${why}`;
      throw new Fault({ code: 'KindNotFound', retry: 'backoff', message, subject: toRef(crd) });
    }
    await new Promise<void>((resolve) => {
      clock.after(POLL_MS, resolve);
    });
  }
}
