// Kinds that are not there: of Kubernetes' own groups that is known.

import { describe, expect, test } from 'vitest';
import { readFacts } from '../../../cli/facts.ts';
import { factsSchemas } from '../../../engine/compile/kinds.ts';
import { lintKinds } from '../../../engine/compile/lint/kinds.ts';
import { load } from '../../../engine/load/load.ts';
import type { RuleDocument } from '../../../engine/model/rule.ts';

const facts = factsSchemas(readFacts());
const PLACES = {
  resource: (kind: string) => `  resource: { ${kind} }\n`,
  inputs: (kind: string) => `  inputs: [{ id: a, resource: { ${kind} }, name: x }]\n`,
  children: (kind: string) => `  children: [{ id: a, template: { ${kind}, metadata: { name: x } } }]\n`,
  tasks: (kind: string) => `  tasks: [{ id: a, template: { ${kind}, metadata: { name: x } } }]\n`,
  patches: (kind: string) => `  patches: [{ id: a, target: { ${kind}, name: x }, merge: {} }]\n`,
};

function found(place: keyof typeof PLACES, kind: string): readonly string[] {
  const own = place === 'resource' ? '' : PLACES.resource('apiVersion: example.com/v1, kind: Web');
  const text = `apiVersion: opsonata.dev/v1alpha1\nkind: Rule\nmetadata: { name: web }\nspec:\n${own}${PLACES[place](kind)}`;
  const [document] = load([{ file: 'rule.yaml', text, found: false }]).documents;
  return lintKinds(document as RuleDocument, facts).map(({ severity, message, span, hint }) => {
    const word = text.slice(span.start.offset, span.end.offset);
    return `${severity} under ${word}: ${message}; ${hint}`;
  });
}

describe.each(Object.keys(PLACES) as (keyof typeof PLACES)[])('a kind under %s', (place) => {
  test('that Kubernetes does not have is told, with the one that is meant', () => {
    expect(found(place, 'apiVersion: apps/v1, kind: Deploymet')).toEqual([
      'warning under Deploymet: Kubernetes has no kind "Deploymet" in apps/v1; did you mean "Deployment"?',
    ]);
    expect(found(place, 'apiVersion: v1, kind: Deployment')).toEqual([
      'warning under Deployment: Kubernetes has no kind "Deployment" in v1; write apiVersion: apps/v1',
    ]);
    expect(found(place, 'apiVersion: batch/v1beta1, kind: CronJob')).toEqual([
      'warning under CronJob: Kubernetes has no kind "CronJob" in batch/v1beta1; write apiVersion: batch/v1',
    ]);
  });

  test('with an apiVersion that no API server has is an error', () => {
    const said = 'error under apps/1: "apiVersion" is the text "apps/1"; write apiVersion: apps/v1';
    // The schema of a rule says it of the others.
    const isTold = place === 'resource' || place === 'inputs';
    expect(found(place, 'apiVersion: apps/1, kind: Deployment')).toEqual(isTold ? [] : [said]);
  });

  test.each([
    'apiVersion: apps/v1, kind: Deployment',
    'apiVersion: other.example.com/v1, kind: Deploymet',
    'apiVersion: =spec.x, kind: Deploymet',
  ])('is fine: %s', (kind) => expect(found(place, kind)).toEqual([]));
});
