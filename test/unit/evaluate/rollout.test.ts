// Members of a child with a rollout: whose turn it is, and why the others wait.

import { describe, expect, test } from 'vitest';
import type { Plan } from '../../../engine/model/plan.ts';
import { MemberWorld, NOT_READY, ROLLOUT, VOLUME } from '../../support/member-world.ts';

const begun = (rollout?: string, more?: string): MemberWorld => {
  const world = new MemberWorld(rollout, more);
  world.look();
  world.look();
  world.heal('0', '1', '2');
  return world;
};
const why = ({ waiting }: Plan) => waiting.map(({ code, message }) => `${code} ${message}`);

/** Looks, and then looks again at what came of it. */
const settle = (world: MemberWorld) => {
  world.look();
  return why(world.look());
};

describe('replacing members', () => {
  test('goes one by one, by order and then from the last to the first, each when all are ready', () => {
    const world = begun();
    world.label('shop-2', { role: 'primary' });
    world.spec = { ...world.spec, image: 'v2' };
    const waits = (which: string, reason: string) => [`MemberWaits of "${which}" waits to be replaced: ${reason}`];
    expect(settle(world)).toEqual(
      waits('0', '"1" is not ready: Pod default/shop-1: the pod is not ready; 1 more after it'),
    );
    expect(world.pods).toBe('0:v1 1:v2 2:v1');
    world.heal('1');
    expect(settle(world)).toEqual(waits('2', '"0" is not ready: Pod default/shop-0: the pod is not ready'));
    expect(world.pods).toBe('0:v2 1:v2 2:v1');
    world.heal('0');
    expect(settle(world)).toEqual([]);
    expect(world.pods).toBe('0:v2 1:v2 2:v2');
  });

  test('counts whoever is not ready, also what nobody asked about', () => {
    const world = begun();
    world.change('shop-0', () => ({ status: NOT_READY }));
    world.spec = { ...world.spec, image: 'v2' };
    // The one that is not ready is cured; the others wait for it.
    expect(settle(world)).toEqual([
      'MemberWaits of "2" waits to be replaced: "0" is not ready: Pod default/shop-0: the pod is not ready; 1 more after it',
    ]);
    expect(world.pods).toBe('0:v2 1:v1 2:v1');
  });

  test('waits for one that its controller has not seen as it is now, whatever its own formula says', () => {
    const world = begun('{}\n      ready: =true');
    world.change('shop-0', () => ({ status: { observedGeneration: 0 } }));
    world.spec = { ...world.spec, image: 'v2' };
    world.look();
    expect(world.pods).toBe('0:v2 1:v1 2:v1');
  });

  test('cures members that were broken by the last wish, all at once and without the gate', () => {
    const world = new MemberWorld('{ gate: =false }');
    world.look();
    world.spec = { ...world.spec, image: 'v2' };
    world.look();
    expect(world.pods).toBe('0:v2 1:v2 2:v2');
  });

  test('takes as many at a time as may be missing, and never two orders at once', () => {
    const world = begun("{ order: '=$number($item) > 0 ? 0 : 1', maxUnavailable: 2 }");
    world.spec = { ...world.spec, image: 'v2' };
    settle(world);
    expect(world.pods).toBe('0:v1 1:v2 2:v2');
    world.heal('1');
    expect(settle(world)).toEqual([
      'MemberWaits of "0" waits to be replaced: "2" is not ready: Pod default/shop-2: the pod is not ready',
    ]);
    world.heal('2');
    settle(world);
    expect(world.pods).toBe('0:v2 1:v2 2:v2');
  });

  test('asks the gate for the member whose turn it is, and says where it stands', () => {
    const world = begun(`{ gate: "=$self.metadata.labels.open = 'yes'" }`);
    world.spec = { ...world.spec, image: 'v2' };
    const [wait] = world.look().waiting;
    expect(wait?.message).toBe(
      'of "2" waits to be replaced: its gate, =$self.metadata.labels.open = \'yes\', gave the boolean false ($self.metadata.labels.open is nothing); 2 more after it',
    );
    expect(`${wait?.span.start.line}:${wait?.span.start.column}`).toBe('11:26');
    expect(world.pods).toBe('0:v1 1:v1 2:v1');
    world.label('shop-2', { open: 'yes' });
    settle(world);
    expect(world.pods).toBe('0:v1 1:v1 2:v2');
  });

  test('a gate or an order that fails is said with its place, and holds the members', () => {
    for (const rollout of ['{ gate: =$number(spec.image) > 1 }', '{ order: =$number(spec.image) }']) {
      const world = begun(rollout);
      world.spec = { ...world.spec, image: 'v2' };
      const { failures } = world.look();
      expect(failures[0]).toMatchObject({ child: 'node', code: 'ExpressionFailed' });
      expect(world.pods).toBe('0:v1 1:v1 2:v1');
    }
  });

  test('goes on from what is there, wherever it was when the engine ended', () => {
    const world = begun('{ maxUnavailable: 1 }');
    world.spec = { ...world.spec, image: 'v2' };
    world.look();
    // Deleted to be made anew, and not made yet.
    world.objects = world.objects.filter(({ metadata }) => metadata.name !== 'shop-2');
    world.look();
    expect(world.pods).toBe('0:v1 1:v1 2:v2');
    expect(settle(world)).toEqual([
      'MemberWaits of "1" waits to be replaced: "2" is not ready: Pod default/shop-2: the pod is not ready; 1 more after it',
    ]);
    expect(world.pods).toBe('0:v1 1:v1 2:v2');
  });

  test('an equal wish replaces nobody', () => {
    const world = begun();
    world.look();
    const before = world.objects;
    world.spec = { ...world.spec, members: ['2', '1', '0'] };
    world.look();
    expect(world.objects).toEqual(before);
  });

  test('what depends on the members waits until all are as wished', () => {
    const more =
      '    - { id: late, after: [node], template: { apiVersion: v1, kind: ConfigMap, metadata: { name: late } } }\n';
    const world = begun('{ gate: =false }', more);
    world.look();
    world.spec = { ...world.spec, image: 'v2' };
    expect(why(world.look())).toContain('DependencyNotReady needs "node" of "0", which waits to be replaced');
  });
});

