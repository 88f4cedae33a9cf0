// What comes in and what goes out, whichever way it travels.

import type { Json } from './json.ts';

/** A request. Names of headers are in lower case. */
export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The text of the body; of one in protobuf, a character for each byte. */
  readonly body: string;
}

/** The media type of bodies and answers in protobuf. */
export const PROTOBUF = 'application/vnd.kubernetes.protobuf';

/** One line of a watch. */
export interface WatchLine {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: Json;
}

/** The lines of a watch, as they come. `stop` ends it from the side of the client. */
export interface WatchLines {
  onLine(listener: (line: WatchLine) => void): void;
  onEnd(listener: () => void): void;
  stop(): void;
}

/** How an answer travels that does not travel as JSON. */
export interface AnswerCoding {
  readonly contentType: string;
  /** The whole answer. */
  body(value: Json): string | Uint8Array;
  /** One line of a watch. */
  line(line: WatchLine): Uint8Array;
}

/** An answer: JSON, text or what else has a media type of its own, or the lines of a watch. */
export type ApiAnswer =
  | {
      readonly kind: 'json';
      readonly status: number;
      readonly body: Json;
      readonly warnings: readonly string[];
      /** Undefined for JSON. */
      readonly coding?: AnswerCoding | undefined;
    }
  | { readonly kind: 'text'; readonly status: number; readonly body: string | Uint8Array; readonly contentType: string }
  | {
      readonly kind: 'watch';
      readonly status: number;
      readonly lines: WatchLines;
      readonly warnings: readonly string[];
      readonly coding?: AnswerCoding | undefined;
    };
