// Label selectors. Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors

/** One condition on a label. */
export interface SelectorTerm {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
  readonly values: readonly string[];
}

/** Selects objects by their labels; all terms must hold. */
export type LabelSelector = readonly SelectorTerm[];

type Labels = { readonly [key: string]: string } | undefined;

/** True for labels that a selector selects. */
export function matchesSelector(labels: Labels, selector: LabelSelector): boolean {
  return selector.every((term) => matchesTerm(labels?.[term.key], term));
}

function matchesTerm(value: string | undefined, { operator, values }: SelectorTerm): boolean {
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
  }
}

/** The selector as kubectl writes it: `tier in (db,web),!legacy`. */
export function describeSelector(selector: LabelSelector): string {
  return selector.map(describeTerm).join(',');
}

function describeTerm({ key, operator, values }: SelectorTerm): string {
  const [first, ...others] = values;
  switch (operator) {
    case 'In':
      return others.length === 0 ? `${key}=${first}` : `${key} in (${values.join(',')})`;
    case 'NotIn':
      return others.length === 0 ? `${key}!=${first}` : `${key} notin (${values.join(',')})`;
    case 'Exists':
      return key;
    case 'DoesNotExist':
      return `!${key}`;
  }
}
