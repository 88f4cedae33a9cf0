// The functions that JSONata has, in our words.

import { entry, fails, type Group, gives } from './function-entry.ts';

const ports = {
  ports: [
    { name: 'web', port: 80 },
    { name: 'tls', port: 443 },
  ],
};
const labels = { labels: { app: 'shop', tier: 'web' } };

const text: Group = {
  title: 'Text',
  isOfJsonata: true,
  entries: [
    entry(
      '$string(value, pretty?) -> text',
      'Any value as text: a text stays as it is, anything else becomes JSON, indented where `pretty` is true.',
      [gives('$string(80)', '80'), gives('$string({"a": [1, true]})', '{"a":[1,true]}')],
    ),
    entry('$length(text) -> number', 'How many characters a text has.', [gives('$length("shop")', 4)]),
    entry(
      '$substring(text, start, length?) -> text',
      'The characters from `start` on, counted from 0, or from the end where it is negative.',
      [gives('$substring("frontend", 0, 5)', 'front'), gives('$substring("frontend", -3)', 'end')],
    ),
    entry(
      '$substringBefore(text, mark) -> text',
      'What stands before the first `mark`; the whole text where there is none.',
      [gives('$substringBefore("shop.example.com", ".")', 'shop')],
    ),
    entry(
      '$substringAfter(text, mark) -> text',
      'What stands behind the first `mark`; the whole text where there is none.',
      [gives('$substringAfter("shop.example.com", ".")', 'example.com')],
    ),
    entry('$lowercase(text) -> text', 'The text in small letters.', [gives('$lowercase("Shop")', 'shop')]),
    entry('$uppercase(text) -> text', 'The text in capital letters.', [gives('$uppercase("log_level")', 'LOG_LEVEL')]),
    entry('$trim(text) -> text', 'The text without white space at its ends, and with single spaces within.', [
      gives('$trim("  a   b\\n")', 'a b'),
    ]),
    entry(
      '$pad(text, width, fill?) -> text',
      'The text filled up to a width, at its end, or at its beginning where `width` is negative.',
      [gives('$pad("7", -3, "0")', '007'), gives('$pad("ab", 4) & "|"', 'ab  |')],
    ),
    entry('$contains(text, pattern) -> boolean', 'Whether a text, or a match of a regular expression, occurs in it.', [
      gives('$contains(image, "@sha256:")', false, { image: 'nginx:1.25' }),
      gives('$contains(image, /:latest$/)', true, { image: 'nginx:latest' }),
    ]),
    entry('$split(text, separator, limit?) -> array', 'The pieces between the separators, at most `limit` of them.', [
      gives('$split("a,b,c", ",")', ['a', 'b', 'c']),
      gives('$split("a, b;c", /[,;] */, 2)', ['a', 'b']),
    ]),
    entry('$join(texts, separator?) -> text', 'All texts in one, with the separator between them.', [
      gives('$join(["a", "b"], ",")', 'a,b'),
      gives('$join(ports.(name & "=" & port), " ")', 'web=80 tls=443', ports),
    ]),
    entry(
      '$match(text, pattern, limit?) -> array',
      'The matches of a regular expression, each with its text, position and groups.',
      [
        gives('$match("v1.25", /(\\d+)\\.(\\d+)/)', { match: '1.25', index: 1, groups: ['1', '25'] }),
        gives('$match("v1.25", /(\\d+)\\.(\\d+)/).groups[0]', '1'),
      ],
    ),
    entry(
      '$replace(text, pattern, replacement, limit?) -> text',
      'Replaces every match, or the first `limit` of them; `$1` in the replacement is the first group, and a function computes it from the match.',
      [
        gives('$replace("my_app_db", "_", "-")', 'my-app-db'),
        gives('$replace("10.0.0.7", /\\.\\d+$/, ".0/24")', '10.0.0.0/24'),
        gives('$replace("ab", /[a-z]/, function($m){ $uppercase($m.match) }, 1)', 'Ab'),
      ],
    ),
    entry('$base64encode(text) -> text', 'The UTF-8 bytes of a text in base64, as in the `data` of a Secret.', [
      gives('$base64encode("user:pass")', 'dXNlcjpwYXNz'),
    ]),
    entry('$base64decode(text) -> text', 'The text that base64 stands for.', [
      gives('$base64decode("c2VjcmV0")', 'secret'),
    ]),
    entry('$encodeUrlComponent(text) -> text', 'The text as it can stand within a part of a URL.', [
      gives('$encodeUrlComponent("p@ss/word")', 'p%40ss%2Fword'),
    ]),
    entry('$encodeUrl(text) -> text', 'A whole URL with the characters encoded that none may have.', [
      gives('$encodeUrl("https://example.com/a b")', 'https://example.com/a%20b'),
    ]),
    entry('$decodeUrlComponent(text) -> text', 'The text of an encoded part of a URL.', [
      gives('$decodeUrlComponent("p%40ss")', 'p@ss'),
    ]),
    entry('$decodeUrl(text) -> text', 'The text of an encoded URL.', [
      gives('$decodeUrl("https://example.com/a%20b")', 'https://example.com/a b'),
    ]),
  ],
};

