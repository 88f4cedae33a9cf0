// Percent signs in paths and headers.

/** A text with its escapes read; undefined where one of them is none. */
export function unescaped(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
