// A scenario as read from a file.

import type { Loose, Places } from './rule.ts';
import type { ScenarioFile } from './scenario-file.generated.ts';

/** One scenario as read from a file. */
export interface ScenarioDocument {
  readonly file: string;
  readonly content: Loose<ScenarioFile>;
  readonly places: Places;
}

/** A step of a scenario without mistakes. */
export type ScenarioStep = ScenarioFile['spec']['steps'][number];
