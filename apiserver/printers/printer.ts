// What printers share: a column with its cell, and the texts of which many cells are made.
// Source: https://kubernetes.io/docs/reference/using-api/api-concepts/#receiving-resources-as-tables

import { nameOf } from '../model/api-object.ts';
import { getIn, isObject, type Json, type JsonObject, listIn, objectIn, textIn } from '../model/json.ts';

/** A cell of an object at a time. */
export type Cell = (object: JsonObject, nowMs: number) => Json;

/** A column, as clients see it, and how its cells are made. */
export interface PrintedColumn {
  readonly name: string;
  readonly type: string;
  readonly format: string;
  /** Empty for built-in kinds: the real server's texts are not among the facts. */
  readonly description: string;
  /** 0 for the columns of every table, 1 for those of wide ones. */
  readonly priority: number;
  readonly cell: Cell;
}

/** The columns of the table of a kind. */
export type Printer = readonly PrintedColumn[];

/** A column with texts. */
export function column(name: string, cell: Cell, type = 'string'): PrintedColumn {
  return { name, type, format: '', description: '', priority: 0, cell };
}

/** A column of wide tables. */
export function wide(name: string, cell: Cell): PrintedColumn {
  return { ...column(name, cell), priority: 1 };
}

/** The column that every table begins with, or nearly every one. */
export const NAME: PrintedColumn = { ...column('Name', nameOf), format: 'name' };

/** The column with the age of the object. */
export const AGE: PrintedColumn = column('Age', (object, nowMs) =>
  since(textIn(object, 'metadata', 'creationTimestamp'), nowMs),
);

/** How long ago a time was; empty times are not known. */
export function since(time: string, nowMs: number): string {
  return time === '' ? '<unknown>' : toAge(nowMs - Date.parse(time));
}

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const YEAR_MS = 365 * DAY_MS;

// Up to an age: its unit, and the smaller unit that stands behind it.
const AGES: readonly (readonly [number, number, string, number, string])[] = [
  [2 * MINUTE_MS, SECOND_MS, 's', 0, ''],
  [10 * MINUTE_MS, MINUTE_MS, 'm', SECOND_MS, 's'],
  [3 * HOUR_MS, MINUTE_MS, 'm', 0, ''],
  [8 * HOUR_MS, HOUR_MS, 'h', MINUTE_MS, 'm'],
  [2 * DAY_MS, HOUR_MS, 'h', 0, ''],
  [8 * DAY_MS, DAY_MS, 'd', HOUR_MS, 'h'],
  [2 * YEAR_MS, DAY_MS, 'd', 0, ''],
  [8 * YEAR_MS, YEAR_MS, 'y', DAY_MS, 'd'],
];

/** An age in the words of kubectl: `5s`, `3m20s`, `4d`. */
export function toAge(ageMs: number): string {
  if (Number.isNaN(ageMs) || ageMs <= -2 * SECOND_MS) return '<invalid>';
  if (ageMs < 0) return '0s';
  for (const [limit, unit, sign, small, smallSign] of AGES) {
    if (ageMs >= limit) continue;
    const rest = small === 0 ? 0 : Math.floor((ageMs % unit) / small);
    return `${Math.floor(ageMs / unit)}${sign}${rest === 0 ? '' : `${rest}${smallSign}`}`;
  }
  return `${Math.floor(ageMs / YEAR_MS)}y`;
}

/** The number at a path, or 0. */
export function numberIn(value: Json, ...path: readonly string[]): number {
  const found = getIn(value, ...path);
  return typeof found === 'number' ? found : 0;
}

/** The text or number at a path as a text, or what stands for nothing. */
export function textOr(nothing: string, value: Json, ...path: readonly string[]): string {
  const found = getIn(value, ...path);
  return found === undefined || found === null || found === '' ? nothing : String(found);
}

/** The objects of the list at a path. */
export function objectsIn(value: Json, ...path: readonly string[]): readonly JsonObject[] {
  return listIn(value, ...path).filter(isObject);
}

/** Labels as a text. */
export function labelsText(labels: JsonObject): string {
  const texts = Object.keys(labels)
    .sort()
    .map((key) => `${key}=${labels[key]}`);
  return texts.length === 0 ? '<none>' : texts.join(',');
}

/** A label selector as a text. */
export function selectorText(selector: Json | undefined): string {
  if (!isObject(selector)) return '<none>';
  const labels = objectIn(selector, 'matchLabels');
  const parts = Object.keys(labels).map((key): readonly [string, string] => [key, `${key}=${labels[key]}`]);
  for (const expression of objectsIn(selector, 'matchExpressions'))
    parts.push([textIn(expression, 'key'), expressionText(expression)]);
  const texts = parts.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, text]) => text);
  return texts.length === 0 ? '<none>' : texts.join(',');
}

function expressionText(expression: JsonObject): string {
  const key = textIn(expression, 'key');
  const values = listIn(expression, 'values').map(String).sort().join(',');
  switch (expression['operator']) {
    case 'In':
      return `${key} in (${values})`;
    case 'NotIn':
      return `${key} notin (${values})`;
    case 'Exists':
      return key;
    default:
      return `!${key}`;
  }
}

/** The first of many texts, and how many more there are. */
export function shortened(texts: readonly string[], separator: string, most: number): string {
  const first = texts.slice(0, most).join(separator);
  return texts.length > most ? `${first} + ${texts.length - most} more...` : first;
}

/** The wide columns of a workload whose pod is at a path. */
export function containerColumns(...path: readonly string[]): Printer {
  const join = (field: string): Cell => {
    return (object) =>
      objectsIn(object, ...path, 'containers')
        .map((container) => textIn(container, field))
        .join(',');
  };
  return [wide('Containers', join('name')), wide('Images', join('image'))];
}
