// Attacks by texts and numbers: regular expressions, searches, encodings, odd characters.

import { type Attack, attack, each, LONG, nested, ODD, range, times } from './attack.ts';

/** Attacks by texts and numbers: regular expressions, searches, encodings, odd characters. */
export const texts: readonly Attack[] = [
  attack('exponential regular expression', `$match("${'a'.repeat(40)}!", /^(a+)+$/)`, '= null'),
  attack('exponential regular expression, 60 KB', `$match("${'a'.repeat(60_000)}!", /^(a+)+$/)`, 'U1001'),
  attack('quadratic regular expression', '$count($match(spec.t, /(.*)(.*)(.*)x/))', '= 0', {
    input: { spec: { t: 'a'.repeat(1_000_000) } },
  }),
  attack('quadratic search', '$contains(spec.t, /a.*b/)', '= false', { input: { spec: { t: 'a'.repeat(100_000) } } }),
  attack('quadratic matches', '$count($match(spec.t, /a[^b]*b|a/))', 'U1001', {
    input: { spec: { t: 'a'.repeat(20_000) } },
  }),
  attack('repetition of repetition', '$match("aaa", /((a{1000}){1000}){1000}/)', ODD),
  attack('repetition of 1000', '$match("aaa", /a{1000}/)', ODD),
  attack('many repetitions of 1000', `$match("aaa", /${times('a{1000}', 60)}/)`, ODD),
  attack('many repetitions of classes', `$match("aaa", /${times('\\\\pL{1000}', 60)}/)`, ODD),
  attack('many optional letters', `$match(spec.t, /${times('a?', 500)}${times('a', 500)}/)`, ODD, {
    input: { spec: { t: 'a'.repeat(100_000) } },
  }),
  attack('repetition inside of repetition', '$match("aaa", /(x{20}){20}(y{20}){20}(z{20}){20}/)', ODD),
  attack('nested groups', `$match("aaa", /${times('(', 1000)}a${times(')', 1000)}/)`, ODD),
  attack('nested stars', `$match("aaa", /${times('(', 90)}a${times(')*', 90)}b/)`, '= null'),
  attack('many groups', `$match(spec.t, /${times('(a?)', 1000)}/)`, ODD, {
    input: { spec: { t: 'a'.repeat(100_000) } },
  }),
  attack('many alternatives', `$match(spec.t, /${each(3000, (index) => `a${index}`, '|')}/)`, ODD, {
    input: { spec: { t: 'a'.repeat(10_000) } },
  }),
  attack('large classes', `$match("a", /${times('[^a-z]', 3000)}/)`, ODD),
  attack('classes of all letters, any case', `$match("a", /${times('[\\\\p{L}\\\\p{N}]', 200)}/i)`, ODD),
  attack('many regular expressions', `[${times('$match("a", /[a-z]{100}b/)', 100, ',')}]`, ODD),
  attack('many small regular expressions', `$count([${each(80, (index) => `$match("a${index}", /a/)`, ',')}])`, '= 80'),
  attack('regular expression that looks ahead', '$match("aaa", /(?=a)*b/)', ODD),
  attack('regular expression that refers back', '$match("aaa", /(a*)\\\\1b/)', ODD),
  attack(
    'alternatives in alternatives',
    `$match("a", /${times('(a|', 90)}b${times(')', 90)}/)`,
    '= {"match":"a","index":0,"groups":["a"]}',
  ),
  attack('empty matches', '$match(spec.t, /x*/)', 'D1004', { input: { spec: { t: 'a'.repeat(1000) } } }),
  attack('empty matches of $replace', '$replace("abc", /x*/, "y")', 'D1004'),
  attack('matches of every letter', '$count($match(spec.t, /a/))', 'U1001', {
    input: { spec: { t: 'a'.repeat(1_000_000) } },
  }),
  attack('matches of a long text in a loop', '($t := spec.t; $count([1..1000].($contains($t, /b/))))', 'U1001', {
    input: { spec: { t: 'a'.repeat(100_000) } },
  }),
  attack(
    'a matcher of its own that does not move',
    '$match("x", function($s){ {"match": "x", "start": 0, "end": 1, "groups": [], "next": function(){ {"match": "x", "start": 0, "end": 1, "groups": [], "next": function(){ 1 }} }} })',
    'T1010',
  ),
  attack(
    'a matcher of its own without end',
    '($m := function($s, $f){ {"match": "x", "start": 0, "end": 1, "groups": [], "next": function(){ $f($s, $f) }} }; $match("x", function($s){ $m($s, $m) }))',
    'U1001',
  ),
  attack(
    'a matcher of its own with wrong places',
    '$replace("abc", function($s){ {"match": "xxxxxxxx", "start": -5, "end": 1e300, "groups": [], "next": function(){ $missing() }} }, "y")',
    'T1006',
    { inRule: 'UnknownFunction' },
  ),
  attack(
    'a matcher with groups that are no texts',
    '$replace("abc", function($s){ {"match": "a", "start": 0, "end": 1, "groups": [{}, {}], "next": function(){ $nothing }} }, "$1$2")',
    '= "[object Object][object Object]bc"',
    { inRule: 'UnknownVariable' },
  ),
  attack('$replace with a huge result', '$length($replace(spec.t, "a", $pad("x", 1000)))', 'U1001', {
    input: { spec: { t: 'a'.repeat(100_000) } },
  }),
  attack('$replace with many groups', `$length($replace(spec.t, /(a+)/, "${times('$1', 1000)}"))`, 'U1001', {
    input: { spec: { t: 'a'.repeat(10_000) } },
  }),
  attack(
    '$replace with a long template, many times',
    `$length($replace(spec.t, /a/, "${times('$1', 10_000)}"))`,
    'U1001',
    { input: { spec: { t: 'a'.repeat(10_000) } } },
  ),
  attack('$replace of every letter', '$length($replace(spec.t, "a", ""))', 'U1001', {
    input: { spec: { t: 'a'.repeat(1_000_000) } },
  }),
  attack('$split into letters', '$count($split(spec.t, ""))', 'U1001', {
    input: { spec: { t: 'a'.repeat(1_000_000) } },
  }),
  attack('$split into letters by a regular expression', '$count($split(spec.t, /a/))', 'U1001', {
    input: { spec: { t: 'a'.repeat(1_000_000) } },
  }),
  attack('$split by nothing', '$split("abc", /x*/)', 'D1004'),
  attack(
    '$split and $join again and again',
    '($t := spec.t; $count([1..1000].($length($join($split($t, "a"), "a")))))',
    'U1001',
    { input: { spec: { t: 'a'.repeat(10_000) } } },
  ),
  attack('$join with a long mark', '$length($join($map([1..1000], $string), spec.long))', 'U1003', {
    input: { spec: { long: LONG } },
  }),
  attack('$length of a long text in a loop', '($t := spec.t; $sum([1..100000].($length($t))))', 'U1001', {
    input: { spec: { t: 'é'.repeat(1_000_000) } },
  }),
  attack('$substring of a long text in a loop', '($t := spec.t; $count([1..100000].($substring($t, 5, 1))))', 'U1001', {
    input: { spec: { t: 'é'.repeat(1_000_000) } },
  }),
  attack('$substringBefore in a loop', '($t := spec.t; $count([1..100000].($substringBefore($t, "b"))))', 'U1001', {
    input: { spec: { t: 'a'.repeat(1_000_000) } },
  }),
  attack(
    '$substringAfter of a long mark',
    '($t := spec.t; $m := $substring($t, 0, 50000) & "b"; $count([1..100000].($substringAfter($t, $m))))',
    'U1001',
    { input: { spec: { t: 'a'.repeat(100_000) } } },
  ),
  attack('$contains of a long text in a loop', '($t := spec.t; $count([1..100000].($contains($t, "aab"))))', 'U1001', {
    input: { spec: { t: 'a'.repeat(1_000_000) } },
  }),
  attack('$trim of blanks', '$length($trim(spec.t))', '= 0', { input: { spec: { t: ' '.repeat(1_000_000) } } }),
  attack('$trim of many blanks', '$length($trim(spec.t))', '= 1999', {
    input: { spec: { t: `${' '.repeat(500)}x`.repeat(1000) } },
  }),
  attack('$dnsName of dashes', '$dnsName(spec.t)', '= "xf95d6d81"', { input: { spec: { t: '-'.repeat(1_000_000) } } }),
  attack('$dnsName of dashes inside', '$length($dnsName(spec.t))', '= 15', {
    input: { spec: { t: `a${'-_'.repeat(100_000)}b`.repeat(5) } },
  }),
  attack('$uppercase that grows', '$length($uppercase(spec.t))', '= 1000000', {
    input: { spec: { t: 'ß'.repeat(500_000) } },
  }),
  attack(
    '$uppercase of odd letters',
    '$uppercase("ŉǰΐΰևẖẗẘẙẚſ\\u0130")',
    `= ${JSON.stringify('ŉǰΐΰևẖẗẘẙẚſİ'.toUpperCase())}`,
  ),
  attack('$lowercase in a loop', '($t := spec.t; $count([1..100].($lowercase($t))))', 'U1001', {
    input: { spec: { t: 'İ'.repeat(100_000) } },
  }),
  attack('any case of odd letters', '$match("ſK", /[sk]+/i).match', '= "ſK"'),
  attack('base64 of 1 MB', '$length($base64encode(spec.long))', '= 1398104', { input: { spec: { long: LONG } } }),
  attack('base64 of 1 MB, back', '$length($base64decode(spec.long))', '= 786432', { input: { spec: { long: LONG } } }),
  attack('base64 of nonsense', '$base64decode("\\u0000%%%")', 'D3140'),
  attack('base64 of half a letter', '$base64encode("\\ud800")', '= "77+9"'),
  attack('$encodeUrl of half a letter', '$encodeUrl("\\ud800")', 'D3140'),
  attack('$encodeUrlComponent of half a letter', '$encodeUrlComponent("\\udc00\\ud800")', 'D3140'),
  attack('$encodeUrlComponent of 1 MB', '$length($encodeUrlComponent(spec.t))', 'U1003', {
    input: { spec: { t: '€'.repeat(1_000_000) } },
  }),
  attack('$decodeUrl of nonsense', '$decodeUrl("%E0%A4%A")', 'D3140'),
  attack('$decodeUrlComponent of 1 MB', '$length($decodeUrlComponent(spec.t))', 'U1001', {
    input: { spec: { t: '%41'.repeat(1_000_000) } },
  }),
  attack('half letters in the result', '"\\ud800" & "\\udc00"', '= "\u{10000}"'),
  attack('half a letter cut out', '$length($substring("😀", 0, 1))', '= 1'),
  attack('$hash of half a letter', '$length($hash("\\ud800"))', '= 16'),
  attack('$hash of 1 MB', '$length($hash(spec.long))', '= 16', { input: { spec: { long: LONG } } }),
  attack('$hash of 1 MB in a loop', '($t := spec.t; $count([1..1000].($hash($t))))', 'U1003', {
    input: { spec: { t: 'a'.repeat(500_000) } },
  }),
  attack('$toJson of much', '$length($toJson(spec.list))', 'U1001', {
    input: { spec: { list: range(100_000).map((a) => ({ a, b: 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx' })) } },
  }),
  attack('$string of a deep value, made pretty', '$length($string(spec.deep, true))', 'U1001', {
    input: { spec: { deep: nested(490, (value) => ({ a: value })) } },
  }),
  attack(
    '$string of a wide and deep value, made pretty',
    `($x := [1..100]; ${times('$x := [$x];', 90)} $length($string($map([1..100], function(){ $x }), true)))`,
    '= 80002',
  ),
  attack('$string of many control characters', '$length($string([spec.t]))', 'U1003', {
    input: { spec: { t: '\u0001'.repeat(1_000_000) } },
  }),
  attack('$string of many numbers', '$length($string([1..100000].(1 / $)))', 'U1001'),
  attack('$string in a loop', '($x := spec.list; $count([1..100000].($string($x))))', 'U1001', {
    input: { spec: { list: range(1000).map((a) => ({ a })) } },
  }),
  attack('& of a long list', '($x := [1..10000]; $count([1..10000].($x & "")))', 'U1001'),
  attack('$number of a long text', '$number(spec.t)', 'D3030', { input: { spec: { t: '1'.repeat(1_000_000) } } }),
  attack('$number of long hexadecimal', '$number(spec.t)', 'D1001', {
    input: { spec: { t: `0x${'f'.repeat(1_000_000)}` } },
  }),
  attack('$number of long binary in a loop', '($t := spec.t; $count([1..10000].($number($t))))', 'U1001', {
    input: { spec: { t: `0b${'0'.repeat(100_000)}1` } },
  }),
  attack('$formatBase of no base', '$formatBase(1, 0 / 0)', 'D3100'),
  attack(
    '$pad to no width, then on',
    `$pad("x", 0 / 0) & ${'$pad("x", $$.nothing)'} & $length($pad("x", 1e9))`,
    'U1003',
  ),
  attack('$split with no limit', '$split("abc", "", 0 / 0)', '= []'),
  attack(
    '$substring from nowhere',
    '[$substring("abc", 0 / 0), $substring("abc", -1 / 0), $substring("abc", 0, 1 / 0)]',
    '= ["abc","abc","abc"]',
  ),
  attack(
    '$substringBefore nothing',
    '[$substringBefore("abc", $$.nothing), $substringAfter("abc", $$.nothing)]',
    '= ["abc","abc"]',
  ),
  attack('$match with no limit', '$count($match("aaa", /a/, 0 / 0))', '= 0'),
  attack('$replace with no limit', '$replace("aaa", "a", "b", 0 / 0)', '= "bbb"'),
  attack('$round to no place', '$round(1.5, 0 / 0)', '= 2'),
  attack('a range of no end', '[0..0 / 0]', 'T2004'),
  attack('$formatBase out of range', '$formatBase(1e308, 99)', 'D3100'),
  attack('$formatBase of a huge number', '$length($formatBase(1e308, 2))', '= 1024'),
  attack('$power out of range', '$power(10, 400)', 'D3061'),
  attack('$power to zero', '$power(10, -400)', '= 0'),
  attack('$sqrt of less than nothing', '$sqrt(-1)', 'D3060'),
  attack('$round to odd places', '[$round(1.5, 400), $round(1.5, -400), $round(1e300, 20)]', 'D1001'),
  attack('numbers without end', '1e308 * 10', 'D1001'),
  attack('numbers without end in a list', 'spec.list.(1 / $)', 'D1001', { input: { spec: { list: [1, 0] } } }),
  attack('a number without end by a condition', '($x := (spec ? 1 / 0 : "a"); $x)', 'D1001', { input: { spec: 1 } }),
  attack('a number without end as a default', '($x := (spec.a ?? 1 / 0); [$x])', 'D1001'),
  attack('not a number', '0 / 0', 'D1001'),
  attack('not a number, compared', '(0 / 0) = (0 / 0)', '= false'),
  attack('not a number, as an index', '[1, 2, 3][(0 / 0)]', '= null'),
  attack('a number without end, as text', '"" & (1 / 0)', 'D3001'),
  attack('a number without end, as an index', '[1, 2, 3][1 / 0]', 'D1001'),
  attack('numbers too large for the parser', '1e999', 'ExpressionSyntax'),
  attack('minus nothing', '[-0, 0 * -1, $string(-0), 1 / -1e-320]', 'D1001'),
  attack('minus nothing, as a result', '[0 * -1, $string(0 * -1)]', '= [0,"0"]'),
  attack('tiny numbers', '[5e-324, 5e-324 / 2]', '= [5e-324,0]'),
  attack('long digits', `[${'9'.repeat(300)}]`, `= [1e+300]`),
  attack('very many digits', `[1.${'9'.repeat(60_000)}]`, '= [2]'),
];
