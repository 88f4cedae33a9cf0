// What texts may be used as names of one kind or another. Each check gives what is wrong, in the words of the API server.
// Source: https://pkg.go.dev/k8s.io/apimachinery/pkg/util/validation

const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const SUBDOMAIN = `${LABEL}(\\.${LABEL})*`;
const QUALIFIED = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const SUBDOMAIN_WORDS =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character";

interface Form {
  /** What a text of this form is. */
  readonly words: string;
  readonly pattern: string;
  readonly examples: readonly string[];
}

function isOf(text: string, pattern: string): boolean {
  return new RegExp(`^${pattern}$`).test(text);
}

function describe({ words, pattern, examples }: Form): string {
  const used = `regex used for validation is '${pattern}')`;
  if (examples.length === 0) return `${words} (${used}`;
  return `${words} (e.g. ${examples.map((one) => `'${one}', `).join(' or ')}${used}`;
}

function checkForm(text: string, form: Form): readonly string[] {
  return isOf(text, form.pattern) ? [] : [describe(form)];
}

function checkLength(text: string, max: number, unit: 'characters' | 'bytes' = 'characters'): readonly string[] {
  return Buffer.byteLength(text) > max ? [`must be no more than ${max} ${unit}`] : [];
}

const SUBDOMAIN_FORM: Form = { words: SUBDOMAIN_WORDS, pattern: SUBDOMAIN, examples: ['example.com'] };

/** A DNS subdomain; most kinds have such names. */
export function checkSubdomain(text: string): readonly string[] {
  return [...checkLength(text, 253), ...checkForm(text, SUBDOMAIN_FORM)];
}

/** A DNS label: a namespace, a container. */
export function checkLabelName(text: string): readonly string[] {
  const words =
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character";
  const wrong = checkForm(text, { words, pattern: LABEL, examples: ['my-name', '123-abc'] });
  const hasDots = wrong.length > 0 && isOf(text, SUBDOMAIN);
  return [...checkLength(text, 63), ...(hasDots ? ['must not contain dots'] : wrong)];
}

/** A name that only has to fit into a path: those of roles. */
export function checkPathName(text: string): readonly string[] {
  if (text === '.') return ["may not be '.'"];
  if (text === '..') return ["may not be '..'"];
  return ['/', '%'].filter((sign) => text.includes(sign)).map((sign) => `may not contain '${sign}'`);
}

/** A qualified name, such as the key of a label. */
export function checkQualifiedName(text: string): readonly string[] {
  const parts = text.split('/');
  const name = parts.at(-1) ?? '';
  const form: Form = {
    words:
      "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
    pattern: QUALIFIED,
    examples: ['MyName', 'my.name', '123-abc'],
  };
  if (parts.length > 2)
    return [
      `a valid label key ${describe(form)} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ];
  const prefix = parts.length === 2 ? checkPrefix(parts[0] ?? '') : [];
  const own = name === '' ? ['must be non-empty'] : checkLength(name, 63, 'bytes');
  return [...prefix, ...[...own, ...checkForm(name, form)].map((why) => `name part ${why}`)];
}

function checkPrefix(prefix: string): readonly string[] {
  const wrong =
    prefix === ''
      ? ['must be non-empty']
      : [...checkLength(prefix, 253, 'bytes'), ...checkForm(prefix, SUBDOMAIN_FORM)];
  return wrong.map((why) => `prefix part ${why}`);
}

/** The value of a label. */
export function checkLabelValue(text: string): readonly string[] {
  const words =
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";
  const form = { words, pattern: `(${QUALIFIED})?`, examples: ['MyValue', 'my_value', '12345'] };
  return [...checkLength(text, 63, 'bytes'), ...checkForm(text, form)];
}

/** A part of all. */
export function checkPercent(text: string): readonly string[] {
  const words = "a valid percent string must be a numeric string followed by an ending '%'";
  return checkForm(text, { words, pattern: '[0-9]+%', examples: ['1%', '93%'] });
}

/** The name of a port. */
export function checkPortName(text: string): readonly string[] {
  return [
    ...checkLength(text, 15),
    ...(/^[-a-z0-9]+$/.test(text) ? [] : ['must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)']),
    ...(/[a-z]/.test(text) ? [] : ['must contain at least one letter (a-z)']),
    ...(text.includes('--') ? ['must not contain consecutive hyphens'] : []),
    ...(/^-|-$/.test(text) ? ['must not begin or end with a hyphen'] : []),
  ];
}

/** The key of a ConfigMap or a Secret. */
export function checkConfigKey(text: string): readonly string[] {
  const words = "a valid config key must consist of alphanumeric characters, '-', '_' or '.'";
  const form = { words, pattern: '[-._a-zA-Z0-9]+', examples: ['key.name', 'KEY_NAME', 'key-name'] };
  return [...checkLength(text, 253), ...checkForm(text, form), ...checkFolders(text)];
}

function checkFolders(text: string): readonly string[] {
  if (text === '.' || text === '..') return [`must not be '${text}'`];
  return text.startsWith('..') ? ["must not start with '..'"] : [];
}

/** The name of a variable. */
export function checkVariableName(text: string): readonly string[] {
  const why = "a valid environment variable name must consist only of printable ASCII characters other than '='";
  return /^[ -<>-~]*$/.test(text) ? [] : [why];
}

/** The name of a header. */
export function checkHeaderName(text: string): readonly string[] {
  const words = "a valid HTTP header must consist of alphanumeric characters or '-'";
  return checkForm(text, { words, pattern: '[-A-Za-z0-9]+', examples: ['X-Header-Name'] });
}

/** A DNS subdomain, or all those below one. */
export function checkHost(text: string): readonly string[] {
  if (!text.includes('*')) return checkSubdomain(text);
  const words =
    "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character";
  const form = { words, pattern: `\\*\\.${SUBDOMAIN}`, examples: ['*.example.com'] };
  return [...checkLength(text, 253), ...checkForm(text, form)];
}