describe('making members', () => {
  test('is done at once, while others wait to be replaced', () => {
    const world = begun('{ gate: =false }');
    world.spec = { ...world.spec, members: ['0', '1', '2', '3', '4'], image: 'v2' };
    world.look();
    expect(world.pods).toBe('0:v1 1:v1 2:v1 3:v2 4:v2');
  });

  test('is done in the order of the list where that is asked for', () => {
    const world = new MemberWorld('{ create: OrderedReady }');
    expect(settle(world)).toEqual([
      'MemberWaits of "1" waits to be made: "0" is not ready: Pod default/shop-0: the pod is not ready; 1 more after it',
    ]);
    expect(world.pods).toBe('0:v1');
    world.heal('0');
    settle(world);
    expect(world.pods).toBe('0:v1 1:v1');
  });
});

describe('members that leave', () => {
  const fewer = (rollout?: string, more?: string): MemberWorld => {
    const world = begun(rollout, more);
    world.spec = { ...world.spec, members: ['0'] };
    return world;
  };

  test('go one at a time, the last key first, where nothing is drained', () => {
    const world = new MemberWorld('{}');
    world.spec = { ...world.spec, members: ['1', '9', '10'] };
    world.look();
    world.heal('1', '9', '10');
    world.spec = { ...world.spec, members: [] };
    world.look();
    expect(world.pods).toBe('1:v1 9:v1');
    world.change('shop-9', ({ metadata }) => ({ metadata: { ...metadata, deletionTimestamp: 'now' } }));
    world.look();
    expect(world.pods).toBe('1:v1 9:v1');
  });

  test('go one at a time, however many may be missing', () => {
    const world = fewer('{ maxUnavailable: 3 }');
    world.change('shop-2', ({ metadata }) => ({ metadata: { ...metadata, deletionTimestamp: 'now' } }));
    world.look();
    expect(world.pods).toBe('0:v1 1:v1 2:v1');
  });

  test('go in the order, the highest first', () => {
    const world = begun();
    world.label('shop-0', { role: 'primary' });
    world.spec = { ...world.spec, members: ['2'] };
    settle(world);
    expect(world.runs).toEqual(['0 Running']);
  });

  test('go when they are drained, whoever else is not ready', () => {
    const world = fewer();
    settle(world);
    world.end('Complete');
    world.change('shop-0', () => ({ status: NOT_READY }));
    settle(world);
    expect(world.pods).toBe('0:v1 1:v1');
  });

  test('are drained before they go', () => {
    const world = fewer();
    expect(settle(world)).toEqual(['MemberWaits of "2" leaves after "leave", which runs for "2@00000003"']);
    expect(world.runs).toEqual(['2 Running']);
    expect(world.objects.findLast(({ kind }) => kind === 'Job')?.metadata.name).toMatch(
      /^shop-leave-shop-2-2-[0-9a-f]+$/,
    );
    expect(world.pods).toBe('0:v1 1:v1 2:v1');
    world.end('Complete');
    settle(world);
    expect(world.pods).toBe('0:v1 1:v1');
    expect(world.runs).toEqual(['2 Succeeded', '1 Running']);
    world.end('Complete');
    settle(world);
    expect(world.pods).toBe('0:v1');
  });

  test('wait while another member is not ready, unless it is they themselves', () => {
    const world = fewer();
    world.change('shop-0', () => ({ status: NOT_READY }));
    expect(settle(world)).toEqual([
      'MemberWaits of "2" waits to leave: "0" is not ready: Pod default/shop-0: the pod is not ready; 1 more after it',
    ]);
    world.change('shop-2', () => ({ status: NOT_READY }));
    settle(world);
    expect(world.runs).toEqual(['2 Running']);
  });

  test('whose drain failed stay, until it is skipped', () => {
    const world = fewer();
    settle(world);
    world.end('Failed');
    settle(world);
    world.end('Failed');
    expect(settle(world)).toEqual(['MemberWaits of "2" leaves after "leave", which failed for "2@00000003"']);
    expect(world.plan().health.find(({ child }) => child === 'leave')?.health.message).toContain('exit 1');
    // It does not hold up a wish that may cure it.
    world.spec = { ...world.spec, image: 'v2' };
    world.look();
    expect(world.pods).toBe('0:v2 1:v1 2:v1');
    world.spec = { ...world.spec, skip: true };
    world.look();
    expect(world.pods).toBe('0:v2 1:v1');
  });

  test('stay when their key is wanted again, and are drained anew the next time', () => {
    const world = fewer();
    settle(world);
    world.spec = { ...world.spec, members: ['0', '1', '2'] };
    expect(settle(world)).toEqual([]);
    expect(world.runs).toEqual([]);
    expect(world.objects.filter(({ kind }) => kind === 'Job')).toEqual([]);
    world.spec = { ...world.spec, members: ['0', '1'] };
    settle(world);
    expect(world.runs).toEqual(['2 Running']);
    world.end('Complete');
    settle(world);
    expect(world.pods).toBe('0:v1 1:v1');
  });

  test('go from the success of their drain on, whatever is wanted, and come back as others', () => {
    const world = fewer();
    settle(world);
    world.end('Complete');
    // The success is written down, and then the key is wanted again.
    world.status = { ...world.status, ...world.plan().state.write } as MemberWorld['status'];
    world.spec = { ...world.spec, members: ['0', '1', '2'] };
    world.look();
    expect(world.pods).toBe('0:v1 1:v1');
    world.look();
    expect(world.pods).toBe('0:v1 1:v1 2:v1');
    world.heal('2');
    expect(settle(world)).toEqual([]);
  });

  test('keep their volume while they are there, and it goes after them', () => {
    const world = fewer(ROLLOUT, VOLUME);
    settle(world);
    expect(world.volumes).toBe('shop-data-0 shop-data-1 shop-data-2');
    world.end('Complete');
    world.look();
    expect([world.pods, world.volumes]).toEqual(['0:v1 1:v1', 'shop-data-0 shop-data-1 shop-data-2']);
    world.look();
    expect(world.volumes).toBe('shop-data-0 shop-data-1');
  });
});

