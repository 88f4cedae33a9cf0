// What answers requests and what happens by itself, on one store: a whole control plane without its way in.
//
// Promises: what is made on a store that has something in it goes on where that was left: definitions are served,
// garbage is collected, workloads come to life; a fork has the same objects, versions, history and definitions, and is
// a world of its own from then on.

import { randomBytes, randomUUID } from 'node:crypto';
import { Access } from './auth/access.ts';
import type { Identity } from './auth/identity.ts';
import type { StaticToken } from './auth/tokens.ts';
import { bootstrap } from './bootstrap.ts';
import type { Clock } from './clock.ts';
import { type RunningControllers, runControllers } from './controllers/controllers.ts';
import type { KubernetesFacts } from './facts/facts.ts';
import { isEmulated, Ledger, type Refusal } from './ledger.ts';
import type { ApiAnswer, ApiRequest } from './model/request.ts';
import { AUTHENTICATED, MASTERS } from './model/user.ts';
import { type Builtins, builtinResources } from './registry/builtin.ts';
import { Definitions } from './registry/definition-check.ts';
import { DEFINITIONS, notEmulatedIn, serveDefinitions } from './registry/definitions.ts';
import { Registry } from './registry/registry.ts';
import { ApiCore, type CoreDeps } from './serve/core.ts';
import { Simulation } from './simulate/simulation.ts';
import type { Store } from './store/store.ts';

/** How a plane is made. */
export interface PlaneOptions {
  readonly facts: KubernetesFacts;
  readonly identity: Identity;
  readonly clock: Clock;
  readonly tokens: readonly StaticToken[];
  readonly hasControllers: boolean;
  readonly simulates: boolean;
  readonly hasNode: boolean;
  /** Takes the lines of the audit log; undefined for none. */
  readonly audit: ((line: string) => void) | undefined;
  /** The address that discovery names. */
  serverAddress(): string;
}

const SUFFIX_SIGNS = 'bcdfghjklmnpqrstvwxz2456789';

/** A control plane. */
export class Plane {
  /** Its objects. */
  readonly store: Store;
  readonly #options: PlaneOptions;
  readonly #builtins: Builtins;
  readonly #definitions: Definitions;
  readonly #ledger = new Ledger();
  readonly #registry: Registry;
  readonly #core: ApiCore;
  readonly #controllers: RunningControllers | undefined;
  readonly #simulation: Simulation | undefined;

  /** On a store, which is filled with what every cluster has where it is empty; or as the fork of another one. */
  constructor(options: PlaneOptions, store: Store, origin?: Plane) {
    this.#options = options;
    this.store = store;
    this.#builtins = origin === undefined ? builtinResources(options.facts, isEmulated) : origin.#builtins;
    this.#definitions = new Definitions(this.#builtins.codec, () => options.facts.cel());
    this.#registry = origin === undefined ? new Registry(this.#builtins.resources) : origin.#registry.fork();
    const isNew = store.list('/namespaces').length === 0;
    const deps = { ...this.#deps(), defer: queueMicrotask };
    serveDefinitions({ ...deps, codec: this.#builtins.codec, types: this.#builtins.types });
    if (isNew) bootstrap(deps, this.#registry, options.facts.roles);
    const controllers = origin === undefined ? undefined : origin.#controllers;
    const hasWork = origin === undefined || controllers?.isPlanned() === true;
    this.#controllers = options.hasControllers ? runControllers(deps, hasWork) : undefined;
    this.#core = new ApiCore(deps);
    this.#simulation = options.simulates ? new Simulation({ ...deps, hasNode: options.hasNode }) : undefined;
    const simulation = origin === undefined ? undefined : origin.#simulation;
    if (simulation === undefined) this.#simulation?.start();
    else this.#simulation?.startAs(simulation);
  }

  /** Answers a request. */
  handle(request: ApiRequest): ApiAnswer {
    return this.#core.handle(request);
  }

  /** What was asked for and is not emulated. */
  refusals(): readonly Refusal[] {
    return this.#ledger.refusals();
  }

  /** Another one with all that is here now. */
  fork(serverAddress: () => string): Plane {
    return new Plane({ ...this.#options, audit: undefined, serverAddress }, this.store.fork(), this);
  }

  /** Ends what happens by itself. Idempotent. */
  stop(): void {
    this.#simulation?.stop();
  }

  #deps(): CoreDeps {
    const { facts, clock, audit, serverAddress } = this.#options;
    const { parts, plans } = this.#builtins;
    const ledger = this.#ledger;
    const schemaNames = new Map(facts.kinds.map((kind) => [`${kind.apiVersion}/${kind.kind}`, kind.schema]));
    const lookup = (name: string) => facts.schema(name);
    return {
      facts,
      ledger,
      store: this.store,
      registry: this.#registry,
      access: this.#access(),
      parts,
      plans,
      audit,
      serverAddress,
      nowMs: () => clock.nowMs(),
      newUid: () => randomUUID(),
      newSuffix: () => [...randomBytes(5)].map((byte) => SUFFIX_SIGNS[byte % SUFFIX_SIGNS.length]).join(''),
      random: () => Math.random(),
      after: (delayMs, run) => clock.after(delayMs, run),
      checkEmulated: ({ collection }, object) => {
        if (collection !== DEFINITIONS) return;
        const [first] = notEmulatedIn(object, (definition) => this.#definitions.hasWrongSchema(definition));
        if (first !== undefined) throw ledger.refuse('definition', first);
      },
      patchTypeOf: ({ apiVersion, kind }) => {
        const name = schemaNames.get(`${apiVersion}/${kind}`);
        return name === undefined ? undefined : { schema: lookup(name), lookup };
      },
    };
  }

  #access(): Access {
    const { identity, clock, tokens } = this.#options;
    const administrator = {
      token: identity.administratorToken,
      name: 'admin',
      uid: '1',
      groups: [MASTERS, AUTHENTICATED],
    };
    return new Access({
      store: this.store,
      ledger: this.#ledger,
      nowMs: () => clock.nowMs(),
      newUid: () => randomUUID(),
      staticTokens: [administrator, ...tokens],
      signingKey: identity.signingKey,
    });
  }
}
