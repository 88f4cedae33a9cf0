// What is done with kubectl: lists of command lines, as a person types them.

/** A command line with what belongs to it. */
export interface Command {
  /** The words after `kubectl`. Those with spaces stand in single quotes; `{{name}}` is what was saved under a name. */
  readonly run: string;
  /** What it reads from `-f -`; with `{{name}}` too. */
  readonly input?: string;
  /** A shell command that edits the file which it is given. */
  readonly editor?: string;
  /** Keeps what is printed under a name, for the commands that follow. It is not compared. */
  readonly save?: string;
}

/** A command that goes on until it has printed some lines; `change` is run once it has printed the first ones. */
export interface Watching {
  readonly watch: string;
  readonly firstLines: number;
  readonly change: string;
  readonly lines: number;
}

/** One step; a text alone is a command line. */
export type Step = string | Command | Watching;

/** Steps that belong together, in a namespace of their own. */
export interface Section {
  /** Its namespace has this name. */
  readonly name: string;
  /** It shows all that is served, so that nothing else may be at work meanwhile. */
  readonly isAlone?: true;
  /** The files in the folder where it is run. */
  readonly files?: { readonly [name: string]: string | object };
  readonly steps: readonly Step[];
}
