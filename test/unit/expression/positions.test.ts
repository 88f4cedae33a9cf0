// Where an error is reported: the piece of the formula that failed, in both back ends.

import { describe, expect, test } from 'vitest';
import { ours } from '../../support/oracle.ts';

const input = { a: { b: [{ n: 1 }, { n: 'x' }] }, name: 'web', list: [3, 1, 2], on: true };

// The piece that is marked, between « and ».
const cases: readonly (readonly [marked: string, code: string])[] = [
  ['1 «+» name', 'T2002'],
  ['name «-» 1', 'T2001'],
  ['name «*» (1 + 2)', 'T2001'],
  ['list[0] «/» on', 'T2002'],
  ['«-»name', 'D1002'],
  ['a.b.n[$ «>» 0]', 'T2009'],
  ['on «<» 1', 'T2010'],
  ['name «>=» 1', 'T2009'],
  ['[1«..»name]', 'T2004'],
  ['[name«..»2]', 'T2003'],
  ['{«list»: 1}', 'T1003'],
  ['{"x": 1, «"x"»: 2}', 'D1009'],
  ['a.b{«n»: 1}', 'T1003'],
  ['«$uppercase»(1)', 'T0410'],
  ['$count(«$sum»(list & "x"))', 'T0412'],
  ['name & «$substring»("a", "b")', 'T0410'],
  ['list.«$uppercase»()', 'T0411'],
  ['«$number»(name)', 'D3030'],
  ['«$sqrt»(-4)', 'D3060'],
  ['«$power»(10, 400)', 'D3061'],
  ['$string(«$error»("no"))', 'D3137'],
  ['list ~> «$map»(function($v){ $v > 0 }, 1)', 'T0410'],
  ['$map(list, function($v){ $v «+» "x" })', 'T2002'],
  ['a.b^(«n»)', 'T2007'],
  ['(name «~>» on)', 'T2006'],
  ['«name»(1)', 'T1006'],
  ['«sum»(list)', 'T1005'],
  ['«$nope»(1)', 'T1006'],
  ['«$nope»(?)', 'T1008'],
  ['«$single»(list)', 'D3138'],
  ['«$split»(name, "e", -1)', 'D3020'],
  ['«$match»(name, /x*/)', 'D1004'],
  ['a ~> |b|«n»|', 'T2011'],
  ['a ~> |b|{}, «n»|', 'T2012'],
  ['«(function($x)<n:n>{ $x })»(name)', 'T0410'],
  ['«function($x)<n:n>{ $x }»(name)', 'T0410'],
  ['«list»[0](1)', 'T1006'],
  ['«$map»(list, $substring)', 'T0410'],
  ['[name, «$error»(), 1]', 'D3137'],
  ['(on ? «$assert»(false) : 1)', 'D3141'],
  ['«$eval»("1 +")', 'D3120'],
  ['«$formatBase»(1, 99)', 'D3100'],
];

describe('the range of an error', () => {
  test.each(cases)('%s', (marked, code) => {
    const source = marked.replaceAll(/[«»]/g, '');
    const start = marked.indexOf('«');
    const end = marked.indexOf('»') - 1;
    for (const backEnd of ['closures', 'generated'] as const) {
      const { outcome, at } = ours(source, input, { profile: 'jsonata', backEnd });
      expect({ ...outcome, piece: at === undefined ? undefined : source.slice(at.start, at.end), at }).toEqual({
        code,
        piece: source.slice(start, end),
        at: { start, end },
      });
    }
  });
});
