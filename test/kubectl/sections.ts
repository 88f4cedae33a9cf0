// All that is done with kubectl on both servers.

import type { Section } from './section.ts';
import { ACCESS } from './sections/access.ts';
import { APPLY, CHANGE, SERVER_SIDE } from './sections/apply.ts';
import { CREATE, DRY_RUN } from './sections/create.ts';
import { KIND, NODES } from './sections/kinds.ts';
import { CUSTOM, ENDINGS, PODS, ROLLOUT } from './sections/live.ts';
import { DRAIN, ROLLOUTS, SETS, TASKS } from './sections/living.ts';
import { LOOK, SERVED } from './sections/look.ts';
import { INSIDE, PRINT, RAW, REMAINS, SELECT } from './sections/more.ts';

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
  ACCESS,
  NODES,
  KIND,
  RAW,
  PRINT,
  INSIDE,
  REMAINS,
  SELECT,
  SERVED,
];

/** The sections for servers on which workloads come alive. */
export const LIVING_SECTIONS: readonly Section[] = [ROLLOUTS, SETS, TASKS, DRAIN];