const numbers: Group = {
  title: 'Numbers and truth',
  isOfJsonata: true,
  entries: [
    entry(
      '$number(value) -> number',
      'The number that a text shows, in decimal, hexadecimal, octal or binary; true is 1.',
      [gives('$number("5432")', 5432), gives('$number("0x1F")', 31), fails('$number("many")', 'D3030')],
    ),
    entry('$abs(number) -> number', 'The number without its sign.', [gives('$abs(-2)', 2)]),
    entry('$floor(number) -> number', 'The largest integer that is not above it.', [gives('$floor(7 / 2)', 3)]),
    entry('$ceil(number) -> number', 'The smallest integer that is not below it.', [gives('$ceil(7 / 2)', 4)]),
    entry(
      '$round(number, places?) -> number',
      'The nearest number of so many decimal places; a half goes to the even neighbour.',
      [gives('$round(2.345, 1)', 2.3), gives('$round(2.5)', 2)],
    ),
    entry('$sqrt(number) -> number', 'The square root.', [gives('$sqrt(16)', 4), fails('$sqrt(-1)', 'D3060')]),
    entry('$power(base, exponent) -> number', 'The base to the power of the exponent.', [gives('$power(2, 10)', 1024)]),
    entry('$formatBase(number, base?) -> text', 'An integer in another base, from 2 to 36.', [
      gives('$formatBase(493, 8)', '755'),
    ]),
    entry('$sum(numbers) -> number', 'The sum; 0 of none.', [
      gives('$sum(workers.replicas)', 5, { workers: [{ replicas: 2 }, { replicas: 3 }] }),
    ]),
    entry('$max(numbers) -> number', 'The largest.', [gives('$max(ports.port)', 443, ports), gives('$max([])')]),
    entry('$min(numbers) -> number', 'The smallest.', [
      gives('$min([spec.replicas, 5])', 5, { spec: { replicas: 9 } }),
    ]),
    entry('$average(numbers) -> number', 'The sum divided by how many there are.', [gives('$average([1, 2, 6])', 3)]),
    entry('$boolean(value) -> boolean', 'Truth: false for false, 0, null and anything empty.', [
      gives('$boolean("")', false),
      gives('$boolean([0, 1])', true),
    ]),
    entry('$not(value) -> boolean', 'The opposite of truth; nothing for nothing.', [
      gives('$not(true)', false),
      gives('$not(spec.none)'),
    ]),
    entry(
      '$formatNumber(number, picture, options?) -> text',
      'A number by a picture of digits: `0` always shows a digit, `#` only one that counts.',
      [gives('$formatNumber(1234.5, "#,##0.00")', '1,234.50'), gives('$formatNumber(7, "000")', '007')],
    ),
    entry(
      '$formatInteger(number, picture) -> text',
      'An integer by a picture: with leading zeros, in words, in Roman numerals or in letters.',
      [gives('$formatInteger(4, "I")', 'IV'), gives('$formatInteger(7, "000")', '007')],
    ),
    entry('$parseInteger(text, picture) -> number', 'The integer that a text shows in the notation of a picture.', [
      gives('$parseInteger("IV", "I")', 4),
      gives('$parseInteger("1,000", "#,##0")', 1000),
    ]),
  ],
};

const arrays: Group = {
  title: 'Arrays',
  isOfJsonata: true,
  entries: [
    entry('$count(array) -> number', 'How many values there are: 0 of nothing, 1 of a value that is no array.', [
      gives('$count(ports)', 2, ports),
      gives('$count(spec.none)', 0),
    ]),
    entry('$append(first, second) -> array', 'The values of both in one array.', [
      gives('$append([1, 2], 3)', [1, 2, 3]),
    ]),
    entry('$reverse(array) -> array', 'The values from last to first.', [gives('$reverse([1, 2, 3])', [3, 2, 1])]),
    entry('$distinct(array) -> array', 'Each value once, where it first occurs.', [
      gives('$distinct(["a", "b", "a"])', ['a', 'b']),
    ]),
    entry(
      '$sort(array, isAfter?) -> array',
      'The values in order: texts or numbers, or by a function that says whether its first argument belongs behind its second.',
      [
        gives('$sort([443, 80])', [80, 443]),
        gives('$sort(ports, function($a, $b){ $a.name > $b.name }).name', ['tls', 'web'], ports),
      ],
    ),
    entry(
      '$zip(array, ...) -> array',
      'The first values of all arrays together, then the second ones, as far as the shortest goes.',
      [
        gives('$zip(["a", "b"], [1, 2])', [
          ['a', 1],
          ['b', 2],
        ]),
      ],
    ),
  ],
};

