// What of kubectl's output must be equal: everything but ages, uids, versions, times and addresses, and the order of
// managers of fields, which the second of each write decides.

import { isList, type Json, toCanonicalText } from '../../apiserver/model/json.ts';
import type { Printed } from './run.ts';

const UID = /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g;
// What stands behind generated names: a hash, a suffix, or both.
const SIGNS = '[bcdfghjklmnpqrstvwxz2456789]';
const GENERATED = new RegExp(`(?<=[a-z]-|=)(?:(?=\\w*\\d)${SIGNS}{8,10}(?:-${SIGNS}{5})?|${SIGNS}{5})\\b`, 'g');
// A client says this where its own limit of time and the end of a watch meet, which is chance.
const SHORT_WATCH = /^LOG reflector\.go:.*very short watch.*\n/gm;

/** The output of a step in the form in which that of two servers is equal. */
export function normalizeOutput({ step, code, stdout, stderr }: Printed): Printed {
  return { step, code, stdout: sortManagers(normalizeText(inOneOrder(stdout))), stderr: normalizeText(stderr) };
}

// Raw answers: the order of fields has no meaning.
function inOneOrder(text: string): string {
  if (!text.startsWith('{')) return text;
  try {
    return `${toCanonicalText(JSON.parse(text, sortedManagers) as Json)}\n`;
  } catch {
    return text;
  }
}

function sortedManagers(key: string, value: Json): Json {
  if (key !== 'managedFields' || !isList(value)) return value;
  const timeless = (one: Json): string => normalizeText(toCanonicalText(one));
  return [...value].sort((a, b) => (timeless(a) < timeless(b) ? -1 : 1));
}

// In YAML: the items of the list, each with the lines that are further in.
function sortManagers(text: string): string {
  return text.replaceAll(
    /^( *)managedFields:\n((?:\1[- ] .*\n)+)/gm,
    (_, indent: string, list: string) =>
      `${indent}managedFields:\n${list
        .split(new RegExp(`^(?=${indent}- )`, 'm'))
        .sort()
        .join('')}`,
  );
}

function normalizeText(text: string): string {
  return text
    .replaceAll(UID, 'UID')
    .replaceAll(GENERATED, 'GENERATED')
    .replaceAll(/\beyJ[\w-]+\.[\w-]+\.[\w-]+/g, 'TOKEN')
    .replaceAll(/^[EIW]\d{4} \S+ +\d+ (?=\w+\.go:)/gm, 'LOG ')
    .replaceAll(SHORT_WATCH, '')
    .replaceAll(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, 'TIME')
    .replaceAll(/\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d [+-]\d{4}/g, 'TIME')
    .replaceAll(/\b\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)? [+-]\d{4}(?: UTC)?/g, 'TIME')
    .replaceAll(/(?<=\/tmp\/(?:LIVE|MERGED)-)\d+/g, 'N')
    .replaceAll(/\/tmp\/[\w.-]+\.(?:yaml|json)/g, 'FILE')
    .replaceAll(/(resourceVersion\\*"?: ?\\*")\d+/g, '$1VERSION')
    .replaceAll(/(Resource Version: +)\d+/g, '$1VERSION')
    .replaceAll(/https?:\/\/127\.0\.0\.1:\d+/g, 'SERVER')
    .replaceAll(/\b10\.[01]\.\d+\.\d+\b/g, 'ADDRESS')
    .replaceAll(/\b3[0-2]\d{3}\b/g, 'NODEPORT')
    .replaceAll(/(?<=\s)(?:\d+y)?(?:\d+d)?(?:\d+h)?(?:\d+m)?\d+[smhdy](?=\s|\)|$)/g, 'AGE')
    .replaceAll(/(?<=\S) {2,}/g, '  ')
    .replaceAll(/ +$/gm, '');
}
