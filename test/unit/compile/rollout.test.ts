// What does not go together in a rollout is said when the rule is loaded, with its place.

import { expect, test } from 'vitest';
import { checkText } from '../../../tools/error-examples.ts';

const say = (rollout: string, { loop = true, more = '' } = {}) => {
  const many = loop ? '      forEach: [a, b]\n      key: =$item\n' : '';
  const text = `apiVersion: opsonata.dev/v1alpha1
kind: Rule
metadata: { name: web }
spec:
  resource: { apiVersion: example.com/v1, kind: Web }
  children:
    - id: node
${many}      rollout: ${rollout}
      template: { apiVersion: v1, kind: ConfigMap, metadata: { name: "{% metadata.name %}-node" } }
${more}`;
  return checkText(text).diagnostics.map(({ code, message, span }) => `${span.start.line} ${code}: ${message}`);
};
const task = (id: string, fields = '') =>
  `    - { id: ${id}, ${fields}template: { apiVersion: batch/v1, kind: Job, metadata: { name: "{% metadata.name %}-{% $self.metadata.name %}" } } }\n`;

test('a rollout needs members', () => {
  expect(say('{ maxUnavailable: 2 }', { loop: false })).toEqual(['8 MissingField: rollout needs the field "forEach"']);
});

test('a drain is a task, of one child, without a key', () => {
  expect(say('{ drain: leave }')).toEqual(['10 UnknownChild: no task has the id "leave"']);
  const other =
    '    - { id: other, forEach: [a], key: =$item, rollout: { drain: leave }, template: { apiVersion: v1, kind: Secret, metadata: { name: "{% metadata.name %}-other" } } }\n';
  expect(say('{ drain: leave }', { more: `${other}  tasks:\n${task('leave', 'key: =spec.x, ')}` })).toEqual([
    '12 UnfitPolicy: the task "leave" drains the members of "node" already',
    '14 UnfitPolicy: a task that drains members runs once for each that leaves, so "key" says nothing',
  ]);
});

test('only a task that drains reads a member', () => {
  expect(say('{ drain: leave }', { more: `  tasks:\n${task('leave')}` })).toEqual([]);
  expect(say('{}', { more: `  tasks:\n${task('leave')}` })).toEqual([
    '13 UnknownVariable: there is no variable "$self"',
  ]);
});

test('volumes are other children with the same keys', () => {
  expect(say('{ volumes: [node, dat] }')).toEqual([
    '10 UnknownChild: no other child with forEach has the id "node"',
    '10 UnknownChild: no other child with forEach has the id "dat"',
  ]);
});

test('the order is a number, the gate true or false, and both are formulas of types', () => {
  expect(say(`{ order: '="last"', gate: '="open"' }`)).toEqual([
    '10 WrongType: the formula gives the text "last", and the field takes a number',
    '10 WrongType: the formula gives the text "open", and the field takes a boolean',
  ]);
  expect(say('{ gate: open }')).toEqual(['10 WrongValue: "gate" is a plain text, not a formula']);
});

test('a member that depends on its own drain is a cycle', () => {
  const more = `      after: [leave]\n  tasks:\n${task('leave')}`;
  expect(say('{ drain: leave }', { more }).join()).toContain('DependencyCycle');
});
