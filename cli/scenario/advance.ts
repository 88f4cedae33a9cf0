// Moves the clock of an engine on a cluster: see docs/decisions/0013-time-of-scenarios.md.

import { type KubeRequest, realClock } from '../../engine/operator.ts';
import { settle } from './clock.ts';
import type { ShiftedClock } from './shifted-clock.ts';
import type { Traffic } from './traffic.ts';

/** What is moved, and by what it is seen that it may be. */
export interface Moved {
  readonly clock: ShiftedClock;
  readonly traffic: Traffic;
  /** Of the engine, for errors. */
  readonly writes: readonly KubeRequest[];
}

const PAUSE_MS = 50;
// An engine that writes again and again never comes to rest; a large roll-out does. Chosen.
const LIMIT_MS = 120_000;
const LAST_WRITES = 5;

/**
 * Moves on to a time, from timer to timer, each time that the cluster has caught up with what the last one led to; returns
 * when it has caught up with the end. Throws where it does not within two minutes.
 */
export async function advance(untilMs: number, moved: Moved): Promise<void> {
  const { clock } = moved;
  for (;;) {
    await rest(moved);
    if (clock.now() >= untilMs) return;
    clock.jumpTo(Math.min(untilMs, clock.nextMs ?? untilMs));
  }
}

async function rest({ traffic, writes }: Moved): Promise<void> {
  const limitMs = realClock.now() + LIMIT_MS;
  // What a timer leads to may take some turns before it is a request.
  for (await settle(); !traffic.isAtRest; await pause()) {
    if (realClock.now() < limitMs) continue;
    const last = writes.slice(-LAST_WRITES).map(({ method, path }) => `${method} ${path}`);
    throw new Error(`the engine does not come to rest; it wrote at last: ${last.join(', ')}`);
  }
}

const pause = async (): Promise<void> => await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
