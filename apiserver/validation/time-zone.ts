// Zones of time by their names in the database of the IANA, where capitals count.

import { type FieldError, invalid } from '../model/field-error.ts';
import type { Json } from '../model/json.ts';

/** What is wrong with the zone of a schedule. */
export function checkTimeZone(zone: Json | undefined, path: string): readonly FieldError[] {
  if (typeof zone !== 'string') return [];
  if (zone === '') return [invalid(path, zone, 'timeZone must be nil or non-empty string')];
  const unknown = invalid(path, zone, `unknown time zone ${zone}`);
  const parts = zone.split('/');
  if (parts.some((part) => part === '.' || part === '..' || !/^(?!-)[A-Za-z._0-9+-]{1,14}$/.test(part)))
    return [unknown];
  const isLocal = zone.toLowerCase() === 'local';
  const own = 'timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones';
  const errors = isLocal ? [invalid(path, zone, own)] : [];
  return isTimeZone(zone) || zone === 'Local' ? errors : [...errors, unknown];
}

/** True for the name of a zone. */
export function isTimeZone(zone: string): boolean {
  if (!isSpelled(zone)) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

const ODD_WORDS: ReadonlySet<string> = new Set([
  ...['McMurdo', 'DumontDUrville', 'ComodRivadavia', 'EasterIsland', 'BajaNorte', 'BajaSur', 'DeNoronha'],
  ...['EST5EDT', 'CST6CDT', 'MST7MDT', 'PST8PDT', 'CHAT', 'of', 'au', 'es'],
]);

// The names that are known are known in any spelling.
function isSpelled(zone: string): boolean {
  if (/^(?:Utc|Uct|Gmt|Est|Mst|Hst|Cet|Eet|Met|Wet|Prc|Roc|Rok)$/.test(zone)) return false;
  return zone.split(/[/_+-]/).every((word) => ODD_WORDS.has(word) || /^(?:[A-Z]{1,3}\d*|[A-Z][a-z]+|\d*)$/.test(word));
}
