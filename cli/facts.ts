// The facts of Kubernetes' own kinds, from the file that comes with the program.

import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { type KubernetesFacts, parseFacts } from '../engine/index.ts';

const MINOR = '1.36';

/** Reads the facts of the newest version of Kubernetes that is known. Throws an Error that names the file. */
export function readFacts(): KubernetesFacts {
  const name = `kubernetes-${MINOR}.json.gz`;
  // Beside the bundle, or in the repository.
  const places = [`./${name}`, `../schemas/${name}`].map((place) => fileURLToPath(new URL(place, import.meta.url)));
  const file = places.find((place) => existsSync(place)) ?? (places[0] as string);
  try {
    return parseFacts(gunzipSync(readFileSync(file)).toString('utf8'));
  } catch (error) {
    throw new Error(`"${file}" cannot be used: ${(error as Error).message}`, { cause: error });
  }
}
