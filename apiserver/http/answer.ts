// An answer as it travels: its headers and bytes, whichever way it takes.

import type { ApiAnswer, WatchLine } from '../model/request.ts';

/** The headers of an answer, names in lower case. */
export function headersOf(reply: ApiAnswer): { readonly [name: string]: string } {
  const warnings = reply.kind === 'text' ? [] : reply.warnings;
  return {
    'content-type': reply.kind === 'text' ? reply.contentType : 'application/json',
    'cache-control': 'no-cache, private',
    ...(warnings.length === 0 ? {} : { warning: warnings.map(warningOf).join(', ') }),
  };
}

/** The body of an answer that is no watch. */
export function bodyOf(reply: Exclude<ApiAnswer, { readonly kind: 'watch' }>): Uint8Array {
  const content = reply.kind === 'text' ? reply.body : `${JSON.stringify(reply.body)}\n`;
  return typeof content === 'string' ? Buffer.from(content) : content;
}

/** The text of a line of a watch. */
export function lineOf(line: WatchLine): string {
  return `${JSON.stringify(line)}\n`;
}

// Source: RFC 7234, section 5.5, as the API server uses it.
function warningOf(text: string): string {
  return `299 - ${JSON.stringify(text)}`;
}
