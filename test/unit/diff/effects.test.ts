import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyContent, holds, replacedBy, undo } from '../../../engine/diff/effects.ts';
import type { Json, JsonObject } from '../../../engine/model/json.ts';
import type { KubeObject } from '../../../engine/model/object.ts';
import { type Effect, type PatchContent, type PatchOperation, toEffects } from '../../../engine/model/patch.ts';
import { seeded } from '../../support/seeded.ts';

const span = { file: 'rule.yaml', start: { line: 1, column: 1, offset: 0 }, end: { line: 1, column: 2, offset: 1 } };
const objectOf = (fields: object): KubeObject =>
  ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, ...fields }) as KubeObject;
const merge = (fields: object): PatchContent => ({ mode: 'merge', fields: fields as JsonObject });
const json = (...operations: readonly object[]): PatchContent => ({
  mode: 'json',
  operations: operations.map((operation) => ({ ...operation, span }) as PatchOperation),
});

/** Applies a patch; the result is the object after it, and what is remembered. */
function patch(base: KubeObject, content: PatchContent): { after: KubeObject; effects: readonly Effect[] } {
  const patched = applyContent(base, content);
  if (patched.kind !== 'done') throw new Error(patched.message);
  return { after: patched.object, effects: toEffects(replacedBy(base, patched.object, content), patched.object, base) };
}

describe('a patch that is undone', () => {
  test.each([
    ['a value', { data: { x: '1' } }, merge({ data: { x: '2' } })],
    ['a new value', { data: { x: '1' } }, merge({ data: { y: '2' } })],
    ['a new mapping', {}, merge({ data: { a: { b: '2' } } })],
    ['a removed value', { data: { x: '1', y: '2' } }, merge({ data: { x: null } })],
    ['a removed mapping', { data: { x: '1' } }, merge({ data: null })],
    ['a value in place of a mapping', { data: { x: '1' } }, merge({ data: 'text' })],
    ['a list', { list: [1, 2] }, merge({ list: [3] })],
    ['an item added', { list: [{ name: 'a' }] }, json({ op: 'add', path: '/list/-', value: { name: 'b' } })],
    ['an item removed', { list: [{ name: 'a' }, { name: 'b' }] }, json({ op: 'remove', path: '/list/0' })],
    ['a field of an item', { list: [{ name: 'a' }] }, json({ op: 'add', path: '/list/0/x', value: 1 })],
    ['a move', { a: { x: 1 }, b: {} }, json({ op: 'move', from: '/a/x', path: '/b/y' })],
    ['a copy', { a: { x: 1 }, b: {} }, json({ op: 'copy', from: '/a/x', path: '/b/y' })],
    ['a key with a slash', { a: {} }, json({ op: 'add', path: '/a/x~1y', value: 1 })],
  ])('leaves what was there: %s', (_, fields, content) => {
    const base = objectOf(fields);
    const { after, effects } = patch(base, content);
    expect(after).not.toEqual(base);
    expect(effects.every((effect) => holds(after, effect))).toBe(true);
    expect(undo(after, effects)).toEqual({ object: base, lost: [] });
    expect(undo(base, effects)).toEqual({ object: base, lost: [] });
  });

  test('knows what an earlier form of it left, where the later one was remembered and not written', () => {
    const base = objectOf({ data: { x: 'theirs' } });
    const { after: first } = patch(base, merge({ data: { x: '1' } }));
    for (const x of ['2', 'theirs']) {
      const content = merge({ data: { x } });
      const second = applyContent(base, content);
      if (second.kind !== 'done') throw new Error(second.message);
      const effects = toEffects(replacedBy(base, second.object, content), second.object, first);
      expect(undo(first, effects)).toEqual({ object: base, lost: [] });
      expect(undo(second.object, effects)).toEqual({ object: base, lost: [] });
    }
  });

  test('leaves what others added beside it', () => {
    const { after, effects } = patch(objectOf({}), merge({ data: { ours: '1' } }));
    const shared = { ...after, data: { ours: '1', theirs: '2' } };
    expect(effects.every((effect) => holds(shared, effect))).toBe(true);
    expect(undo(shared, effects)).toEqual({ object: objectOf({ data: { theirs: '2' } }), lost: [] });
  });

  test('leaves what others changed, and says so', () => {
    const { after, effects } = patch(objectOf({ data: { x: '1', y: '1' } }), merge({ data: { x: '2', y: '2' } }));
    const edited = { ...after, data: { x: '3', y: '2' } };
    const { object, lost } = undo(edited, effects);
    expect(object['data']).toEqual({ x: '3', y: '1' });
    expect(lost.map(({ path }) => path)).toEqual(['/data/x']);
  });

  test('says nothing of what was so before, and of what is as it was', () => {
    const { after, effects } = patch(objectOf({ data: { x: '1', y: '1' } }), merge({ data: { x: '1', y: '2' } }));
    expect(undo({ ...after, data: { x: '3', y: '1' } }, effects)).toEqual({
      object: objectOf({ data: { x: '3', y: '1' } }),
      lost: [],
    });
  });

  test('takes its own items out of a list that others changed, and puts back what it took', () => {
    const base = objectOf({ list: ['a', 'b'] });
    const content = json({ op: 'remove', path: '/list/0' }, { op: 'add', path: '/list/-', value: 'ours' });
    const { after, effects } = patch(base, content);
    expect(after['list']).toEqual(['b', 'ours']);
    expect(undo({ ...after, list: ['theirs', 'b', 'ours'] }, effects)).toEqual({
      object: objectOf({ list: ['theirs', 'b', 'a'] }),
      lost: [],
    });
    expect(undo({ ...after, list: ['b', 'ours changed'] }, effects).lost).toHaveLength(1);
  });

  test('is remembered without its values, which may be secret', () => {
    const { effects } = patch(
      objectOf({ data: {} }),
      merge({ data: { password: 'correct horse' }, list: ['battery'] }),
    );
    expect(JSON.stringify(effects)).not.toMatch(/correct|battery/);
  });

  test('is seen to be gone when a value of it changed', () => {
    const { after, effects } = patch(objectOf({ data: { x: '1' } }), merge({ data: { x: '2' } }));
    expect(holds({ ...after, data: { x: '3' } }, effects[0] as Effect)).toBe(false);
    expect(holds({ ...after, data: {} }, effects[0] as Effect)).toBe(false);
  });
});

