// All that is done with kubectl on both servers.

import type { Section } from './section.ts';
import { APPLY, CHANGE, SERVER_SIDE } from './sections/apply.ts';
import { CREATE, DRY_RUN } from './sections/create.ts';
import { CUSTOM, ENDINGS, PODS, ROLLOUT } from './sections/live.ts';
import { LOOK, SERVED } from './sections/look.ts';

/** All sections. They do not see each other. */
export const SECTIONS: readonly Section[] = [
  CREATE,
  DRY_RUN,
  APPLY,
  SERVER_SIDE,
  CHANGE,
  LOOK,
  ENDINGS,
  ROLLOUT,
  PODS,
  CUSTOM,
  SERVED,
];
