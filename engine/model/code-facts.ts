// What is known of a code, and how it is written down.

/** What a code stands for. */
export interface CodeFacts {
  /**
   * `diagnostic`: the rule's text is wrong. `waiting`: nothing is wrong yet. `fault`: the world failed. `note`: nothing is
   * wrong, and still worth telling.
   */
  readonly kind: 'diagnostic' | 'waiting' | 'fault' | 'note';
  readonly title: string;
  readonly cause: string;
  readonly remedy: string;
}

type Facts = (title: string, cause: string, remedy: string) => CodeFacts;

/** A code for what is wrong with a rule's text. */
export const diagnostic: Facts = (title, cause, remedy) => ({
  kind: 'diagnostic',
  title,
  cause,
  remedy,
});
/** A code for what is not there yet. */
export const waiting: Facts = (title, cause, remedy) => ({
  kind: 'waiting',
  title,
  cause,
  remedy,
});
/** A code for what failed in the world. */
export const fault: Facts = (title, cause, remedy) => ({ kind: 'fault', title, cause, remedy });
/** A code for what is worth telling. */
export const note: Facts = (title, cause, remedy) => ({ kind: 'note', title, cause, remedy });
