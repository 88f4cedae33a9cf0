// Attacks by long lists, large objects and heavy bodies of loops.

import type { Json } from '../../../engine/model/json.ts';
import { type Attack, attack, each, keyed, LONG, nested, ODD, range, times } from './attack.ts';

function tree(width: number, depth: number): Json {
  return depth === 0 ? 1 : Object.fromEntries(range(width).map((index) => [`n${index}`, tree(width, depth - 1)]));
}

/** Attacks by long lists, large objects and heavy bodies of loops. */
export const lists: readonly Attack[] = [
  attack('$sort of 2e4', '$sort([1..20000])[0]', '= 1'),
  attack('$sort of 2e4, backwards', '$sort($reverse([1..20000]))[0]', '= 1'),
  attack('$sort of 2e5', '$sort($reverse([1..200000]))[0]', 'U1001'),
  attack('$sort of 2e5 by a function', '$sort([1..200000], function($a, $b){ $a < $b })[0]', 'U1001'),
  attack('$sort by a function without sense', '$sort([1..1000], function($a, $b){ true })[0]', '= 1000'),
  attack(
    '$sort of long texts',
    `($x := $pad("x", 100000); $sort($map([1..1000], function($i){ $i & $x }))[0])`,
    'U1001',
  ),
  attack('$sort of one long text', '($x := spec.long; $sort($map([1..20000], function($i){ $x }))[0] = $x)', 'U1001', {
    input: { spec: { long: LONG } },
  }),
  attack('order by a long text', '($x := spec.a; $count([1..20000]^($x)))', 'U1001', { input: { spec: { a: LONG } } }),
  attack('order by many terms', `$count([1..5000]^(${times('1', 200, ',')}))`, 'U1001'),
  attack('order by of 2e5', '$count([1..200000]^(>$))', 'U1001'),
  attack('order by in a product', '[1..1000].([1..1000]^($))', 'U1001'),
  attack('$distinct of 1e5 objects', '$count($distinct([1..100000].{"a": $}))', 'U1001'),
  attack('$distinct of 1e5 texts', '$count($distinct($map([1..100000], $string)))', 'U1001'),
  attack('$distinct of long texts', '($x := spec.long; $count($distinct([1..5000].($x & $))))', 'U1003', {
    input: { spec: { long: LONG } },
  }),
  attack('$merge of 1e5', '$count($keys($merge([1..100000].{"k" & $: 1})))', 'U1001'),
  attack('$merge again and again', '$reduce([1..2000], function($a, $b){ $merge([$a, {"k" & $b: 1}]) }, {})', 'U1001'),
  attack('$append again and again', '$reduce([1..100000], function($a, $b){ $append($a, $b) }, [])', 'U1001'),
  attack('brackets again and again', '$reduce([1..100000], function($a, $b){ [$a, $b] }, [])', 'U1001'),
  attack('$zip of 1e4', '$count($zip([1..10000], [1..10000], [1..10000]))', '= 10000'),
  attack('$zip of many', `($x := [1..1000]; $count($zip(${times('$x', 1200, ',')})))`, 'U1001'),
  attack('$spread of 1e5', '$count($spread($merge([1..30000].{"k" & $: 1})))', 'U1001'),
  attack('$spread of 1e5 objects', '$count($spread([1..50000].{"k": 1}))', 'U1001'),
  attack('$spread of 1e5 keys from outside', '$count($spread(spec.keys))', 'U1001', {
    input: { spec: { keys: keyed(100_000) } },
  }),
  attack(
    '$reverse in a loop',
    '($x := [1..10000]; $count($map([1..10000], function($i){ $count($reverse($x)) })))',
    'U1001',
  ),
  attack('$keys of 1e5', '($x := spec.keys; $sum($map([1..1000], function($i){ $count($keys($x)) })))', 'U1001', {
    input: { spec: { keys: keyed(100_000) } },
  }),
  attack(
    '$keys of an array of objects',
    '($x := spec.list; $sum($map([1..1000], function($i){ $count($keys($x)) })))',
    'U1001',
    { input: { spec: { list: range(1000).map((index) => ({ [`x${index}`]: 1, b: 2, c: 3 })) } } },
  ),
  attack('$each of 1e5', '$count($each(spec.keys, function($v, $k){ $k & $v }))', 'U1001', {
    input: { spec: { keys: keyed(100_000) } },
  }),
  attack(
    '$sift of 1e5 in a loop',
    '($x := spec.keys; $map([1..100], function($i){ $sift($x, function($v){ false }) }))',
    'U1001',
    { input: { spec: { keys: keyed(100_000) } } },
  ),
  attack('** again and again', `$count(${times('**', 8, '.')})`, 'U1001', { input: tree(4, 6) }),
  attack('** in a loop', '[1..10000].($$.**)', 'U1001', { input: tree(4, 6) }),
  attack('* of a long list in a loop', '($x := {"a": [1..10000]}; $count([1..10000].($count($x.*))))', 'U1001'),
  attack('% of many', '$count(spec.list.a.%.%.list.a.%)', 'U1001', {
    input: { spec: { list: range(2000).map((a) => ({ a })) } },
  }),
  attack('groups of 1e6', '$count($keys([1..1000000]{$string($): 1}))', 'U1001'),
  attack('groups of 1e5', '$count($keys([1..100000]{$string($): $}))', 'U1001'),
  attack('groups in groups', '($x := [1..1000]; $x{$string($): $x{$string($): 1}})', 'U1001'),
  attack('groups of numbers as keys', '[1..1000]{$string($ * 4294967): 1} ~> $keys ~> $count', '= 1000'),
  attack('one group of many, then more', '($x := [1..100000]; $x{"a": $sum($), "b": $count($), "c": $})', 'U1001'),
  attack('`in` of a long list', '($x := [1..10000]; $count($x[$ in $x]))', 'U1001'),
  attack(
    '`in` of long texts',
    '($t := spec.long & "a"; $x := [spec.long & "b", spec.long & "c"]; $count([1..100000][$t in $x]))',
    'U1001',
    { input: { spec: { long: LONG } } },
  ),
  attack(
    '`in` of middling texts',
    '($t := spec.t & "a"; $x := spec.t & "b"; $count([1..100000][$t in [$x]]))',
    'U1001',
    { input: { spec: { t: LONG.slice(0, 100_000) } } },
  ),
  attack(
    'comparison of long texts',
    '($x := spec.t & "a"; $y := spec.t & "b"; $count([1..100000][$x = $y]))',
    'U1001',
    { input: { spec: { t: LONG.slice(0, 300_000) } } },
  ),
  attack('comparison with a long literal', `$count([1..100000][$$.spec.t = "${'x'.repeat(60_000)}"])`, 'U1001', {
    input: { spec: { t: `${'x'.repeat(59_999)}y` } },
  }),
  attack('order of long texts', '($x := spec.t & "a"; $y := spec.t & "b"; $count([1..100000][$x < $y]))', 'U1001', {
    input: { spec: { t: LONG.slice(0, 300_000) } },
  }),
  attack('comparison of long lists', '($x := [1..10000]; $y := [1..10000]; $count([1..10000][$x = $y]))', 'U1001'),
  attack('sums of a long list', '($x := [1..10000]; $sum([1..10000].($sum($x))))', 'U1001'),
  attack('maxima of a long list', '($x := [1..10000]; $sum([1..10000].($max($x))))', 'U1001'),
  attack('$count of a long list', '($x := [1..10000]; $sum([1..10000].($count($x))))', '= 100000000'),
  attack('$single of many', '$single([1..50000])', 'D3138'),
  attack('$filter of many', '$count($filter([1..200000], function($x){ $x % 2 = 0 }))', 'U1001'),
  attack('truth of a long list', '($x := $map([1..10000], function(){ 0 }); $count([1..10000][$x]))', 'U1001'),
  attack('truth of a large object', '($x := spec.keys; $count([1..10000][$x]))', 'U1001', {
    input: { spec: { keys: keyed(100_000) } },
  }),
  attack('last of a long list in a loop', '($x := [1..10000]; $count([1..10000].($x[-1])))', '= 10000'),
  attack('$shuffle of many', '$count($shuffle([1..20000]))', '= 20000', { inRule: ODD }),
  attack('$random in a loop', '$count([1..20000].($random()))', '= 20000', { inRule: ODD }),
  attack('transform of many', '$count(($ ~> |spec.list|{"b": 1}|).spec.list)', '= 5000', {
    input: { spec: { list: range(5000).map((a) => ({ a })) } },
  }),
  attack('transform in a loop', '($x := $; $count([1..1000].($x ~> |spec.list|{"b": 1}|)))', 'U1001', {
    input: { spec: { list: range(2000).map((a) => ({ a })) } },
  }),
  attack(
    'transform that deletes much',
    '($x := $map([1..10000], function($i){ "k" & $i }); $count(spec.list ~> |$|{}, $x|))',
    'U1001',
    { input: { spec: { list: range(1000).map((a) => ({ a })) } } },
  ),
  attack(
    'heavy body in a loop',
    `$count($map([1..100000], function($x){ ${times('$x', 5000, '+')} }))`,
    'ExpressionSyntax',
  ),
  attack(
    'heavy body of allowed size in a loop',
    `$count($map([1..100000], function($x){ ${each(10, () => `(${times('$x', 40, '+')})`, '+')} }))`,
    'U1001',
  ),
  attack('heavy object in a loop', `$count([1..100000].{${each(400, (index) => `"k${index}": 1`, ',')}})`, 'U1001'),
  attack('heavy array in a loop', `$count([1..100000].([${times('1', 1000, ',')}]))`, 'U1001'),
  attack('heavy predicate in a loop', `$count([1..100000][${times('$ > 0', 90, ' and ')}])`, 'U1001'),
  attack('long path in a loop', `[1..100000].($$${times('.a', 200)})`, 'U1001', {
    input: nested(200, (value) => ({ a: value })),
  }),
];
