// Attacks that grow: recursion, products, doubling, values that share parts.

import { type Attack, attack, each, ODD, times } from './attack.ts';

// `$x` of two to the power of `power` characters.
const doubled = (power: number, use: string): string => `($x := "x"; ${times('$x := $x & $x;', power)} ${use})`;

/** Attacks that grow: recursion, products, doubling, values that share parts. */
export const growth: readonly Attack[] = [
  attack('recursion at the end', '($f := function($n){ $f($n + 1) }; $f(0))', 'U1001', { inRule: ODD }),
  attack('recursion not at the end', '($f := function($n){ 1 + $f($n + 1) }; $f(0))', 'U1005', { inRule: ODD }),
  attack('recursion of two', '($f := function($n){ 1 + $g($n) }; $g := function($n){ 1 + $f($n) }; $f(0))', 'U1005', {
    inRule: ODD,
  }),
  attack('recursion through an argument', '($f := function($g){ $g($g) }; $f($f))', 'U1005'),
  attack('recursion through an argument, not at the end', '($f := function($g){ 1 + $g($g) }; $f($f))', 'U1005'),
  attack('recursion through $map', '($f := function($g){ $map([1, 2], function($x){ $g($g) }) }; $f($f))', 'U1005'),
  attack(
    'recursion through $reduce',
    '($f := function($g){ $reduce([1, 2], function($x, $y){ $g($g) }) }; $f($f))',
    'U1005',
  ),
  attack('recursion through a partial', '($f := function($g, $n){ 1 + $g($g, ?)(1) }; $f($f, 1))', 'U1005'),
  attack(
    'recursion in a large body',
    `($f := function($g){ ${times('(1 + ', 90)} $g($g) ${times(')', 90)} }; $f($f))`,
    'U1005',
  ),
  attack('huge range', '[1..1e9]', 'D2014'),
  attack('large range', '[1..1e7]', 'U1003'),
  attack('range from a number that one more does not change', '[1e308..1e308]', '= [1e+308]'),
  attack(
    'range beyond whole numbers',
    '[9007199254740992..9007199254740994]',
    '= [9007199254740992,9007199254740992,9007199254740994]',
  ),
  attack('range of odd ends', '[-9007199254740993..9007199254740993]', 'D2014'),
  attack('product', '[1..10000].([1..10000])', 'U1001'),
  attack('product of $map', '$map([1..3000], function($x){ $map([1..3000], function($y){ $x * $y }) })', 'U1001'),
  attack('product of steps', `($a := [1..100]; $a${times('.$a', 9)})`, 'U1001'),
  attack('product with @', `($a := [1..100]; {"a": $a}${each(9, (index) => `.a@$v${index}`)})`, 'U1001'),
  attack('product of predicates', '($a := [1..2000]; $a[$count($a[$ > 1000]) > 0])', 'U1001'),
  attack('product by an array of indexes', '($a := [0..2000]; $a[$a])', 'U1001'),
  attack('product with #', '[1..3000]#$i.([1..3000]#$j)', 'U1001'),
  attack('doubling of a text to 2^28', doubled(28, '$length($x)'), 'U1003'),
  attack('doubling of a text to 2^40', doubled(40, '$length($x)'), 'U1003'),
  attack('doubling of a text as a result', doubled(40, '$x'), 'U1003'),
  attack('$pad to 5e8', '$pad("x", 5e8)', 'U1003'),
  attack('$pad to 1e9', '$pad("x", -1e9)', 'U1003'),
  attack('$pad to 1e300', '$pad("x", 1e300)', 'U1003'),
  attack('doubling by $append', `($x := [1]; ${times('$x := $append($x, $x);', 40)} $count($x))`, 'U1001'),
  attack('doubling by brackets', `($x := [1]; ${times('$x := [$x, $x];', 40)} $count($x))`, 'U1001'),
  attack('doubling by $join', `($x := "x"; ${times('$x := $join([$x, $x]);', 40)} $length($x))`, 'U1003'),
  attack('doubling by $replace', `($x := "x"; ${times('$x := $replace($x, "x", "xx");', 40)} $length($x))`, 'U1001'),
  attack('doubling by $zip', `($x := [1, 2]; ${times('$x := [$zip($x, $x), $zip($x, $x)];', 40)} $count($x))`, 'U1001'),
  attack('doubling by $reduce', '$reduce([1..40], function($a, $b){ $a & $a }, "x")', 'U1003'),
  attack(
    'blow-up of shared objects, as text',
    `($x := {"a": 1}; ${times('$x := {"a": $x, "b": $x};', 26)} $length($string($x)))`,
    'U1001',
  ),
  attack(
    'blow-up of shared objects, as a result',
    `($x := {"a": 1}; ${times('$x := {"a": $x, "b": $x};', 26)} $x)`,
    'U1003',
  ),
  attack(
    'blow-up of shared arrays, as a result',
    `($x := [[1..100]]; ${times('$x := [[$x], [$x]];', 22)} $x)`,
    'U1003',
  ),
  attack(
    'blow-up of shared objects, as a hash',
    `($x := {"a": 1}; ${times('$x := {"a": $x, "b": $x};', 26)} $hash($x))`,
    'U1001',
  ),
  attack(
    'blow-up of shared objects, compared',
    `($x := {"a": 1}; $y := {"a": 1}; ${times('$x := {"a": $x, "b": $x}; $y := {"a": $y, "b": $y};', 26)} $x = $y)`,
    'U1001',
  ),
  attack(
    'blow-up of shared objects, with **',
    `($x := {"a": 1}; ${times('$x := {"a": $x, "b": $x};', 26)} $count($x.**))`,
    'U1001',
  ),
  attack(
    'blow-up of shared objects, transformed',
    `($x := {"a": 1}; ${times('$x := {"a": $x, "b": $x};', 26)} $x ~> |a|{"b": 1}|)`,
    'U1001',
  ),
  attack(
    'blow-up of shared arrays, with *',
    `($x := [1]; ${times('$x := [[$x], [$x]];', 26)} $count({"a": $x}.*))`,
    'U1001',
  ),
  attack(
    'blow-up of shared arrays, with $distinct',
    `($x := [1]; ${times('$x := [[$x], [$x]];', 26)} $y := [$x, $x]; $distinct([[$x], [$y]]))`,
    'U1003',
  ),
  attack('blow-up of shared arrays, as truth', `($x := [0]; ${times('$x := [[$x], [$x]];', 26)} $x ? 1 : 2)`, 'U1001'),
  attack('blow-up of shared arrays, read', `($x := [{"a": 1}]; ${times('$x := [[$x], [$x]];', 26)} $x.a)`, 'U1001'),
  attack(
    'blow-up of shared arrays, read by $lookup',
    `($x := [{"a": 1}]; ${times('$x := [[$x], [$x]];', 26)} $lookup($x, "a"))`,
    'U1001',
  ),
  attack(
    'blow-up of shared arrays, keys',
    `($x := [{"a": 1}]; ${times('$x := [[$x], [$x]];', 26)} $keys($x))`,
    'U1001',
  ),
  attack(
    'blow-up of shared arrays, spread',
    `($x := [{"a": 1}]; ${times('$x := [[$x], [$x]];', 26)} $spread($x))`,
    'U1001',
  ),
  attack('text in a result many times', `(${'$x := $pad("x", 100000);'} $map([1..5000], function(){ [$x] }))`, 'U1003'),
  attack('text in a list many times', `($x := $pad("x", 100000); $map([1..5000], function(){ $x }))`, 'U1003'),
  attack('doubling of composed functions', `($f := $trim ~> $trim; ${times('$f := $f ~> $f;', 40)} $f("x"))`, 'U1001'),
  attack(
    'tower of composed functions',
    `($g := function($f, $n, $self){ $n = 0 ? $f : $self($f ~> $trim, $n - 1, $self) }; $g($trim, 5000, $g)("x"))`,
    'U1005',
  ),
  attack(
    'tower of partials',
    `($g := function($f, $n, $self){ $n = 0 ? $f : $self($f(?), $n - 1, $self) }; $g($trim, 5000, $g)("x"))`,
    'U1005',
  ),
  attack(
    'doubling of functions',
    `($f := function($x){ $x }; ${each(30, (index) => `$f${index} := function($x){ $f${index === 0 ? '' : index - 1}($f${index === 0 ? '' : index - 1}($x)) };`)} $f29(1))`,
    'U1001',
  ),
  attack(
    'doubling of functions by $map',
    `($f0 := function($x){ [$x, $x] }; ${each(30, (index) => `$f${index + 1} := function($x){ $map([1, 2], function($y){ $f${index}($x) }) };`)} $f30(1))`,
    'U1001',
  ),
];