const objects: Group = {
  title: 'Objects and any value',
  isOfJsonata: true,
  entries: [
    entry('$keys(object) -> array', 'The names of the fields; of an array of objects, each name once.', [
      gives('$keys(labels)', ['app', 'tier'], labels),
    ]),
    entry('$lookup(object, key) -> value', 'The field of a computed name.', [
      gives('$lookup(labels, "ti" & "er")', 'web', labels),
    ]),
    entry('$spread(object) -> array', 'One object for each field.', [
      gives('$spread(labels)', [{ app: 'shop' }, { tier: 'web' }], labels),
    ]),
    entry(
      '$merge(objects) -> object',
      'All fields in one object; where two have the same name, the later one counts. Fields within fields are not merged: see `$mergeDeep`.',
      [gives('$merge([labels, {"tier": "db"}])', { app: 'shop', tier: 'db' }, labels)],
    ),
    entry('$clone(value) -> object', 'A copy of an object or array, in which functions are empty texts.', [
      gives('$clone(labels)', { app: 'shop' }, { labels: { app: 'shop' } }),
    ]),
    entry('$exists(value) -> boolean', 'Whether there is a value at all; null and false are values.', [
      gives('$exists(labels.app)', true, labels),
      gives('$exists(labels.zone)', false, labels),
    ]),
    entry('$type(value) -> text', 'What a value is: null, number, string, boolean, array, object or function.', [
      gives('$type(labels)', 'object', labels),
    ]),
    entry('$error(message?) -> nothing', 'Fails with a message, which the condition of the resource then shows.', [
      fails('$error("choose a size")', 'D3137'),
    ]),
    entry('$assert(condition, message?) -> nothing', 'Fails with a message unless the condition is true.', [
      gives('$assert(1 < 2, "no")'),
      fails('$assert(spec.replicas < 10, "too many")', 'D3141', { spec: { replicas: 12 } }),
    ]),
  ],
};

const higherOrder: Group = {
  title: 'Functions that take a function',
  isOfJsonata: true,
  entries: [
    entry(
      '$map(array, work) -> array',
      'The result of a function for each value; it may also take the index and the whole array.',
      [gives('$map([1, 2], function($v, $i){ $v * 10 + $i })', [10, 21])],
    ),
    entry('$filter(array, test) -> array', 'The values for which a function gives true.', [
      gives('$filter(ports, function($p){ $p.port > 100 }).name', 'tls', ports),
    ]),
    entry(
      '$single(array, test?) -> value',
      'The one value for which a function gives true; none or several are an error.',
      [gives('$single(ports, function($p){ $p.name = "web" }).port', 80, ports), fails('$single([1, 2])', 'D3138')],
    ),
    entry(
      '$reduce(array, work, start?) -> value',
      'Puts all values together, one after the other; `work` takes what it has so far and the next value.',
      [gives('$reduce([1, 2, 3], function($sum, $v){ $sum + $v }, 10)', 16)],
    ),
    entry('$sift(object, test?) -> object', 'The fields for which a function of value and name gives true.', [
      gives('$sift(labels, function($v, $k){ $k != "tier" })', { app: 'shop' }, labels),
    ]),
    entry('$each(object, work) -> array', 'The result of a function of value and name for each field.', [
      gives('$join($each(labels, function($v, $k){ $k & "=" & $v }), ",")', 'app=shop,tier=web', labels),
    ]),
  ],
};

const dates: Group = {
  title: 'Dates',
  isOfJsonata: true,
  entries: [
    entry(
      '$toMillis(time, picture?) -> number',
      'The milliseconds since 1970 of a time in ISO 8601, or in the notation of a picture.',
      [gives('$toMillis("2026-01-02T00:00:00Z")', 1_767_312_000_000)],
    ),
    entry(
      '$fromMillis(milliseconds, picture?, zone?) -> text',
      'A time in ISO 8601 and UTC, or by a picture and in a zone such as `+0200`.',
      [
        gives('$fromMillis(1767312000000)', '2026-01-02T00:00:00.000Z'),
        gives('$fromMillis(1767312000000, "[Y0001]-[M01]-[D01]")', '2026-01-02'),
      ],
    ),
  ],
};

/** Text, numbers, arrays, objects, functions of functions, and dates. */
export const jsonataGroups: readonly Group[] = [text, numbers, arrays, objects, higherOrder, dates];