describe('any merge patch', () => {
  const key = fc.constantFrom('a', 'b', 'c/d', 'e~f');
  const value: fc.Arbitrary<Json> = fc.letrec<{ json: Json }>((tie) => ({
    json: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom<Json>('x', 'y', 1, true),
      fc.array(fc.constantFrom<Json>('p', 'q', { name: 'r' }), { maxLength: 3 }),
      fc.dictionary(key, tie('json'), { maxKeys: 3 }) as fc.Arbitrary<Json>,
    ),
  })).json;
  const fields = fc.dictionary(key, value, { maxKeys: 3 });
  const patchFields = fc.dictionary(key, fc.oneof(value, fc.constant(null)), { maxKeys: 3 });

  test('is undone to exactly what was there', () => {
    fc.assert(
      fc.property(fields, patchFields, (base, content) => {
        const before = objectOf({ spec: base });
        const { after, effects } = patch(before, merge({ spec: content }));
        expect(effects.every((effect) => holds(after, effect))).toBe(true);
        const undone = undo(after, effects);
        expect(undone).toEqual({ object: before, lost: [] });
      }),
      seeded(2000),
    );
  });

  test('done twice is done once', () => {
    fc.assert(
      fc.property(fields, patchFields, (base, content) => {
        const { after } = patch(objectOf({ spec: base }), merge({ spec: content }));
        expect(patch(after, merge({ spec: content })).after).toEqual(after);
      }),
      seeded(500),
    );
  });
});

describe('an operation that cannot be done', () => {
  const object = objectOf({ spec: { replicas: 3, list: ['a'] } });

  test.each([
    [{ op: 'test', path: '/spec/replicas', value: 2 }, 'it is 3, not 2'],
    [{ op: 'test', path: '/spec/none', value: 2 }, 'it is nothing, not 2'],
    [{ op: 'remove', path: '/spec/none' }, 'there is nothing at this path'],
    [{ op: 'replace', path: '/spec/none', value: 1 }, 'there is nothing at this path'],
    [{ op: 'add', path: '/spec/none/x', value: 1 }, 'there is nothing that it could be added to'],
    [{ op: 'move', from: '/spec/none', path: '/spec/x' }, 'there is nothing at the path in "from"'],
  ])('names itself and why: %j', (operation, message) => {
    const first = { op: 'test', path: '/spec/list/0', value: 'a' };
    expect(applyContent(object, json(first, operation))).toMatchObject({ kind: 'refused', number: 2, message });
  });
});
