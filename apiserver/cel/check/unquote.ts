// The text that a literal of a rule stands for.

const SIMPLE: { readonly [sign: string]: string } = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\u000b',
  '\\': '\\',
  "'": "'",
  '"': '"',
  '`': '`',
  '?': '?',
};

/** The text, or the bytes, of a literal with its quotes; or what is wrong with it. */
export function unquote(
  literal: string,
  isBytes: boolean,
): { readonly value: string | Uint8Array } | { readonly problem: string } {
  const isRaw = /^[rR]/.test(literal);
  const quoted = (isRaw ? literal.slice(1) : literal).replaceAll(/\r\n?/g, '\n');
  const width = /^(?:"""|''')/.test(quoted) && quoted.length >= 6 ? 3 : 1;
  const body = quoted.slice(width, -width);
  return isBytes ? toBytes(body, isRaw) : toText(body, isRaw);
}

// What an escape stands for: a code, and whether it is one of bytes.
function codeOf(sign: string): number | string {
  const simple = SIMPLE[sign[1] ?? ''];
  if (simple !== undefined) return simple;
  return /^\\[0-3]/.test(sign) ? Number.parseInt(sign.slice(1), 8) : Number.parseInt(sign.slice(2), 16);
}

const ESCAPES = /\\(?:[xX][\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8}|[0-3][0-7][0-7]|.)/gsu;

function toText(body: string, isRaw: boolean): { readonly value: string } | { readonly problem: string } {
  if (isRaw) return { value: body };
  let problem: string | undefined;
  const value = body.replaceAll(ESCAPES, (sign) => {
    const code = codeOf(sign);
    if (typeof code === 'string') return code;
    if (code <= 0x10_ffff && (code < 0xd800 || code > 0xdfff)) return String.fromCodePoint(code);
    problem = 'invalid unicode code point';
    return '';
  });
  return problem === undefined ? { value } : { problem };
}

function toBytes(body: string, isRaw: boolean): { readonly value: Uint8Array } | { readonly problem: string } {
  const encoder = new TextEncoder();
  if (isRaw) return { value: encoder.encode(body) };
  const bytes: number[] = [];
  let from = 0;
  for (const found of body.matchAll(ESCAPES)) {
    if (/^\\[uU]/.test(found[0])) return { problem: 'unable to unescape string' };
    bytes.push(...encoder.encode(body.slice(from, found.index)));
    const code = codeOf(found[0]);
    bytes.push(...(typeof code === 'string' ? encoder.encode(code) : [code]));
    from = found.index + found[0].length;
  }
  bytes.push(...encoder.encode(body.slice(from)));
  return { value: Uint8Array.from(bytes) };
}
