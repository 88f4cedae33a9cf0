// Addresses of the web, as an HTTP server reads them.
// Source: https://pkg.go.dev/net/url#ParseRequestURI

/** The parts of an address that is a URL or an absolute path. */
export interface UrlParts {
  readonly scheme: string;
  /** With the port. */
  readonly host: string;
  /** As it was written. */
  readonly path: string;
  readonly query: string;
}

/** The parts, or what is wrong. */
export type ParsedUrl = { readonly parts: UrlParts } | { readonly problem: string };

/** Reads an address. */
export function parseRequestUrl(text: string): ParsedUrl {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (/[\u0000-\u001f\u007f]/.test(text)) return { problem: 'net/url: invalid control character in URL' };
  if (text === '') return { problem: 'empty url' };
  if (text === '*') return { parts: { scheme: '', host: '', path: '*', query: '' } };
  if (text.startsWith(':')) return { problem: 'missing protocol scheme' };
  const [, scheme = '', rest = text] = /^([A-Za-z][A-Za-z0-9+.-]*):(.*)$/s.exec(text) ?? [];
  const [, before = '', query = ''] = /^([^?]*)(?:\?(.*))?$/s.exec(rest) ?? [];
  const found = { scheme: scheme.toLowerCase(), query };
  if (!before.startsWith('/'))
    return scheme === '' ? { problem: 'invalid URI for request' } : { parts: { ...found, host: '', path: '' } };
  const [, authority = '', path = before] =
    scheme !== '' && before.startsWith('//') ? (/^\/\/([^/]*)(.*)$/s.exec(before) ?? []) : [];
  const problem = authorityProblem(authority) ?? escapeProblem(path);
  if (problem !== undefined) return { problem };
  return { parts: { ...found, host: hostOf(authority), path } };
}

function hostOf(authority: string): string {
  return authority.slice(authority.lastIndexOf('@') + 1);
}

function authorityProblem(authority: string): string | undefined {
  const at = authority.lastIndexOf('@');
  const host = authority.slice(at + 1);
  const user = at < 0 ? '' : authority.slice(0, at);
  return hostProblem(host) ?? (/^[A-Za-z0-9._~!$&'()*+,;=:%@-]*$/.test(user) ? undefined : 'net/url: invalid userinfo');
}

function hostProblem(host: string): string | undefined {
  if (host.startsWith('[')) {
    const end = host.lastIndexOf(']');
    if (end < 0) return "missing ']' in host";
    return portProblem(host.slice(end + 1)) ?? signProblem(host);
  }
  const colon = host.indexOf(':');
  return (colon < 0 ? undefined : portProblem(host.slice(colon))) ?? signProblem(host);
}

function portProblem(text: string): string | undefined {
  return /^(?::\d*)?$/.test(text) ? undefined : `invalid port ${JSON.stringify(text)} after host`;
}

function signProblem(host: string): string | undefined {
  const escaped = /%(?:(?!25)[0-7][0-9A-Fa-f]|[0-9A-Fa-f]?(?![0-9A-Fa-f]).?)/.exec(host);
  if (escaped !== null) return `invalid URL escape ${JSON.stringify(host.slice(escaped.index, escaped.index + 3))}`;
  const wrong = /[^A-Za-z0-9._~!$&'()*+,;=:[\]<>"%\u0080-\uffff-]/.exec(host);
  return wrong === null ? undefined : `invalid character ${JSON.stringify(wrong[0])} in host name`;
}

function escapeProblem(path: string): string | undefined {
  const wrong = /%(?![0-9A-Fa-f]{2})/.exec(path);
  return wrong === null ? undefined : `invalid URL escape ${JSON.stringify(path.slice(wrong.index, wrong.index + 3))}`;
}
