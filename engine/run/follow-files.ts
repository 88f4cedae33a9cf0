// Files that may change at any time -> their texts, whenever they have.
//
// Promises: what is told was read twice with the same result, so never a file that is half written, nor some files of
// before and some of after a change; what did not change is not told. Looks at once where the source says that something
// happened, and as often as the source asks for.

import { type Collected, collectSources, type LiveSource } from '../load/source.ts';
import type { Clock } from '../model/clock.ts';

/** What following needs of the world. */
export interface FollowDeps {
  readonly source: LiveSource;
  readonly clock: Clock;
  /** How long files must be as they are to count as written. */
  readonly settleMs: number;
  /** Hears of the texts: those of the first time, and those of each change. */
  onChange(collected: Collected): void;
}

/** Follows the files at and below some paths. */
export class FileFollower {
  readonly #paths: readonly string[];
  readonly #deps: FollowDeps;
  #running: Promise<void> | undefined;
  #isStopped = false;
  #told: string | undefined;
  // Something happened since the files were read last.
  #isHinted = false;
  #isIdle = false;
  #endPause: () => void = () => undefined;
  #unwatch: () => void = () => undefined;

  constructor(paths: readonly string[], deps: FollowDeps) {
    this.#paths = paths;
    this.#deps = deps;
  }

  /** Starts; resolves when the first texts were told. */
  async start(): Promise<void> {
    await this.#look();
    this.#running ??= this.#follow();
  }

  /** Ends it, and waits until nothing is under way. Idempotent. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#endPause();
    this.#unwatch();
    await this.#running;
  }

  async #follow(): Promise<void> {
    while (!this.#isStopped) {
      this.#isIdle = true;
      if (!this.#isHinted) await this.#pause(this.#deps.source.lookMs);
      this.#isIdle = false;
      await this.#look();
    }
  }

  async #look(): Promise<void> {
    let collected = await this.#read();
    while (!this.#isStopped && signatureOf(collected) !== this.#told) {
      await this.#pause(this.#deps.settleMs);
      const again = await this.#read();
      const isSettled = signatureOf(again) === signatureOf(collected) && !(await this.#isBusy());
      collected = again;
      if (isSettled && !this.#isStopped) {
        this.#told = signatureOf(collected);
        this.#deps.onChange(collected);
      }
    }
  }

  async #read(): Promise<Collected> {
    this.#isHinted = false;
    const collected = await collectSources(this.#paths, this.#deps.source);
    this.#watch([...this.#paths, ...collected.files.map(({ file }) => file)]);
    return collected;
  }

  // Folders come and go: what is watched is what was read last. The old watch goes when the new one is there.
  #watch(paths: readonly string[]): void {
    if (this.#isStopped) return;
    const before = this.#unwatch;
    this.#unwatch = this.#deps.source.watch(paths, () => {
      this.#isHinted = true;
      if (this.#isIdle) this.#endPause();
    });
    before();
  }

  async #isBusy(): Promise<boolean> {
    const answers = await Promise.all(this.#paths.map((path) => this.#deps.source.isBusy(path)));
    return answers.includes(true);
  }

  async #pause(delayMs: number | undefined): Promise<void> {
    if (this.#isStopped) return;
    await new Promise<void>((resolve) => {
      const timer = delayMs === undefined ? undefined : this.#deps.clock.after(delayMs, resolve);
      this.#endPause = () => {
        timer?.cancel();
        resolve();
      };
    });
  }
}

function signatureOf({ files, diagnostics }: Collected): string {
  return JSON.stringify([files.map(({ file, text }) => [file, text]), diagnostics.map(({ message }) => message)]);
}