describe('volumes', () => {
  const volumesGo = (more: object, spec: object = { members: ['0'] }): boolean => {
    const world = begun(ROLLOUT, VOLUME);
    world.objects = world.objects.filter(({ kind, metadata }) => kind !== 'Pod' || metadata.name === 'shop-0');
    return world.plan({ ...more, spec }).prune.some(({ child }) => child === 'data');
  };
  const noPods = ({ kind }: { readonly kind: string }) => (kind === 'Pod' ? 'forbidden' : undefined);

  test('go without their member', () => {
    expect(volumesGo({})).toBe(true);
    expect(volumesGo({ isWanted: false })).toBe(true);
  });

  test('stay where nobody can say which members there are', () => {
    expect(volumesGo({ unlisted: noPods })).toBe(false);
    expect(volumesGo({ unlisted: noPods, isWanted: false })).toBe(false);
  });
});

describe('a key', () => {
  const drained = (): MemberWorld => {
    const world = begun(ROLLOUT, VOLUME);
    world.spec = { ...world.spec, members: ['0', '1'] };
    settle(world);
    world.end('Complete');
    world.look();
    expect([world.pods, world.volumes]).toEqual(['0:v1 1:v1', 'shop-data-0 shop-data-1 shop-data-2']);
    return world;
  };

  test('is given to nobody while the volume of a member that was drained is there', () => {
    const world = drained();
    world.spec = { ...world.spec, members: ['0', '1', '2'] };
    const [wait] = settle(world);
    expect(wait).toBe(
      'MemberWaits of "2" waits to be made: its volume PersistentVolumeClaim default/shop-data-2 was that of a member that was drained, and has to go first',
    );
    expect([world.pods, world.volumes]).toEqual(['0:v1 1:v1', 'shop-data-0 shop-data-1 shop-data-2']);
    // Out of the list and in again, as an ordinary edit.
    world.spec = { ...world.spec, members: ['0', '1'] };
    world.look();
    world.spec = { ...world.spec, members: ['0', '1', '2'] };
    world.look();
    world.look();
    expect([world.pods, world.volumes]).toEqual(['0:v1 1:v1 2:v1', 'shop-data-0 shop-data-1 shop-data-2']);
  });

  test('is given to nobody while a volume of it is going, or cannot be made', () => {
    const world = drained();
    world.change('shop-data-2', ({ metadata }) => ({ metadata: { ...metadata, deletionTimestamp: 'now' } }));
    world.spec = { ...world.spec, members: ['0', '1', '2'] };
    expect(why(world.plan())).toEqual([
      'MemberWaits of "2" waits to be made: its volume PersistentVolumeClaim default/shop-data-2 is going',
    ]);
    world.objects = world.objects.filter(({ metadata }) => metadata.name !== 'shop-data-2');
    expect(why(world.plan())).toEqual(['MemberWaits of "2" waits to be made: its volume "data" is not there yet']);
  });

  test('stays with a member that was lost, and its volume', () => {
    const world = begun(ROLLOUT, VOLUME);
    world.objects = world.objects.filter(({ metadata }) => metadata.name !== 'shop-1');
    settle(world);
    expect(world.pods).toBe('0:v1 1:v1 2:v1');
  });
});
