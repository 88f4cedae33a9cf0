// The names of fields in rules.

// Source: https://kubernetes.io/docs/reference/using-api/cel/#escaping
const RESERVED = new Set(
  'true false null in as break const continue else for function if import let loop package namespace return var void while'.split(
    ' ',
  ),
);
const SIGNS: { readonly [sign: string]: string } = {
  __: '__underscores__',
  '.': '__dot__',
  '-': '__dash__',
  '/': '__slash__',
};

/** True for a word of the language that no name can be. */
export function isReserved(name: string): boolean {
  return RESERVED.has(name);
}

/** The name of a field in rules; undefined for one that cannot be named. */
export function escapeName(name: string): string | undefined {
  if (RESERVED.has(name)) return `__${name}__`;
  const escaped = name.replaceAll(/__|[./-]/g, (sign) => SIGNS[sign] ?? sign);
  return /^[A-Za-z_]\w*$/.test(escaped) ? escaped : undefined;
}
