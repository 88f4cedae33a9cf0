// An answer as it travels: its headers and bytes, whichever way it takes.

import type { Json } from '../model/json.ts';
import type { AnswerCoding, ApiAnswer, WatchLine } from '../model/request.ts';

/** The headers of an answer, names in lower case. */
export function headersOf(reply: ApiAnswer): { readonly [name: string]: string } {
  const warnings = reply.kind === 'text' ? [] : reply.warnings;
  return {
    'content-type': reply.kind === 'text' ? reply.contentType : (reply.coding?.contentType ?? 'application/json'),
    'cache-control': 'no-cache, private',
    ...(warnings.length === 0 ? {} : { warning: warnings.map(warningOf).join(', ') }),
  };
}

/** The body of an answer that is no watch. */
export function bodyOf(reply: Exclude<ApiAnswer, { readonly kind: 'watch' }>): Uint8Array {
  const content = reply.kind === 'text' ? reply.body : (reply.coding?.body(reply.body) ?? textOf(reply.body));
  return typeof content === 'string' ? Buffer.from(content) : content;
}

/** Writes the lines of watches. Where many watches are told of the same, one after the other, it is written once. */
export class LineWriter {
  #last: { readonly line: WatchLine; readonly bytes: Uint8Array } | undefined;

  /** A line as it travels. Nobody may change the bytes. */
  bytesOf(coding: AnswerCoding | undefined, line: WatchLine): Uint8Array {
    const coded = coding?.line(line);
    if (coded !== undefined) return typeof coded === 'string' ? Buffer.from(coded) : coded;
    const last = this.#last;
    if (last !== undefined && last.line.object === line.object && last.line.type === line.type) return last.bytes;
    const bytes = Buffer.from(textOf(line));
    this.#last = { line, bytes };
    return bytes;
  }
}

function textOf(value: Json | WatchLine): string {
  return `${JSON.stringify(value)}\n`;
}

// Source: RFC 7234, section 5.5, as the API server uses it.
function warningOf(text: string): string {
  return `299 - ${JSON.stringify(text)}`;
}
