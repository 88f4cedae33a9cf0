// Attacks by names and data: prototypes, functions, code in names, the input.

import { type Attack, attack, data, LONG, nested, range } from './attack.ts';

const fake = {
  _jsonata_lambda: true,
  _jsonata_function: true,
  arguments: [],
  body: { type: 'number', value: 1 },
  implementation: 'x',
};

/** Attacks by names and data: prototypes, functions, code in names, the input. */
export const names: readonly Attack[] = [
  attack('constructor', 'constructor', '= null'),
  attack('__proto__', '__proto__', '= null'),
  attack('constructor of a text', '"".constructor', '= null'),
  attack('constructor of an array', '[1, 2].constructor', '= null'),
  attack('__proto__ of an object', '{"a": 1}.__proto__', '= null'),
  attack('constructor of a constructor', 'spec.constructor.constructor', '= null'),
  attack('constructor called', 'spec.constructor("return 1")', 'T1006', { inRule: 'UnknownFunction' }),
  attack(
    'inherited names',
    `[${['toString', 'valueOf', 'hasOwnProperty', 'isPrototypeOf', '__defineGetter__', '__lookupGetter__', 'length', 'caller', 'arguments'].map((name) => `spec.${name}`).join(', ')}]`,
    '= []',
  ),
  attack('names of arrays', '[spec.list.length, spec.list.push, spec.list.map]', '= []', {
    input: { spec: { list: [1, 2] } },
  }),
  attack('length of a text', '"abc".length', '= null'),
  attack('inherited names as variables', '[$constructor, $__proto__, $toString, $hasOwnProperty]', '= []', {
    inRule: 'UnknownVariable',
  }),
  attack('inherited names as functions', '$constructor("return 1")', 'T1006', { inRule: 'UnknownFunction' }),
  attack(
    'inherited names bound',
    '($constructor := 1; $__proto__ := 2; $toString := 3; [$constructor, $__proto__, $toString])',
    '= [1,2,3]',
  ),
  attack(
    'inherited names as parameters',
    'function($__proto__, $constructor){ $__proto__ + $constructor }(1, 2)',
    '= 3',
  ),
  attack('names of the engine', '(R; K; compiler; m; input; [$m, $input, $R])', '= []', { inRule: 'UnknownVariable' }),
  attack('code in a name', 'spec.`x;process.exit()`', '= null'),
  attack('code in a quoted name', 'spec."\\"];process.exit();[\\""', '= null'),
  attack('code in a key', '{"a\\": process.exit(), \\"b": 1}', '= {"a\\": process.exit(), \\"b":1}'),
  attack(
    'code in a text',
    '"${process.exit()}`\\u2028\\u2029\\\\"',
    `= ${JSON.stringify('${process.exit()}`\u2028\u2029\\')}`,
  ),
  attack('code in a variable', '($`a;b` := 1)', 'ExpressionSyntax'),
  attack('implementation of a function', '$sum.implementation', '= null'),
  attack(
    'fields of a function',
    '[$sum.definition, $sum.signature, $sum.call, $sum.prototype, $sum.constructor]',
    '= []',
  ),
  attack('keys of a function', '$keys($sum)', '= null'),
  attack('all of a function', '[$sum.*, $count($sum.**)]', '= [1]'),
  attack('each of a function', '$each($sum, function($v){ $v })', 'T0410'),
  attack('$spread of a function', '$spread($sum)', 'U1002'),
  attack('$merge of a function', '$merge([$sum])', 'T0412'),
  attack('$lookup in a function', '$lookup($sum, "implementation")', '= null'),
  attack('text of a function', '$string($sum) & $string({"a": $sum})', '= "{\\"a\\":\\"\\"}"'),
  attack('$toJson of a function', '$toJson({"a": $sum})', '= "{\\"a\\":{}}"'),
  attack('$hash of a function', '$hash($sum)', '= "1f53aca44e814564"'),
  attack('$sort of functions', '$sort([$sum, $max])', 'D3070'),
  attack('functions compared', '[$sum = $sum, $sum = $max, $sum in [$sum]]', '= [false,false,false]'),
  attack('a function as a result', '{"a": [$sum]}', 'U1002'),
  attack(
    'fields of a function of the formula',
    '($f := function($x){ $x }; [$f.environment, $f.body, $f.input, $f.arguments, $f._jsonata_lambda])',
    '= []',
  ),
  attack('fields of a regular expression', '($r := /a/; [$r.source, $r.exec, $keys($r)])', '= []'),
  attack('$lookup of constructor', '$lookup(spec, "constructor")', '= null'),
  attack(
    '$lookup of __proto__',
    '[$lookup(spec, "__proto__"), $lookup([spec], "__proto__"), $lookup("", "length")]',
    '= []',
  ),
  attack('$lookup of names that are made', '$lookup($lookup(spec, "const" & "ructor"), "prototype")', '= null'),
  attack('__proto__ as a key', '{"__proto__": {"polluted": true}}', 'U1004'),
  attack('__proto__ as a key that is made', '{"__pro" & "to__": {"polluted": true}}', 'U1004'),
  attack('constructor as a key', '{"constructor": {"prototype": {"polluted": true}}}', 'U1004'),
  attack('__proto__ as a key of a group', '[1, 2]{"__proto__": $}', 'U1004'),
  attack('__proto__ as a key of a group with names', 'spec.a@$v.{"__proto__": $v}', 'U1004', {
    input: { spec: { a: [1] } },
  }),
  attack(
    '$merge of __proto__',
    '$merge([spec.evil])',
    'U1004',
    data('{"spec":{"evil":{"__proto__":{"polluted":true}}}}'),
  ),
  attack('$merge of constructor', '$merge([{}, spec.evil])', 'U1004', {
    input: { spec: { evil: { constructor: { prototype: { polluted: true } } } } },
  }),
  attack(
    '$spread of __proto__',
    '$merge($spread(spec.evil))',
    'U1004',
    data('{"spec":{"evil":{"__proto__":{"polluted":true}}}}'),
  ),
  attack(
    '$sift of __proto__',
    '$sift(spec.evil, function($v){ true }).polluted',
    '= null',
    data('{"spec":{"evil":{"__proto__":{"polluted":true}}}}'),
  ),
  attack(
    '$each of __proto__',
    '$each(spec.evil, function($v, $k){ {$k: $v} })',
    'U1004',
    data('{"spec":{"evil":{"__proto__":{"polluted":true}}}}'),
  ),
  attack('* of __proto__', 'spec.evil.*.polluted', '= true', data('{"spec":{"evil":{"__proto__":{"polluted":true}}}}')),
  attack(
    '__proto__ from data, as it is',
    'spec.evil',
    '= {"__proto__":{"polluted":true}}',
    data('{"spec":{"evil":{"__proto__":{"polluted":true}}}}'),
  ),
  attack(
    '__proto__ from data, read',
    'spec.evil.__proto__.polluted',
    '= true',
    data('{"spec":{"evil":{"__proto__":{"polluted":true}}}}'),
  ),
  attack('transform on __proto__', '$ ~> |__proto__|{"polluted": true}|', '= {"spec":{}}'),
  attack('transform on constructor.prototype', '$ ~> |constructor.prototype|{"polluted": true}|', '= {"spec":{}}'),
  attack('transform that writes __proto__', '$ ~> |spec|{"__pro" & "to__": {"polluted": true}}|', 'U1004'),
  attack(
    'transform that writes by $merge',
    '$ ~> |spec|$merge([$$.evil])|',
    'U1004',
    data('{"spec":{},"evil":{"__proto__":{"polluted":true}}}'),
  ),
  attack(
    'transform that writes data with __proto__',
    '$ ~> |spec|$$.evil|',
    'U1004',
    data('{"spec":{},"evil":{"__proto__":{"polluted":true}}}'),
  ),
  attack(
    'transform that deletes __proto__',
    '$ ~> |spec|{}, ["__proto__", "constructor", "toString"]|',
    '= {"spec":{}}',
  ),
  attack('transform on a function', '$sum ~> |$|{"a": 1}|', 'U1002'),
  attack('transform with a function inside', '({"a": $sum} ~> |$|{"b": 1}|)', '= {"a":"","b":1}'),
  attack('a function that data claims to be', '($f := spec.fake; $f())', 'T1006', { input: { spec: { fake } } }),
  attack('a function that data claims to be, chained', '1 ~> spec.fake', 'T2006', { input: { spec: { fake } } }),
  attack('a function that data claims to be, in $map', '$map([1, 2], spec.fake)', 'T0410', {
    input: { spec: { fake } },
  }),
  attack(
    'a function that data claims to be, as text',
    '$string(spec.fake)',
    `= ${JSON.stringify(JSON.stringify(fake))}`,
    { input: { spec: { fake } } },
  ),
  attack('a function that data claims to be, copied', '($ ~> |spec|{}|).spec.fake', `= ${JSON.stringify(fake)}`, {
    input: { spec: { fake } },
  }),
  attack('a function that data claims to be, as a result', 'spec.fake', `= ${JSON.stringify(fake)}`, {
    input: { spec: { fake } },
  }),
  attack('the marks of JSONata as keys', '{"_jsonata_lambda": true}', 'D1013'),
  attack('a sequence that data claims to be', 'spec.list', '= [{"sequence":true,"keepSingleton":true,"length":5}]', {
    input: { spec: { list: [{ sequence: true, keepSingleton: true, length: 5 }] } },
  }),
  attack(
    'an array that data claims to be',
    '[$count(spec.a), $reverse(spec.a), $append(spec.a, 1)]',
    '= [1,{"length":1000000000},{"length":1000000000},1]',
    { input: { spec: { a: { length: 1_000_000_000 } } } },
  ),
  attack('toJSON in data', '$string(spec.a)', '= "{\\"toJSON\\":1,\\"toString\\":2}"', {
    input: { spec: { a: { toJSON: 1, toString: 2 } } },
  }),
  attack('data that would be a promise', 'spec.a', '= {"then":1,"catch":2}', {
    ...data('{"spec":{"a":{"then":1,"catch":2}}}'),
  }),
  attack('grouping of an empty array', 'spec.empty{"a": "b"}', '= {"a":"b"}', { input: { spec: { empty: [] } } }),
  attack('sorting of data', '$sort(spec.list)', '= [1,2,3]', { input: { spec: { list: [3, 2, 1] } } }),
  attack('order by of data', 'spec.list^($)', '= [1,2,3]', { input: { spec: { list: [3, 2, 1] } } }),
  attack('reversing of data', '$reverse(spec.list)', '= [1,2,3]', { input: { spec: { list: [3, 2, 1] } } }),
  attack('transform that leads to the input', '$ ~> |$$|{"a": 1}|', '= {"spec":{}}'),
  attack('transform that leads into the input', 'spec ~> |$$.spec|{"a": 1}, "b"|', '= {"b":1}', {
    input: { spec: { b: 1 } },
  }),
  attack('transform that leads to a variable', '($x := spec; {"c": 1} ~> |$x|{"a": 1}, "b"|)', '= {"c":1}', {
    input: { spec: { b: 1 } },
  }),
  attack('transform of data', '$ ~> |spec|{"list": [1]}|', '= {"spec":{"list":[1]}}', {
    input: { spec: { list: [3, 2, 1] } },
  }),
  attack('appending to data', '$append(spec.list, 4)', '= [3,2,1,4]', { input: { spec: { list: [3, 2, 1] } } }),
  attack('brackets around data', 'spec.list[]', '= [3,2,1]', { input: { spec: { list: [3, 2, 1] } } }),
  attack('the budget as a variable', '[$meter, $frame, $run, $$.meter]', '= []', { inRule: 'UnknownVariable' }),
  attack(
    'functions named anew',
    '($sum := function($x){ "mine" }; $count := $sum; [$sum(1), $count(1)])',
    '= ["mine","mine"]',
  ),
  attack('functions given to themselves', '[$map([$map], $map)]', 'T0410'),
  attack('$error with an object', '$error({"a": 1})', 'T0410'),
  attack('$error with a long text', '$error(spec.long)', 'D3137', { input: { spec: { long: LONG } } }),
  attack('an error about a huge value', '(spec.list + 1)', 'T2001', {
    input: { spec: { list: range(100_000).map((a) => ({ a })) } },
  }),
  attack('an error about a deep value', '(spec.deep + 1)', 'T2001', {
    input: { spec: { deep: nested(100_000, (value) => ({ a: value })) } },
  }),
];
