// When resources are looked at again because more is known of a kind of their children.

import { expect, test } from 'vitest';
import { ObservedChildren } from '../../../engine/run/observed-children.ts';
import type { Interest, InterestScope, Observed } from '../../../engine/watch/interests.ts';
import type { ReflectorState } from '../../../engine/watch/reflector.ts';
import { Store } from '../../../engine/watch/store.ts';
import { ruleOf } from '../../support/rules.ts';

const RULE = ruleOf(`  children:
    - { id: beside, template: { apiVersion: v1, kind: ConfigMap, metadata: { name: a } } }
    - { id: there, template: { apiVersion: v1, kind: ConfigMap, metadata: { name: b, namespace: other } } }
`);

/** What is watched, each with a state that a test sets. */
class Watches implements InterestScope {
  readonly states = new Map<string | undefined, { state: ReflectorState; tell: () => void }>();

  observe({ namespace }: Interest): Observed {
    const listeners: (() => void)[] = [];
    const watch = { state: 'starting' as ReflectorState, tell: () => listeners.map((listener) => listener()) };
    this.states.set(namespace, watch);
    const reflector = {
      get state() {
        return watch.state;
      },
      get isSettled() {
        return ['synced', 'missing'].includes(watch.state);
      },
      message: `${namespace} may not be listed`,
      whenKnown: async () => undefined,
      onState: (listener: () => void) => {
        listeners.push(listener);
        return () => undefined;
      },
    };
    const store = new Store(() => undefined);
    return { store, reflector: reflector as unknown as Observed['reflector'] };
  }

  release(): void {}

  set(namespace: string | undefined, state: ReflectorState): void {
    const watch = this.states.get(namespace);
    if (watch === undefined) return;
    watch.state = state;
    watch.tell();
  }
}

const observe = (namespace: string | undefined) => {
  const watches = new Watches();
  let known = 0;
  const deps = { interests: watches, namespace, onChange: () => undefined, onKnown: () => (known += 1) };
  const children = new ObservedChildren(RULE, deps);
  return { watches, children, known: () => known };
};

test('resources are asked for when a kind is listed, when it is not served, and when it is served again', () => {
  const { watches, known } = observe(undefined);
  const after = (state: ReflectorState) => {
    watches.set(undefined, state);
    return known();
  };
  expect([after('missing'), after('synced'), after('failing'), after('missing'), after('synced')]).toEqual([
    1, 2, 2, 3, 4,
  ]);
});

test('a place that may not be listed says so of itself only', () => {
  const { watches, children } = observe('mine');
  const kind = { apiVersion: 'v1', kind: 'ConfigMap' };
  watches.set('mine', 'synced');
  expect(children.unlisted({ ...kind, where: { kind: 'beside' } })).toBeUndefined();
  expect(children.unlisted({ ...kind, where: { kind: 'named', namespaces: ['other'] } })).toBe(
    'other may not be listed',
  );
  expect(children.unlisted(kind)).toBe('other may not be listed');
  watches.set('other', 'synced');
  expect(children.unlisted(kind)).toBeUndefined();
});
