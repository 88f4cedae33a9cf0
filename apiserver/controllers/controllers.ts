// What goes on in a cluster by itself. Every controller is a function that does once what there is to do; after each
// change they run again, until there is nothing left, soon after the request that caused it.

import { isTerminating, ownersOf } from '../model/api-object.ts';
import { aggregateRoles } from './aggregate.ts';
import { CLAIMS, releaseClaims, VOLUMES } from './claims.ts';
import { type ControllerDeps, collectGarbage } from './garbage.ts';
import { finishNamespaces, NAMESPACES } from './namespaces.ts';
import { Ownership } from './ownership.ts';

/** What running them needs. */
export interface ControllersDeps extends ControllerDeps {
  /** Runs something after the current request. */
  defer(run: () => void): void;
}

/** The controllers at work. */
export interface RunningControllers {
  /** True while there may be something left to do. */
  isPlanned(): boolean;
}

const ROUNDS = 100;

/** Runs the controllers from now on: at once where there may be something to do already. */
export function runControllers(deps: ControllersDeps, hasWork: boolean): RunningControllers {
  const { store, registry } = deps;
  let isPlanned = false;
  let rolesChanged = true;
  // Made at the first run: a fork that nothing happens in needs none.
  let ownership: Ownership | undefined;
  const runOnce = (owned: Ownership): boolean => {
    const areRolesChanged = rolesChanged;
    rolesChanged = false;
    const changes = [
      areRolesChanged && aggregateRoles(deps),
      (owned.isEnding(CLAIMS) || owned.isEnding(VOLUMES)) && releaseClaims(deps),
      owned.isEnding(NAMESPACES) && finishNamespaces(deps),
      collectGarbage(deps, owned.candidates()),
    ];
    return changes.includes(true);
  };
  const run = (): void => {
    isPlanned = false;
    ownership ??= new Ownership(store, registry);
    for (let round = 0; round < ROUNDS; round += 1) if (!runOnce(ownership)) return;
    throw new Error(`the controllers come to no end in ${ROUNDS} rounds`);
  };
  const plan = (): void => {
    if (!isPlanned) deps.defer(run);
    isPlanned = true;
  };
  store.onAnyChange((change) => {
    const { type, after } = change;
    ownership?.note(change);
    if (after.kind === 'ClusterRole') rolesChanged = true;
    const matters =
      type === 'DELETED' || isTerminating(after) || ownersOf(after).length > 0 || after.kind === 'ClusterRole';
    if (matters) plan();
  });
  if (hasWork) plan();
  return { isPlanned: () => isPlanned };
}
