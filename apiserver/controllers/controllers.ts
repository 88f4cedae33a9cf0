// What goes on in a cluster by itself. Every controller is a function that does once what there is to do; after each
// change they run again, until there is nothing left, soon after the request that caused it.

import { isTerminating, ownersOf } from '../model/api-object.ts';
import { aggregateRoles } from './aggregate.ts';
import { releaseClaims } from './claims.ts';
import { type ControllerDeps, collectGarbage } from './garbage.ts';
import { finishNamespaces } from './namespaces.ts';

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
  let isPlanned = false;
  const run = (): void => {
    isPlanned = false;
    for (let round = 0; round < ROUNDS; round += 1) {
      const changes = [aggregateRoles(deps), releaseClaims(deps), finishNamespaces(deps), collectGarbage(deps)];
      if (!changes.includes(true)) return;
    }
    throw new Error(`the controllers come to no end in ${ROUNDS} rounds`);
  };
  const plan = (): void => {
    if (!isPlanned) deps.defer(run);
    isPlanned = true;
  };
  deps.store.onAnyChange(({ type, after }) => {
    const matters =
      type === 'DELETED' || isTerminating(after) || ownersOf(after).length > 0 || after.kind === 'ClusterRole';
    if (matters) plan();
  });
  if (hasWork) plan();
  return { isPlanned: () => isPlanned };
}
