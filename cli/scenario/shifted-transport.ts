// The engine's way to a cluster whose ages it sees by its own clock: see docs/decisions/0013-time-of-scenarios.md.

import type { Json, JsonObject, KubeObject } from '../../engine/index.ts';
import type { ApiTransport } from '../../engine/operator.ts';
import type { ShiftedClock } from './shifted-clock.ts';

// What the API server alone sets.
const STAMPS = ['creationTimestamp', 'deletionTimestamp'];

/** A transport that gives the times at which objects were made and deleted by a shifted clock. */
export function shiftedTransport(inner: ApiTransport, clock: ShiftedClock): ApiTransport {
  const toShifted = (object: JsonObject): JsonObject => {
    const metadata = object['metadata'] as JsonObject | undefined;
    if (metadata === undefined) return object;
    const stamps = STAMPS.flatMap((name) => {
      const text = metadata[name];
      return typeof text === 'string' ? [[name, toText(clock.toShifted(Date.parse(text)))] as const] : [];
    });
    return { ...object, metadata: { ...metadata, ...Object.fromEntries(stamps) } };
  };
  return {
    request: async (request) => {
      const answer = (await inner.request(request)) as JsonObject;
      const items = answer['items'] as readonly JsonObject[] | undefined;
      return (items === undefined ? toShifted(answer) : { ...answer, items: items.map(toShifted) }) as Json;
    },
    watch: async function* (request) {
      for await (const event of inner.watch(request))
        yield { ...event, object: toShifted(event.object as unknown as JsonObject) as unknown as KubeObject };
    },
    stop: () => inner.stop(),
  };
}

function toText(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
}
