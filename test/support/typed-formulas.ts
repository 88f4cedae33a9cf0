// Generated formulas over the fields of `typed-data.ts`: mostly such as fit their operands, now and then others.

import fc from 'fast-check';

type Text = fc.Arbitrary<string>;

// Text with holes.
const t = (parts: TemplateStringsArray, ...holes: readonly Text[]): Text =>
  fc.tuple(...holes).map((values) => parts.reduce((whole, part, index) => `${whole}${values[index - 1]}${part}`));

const some = (...choices: readonly (readonly [weight: number, arbitrary: Text])[]): Text =>
  fc.oneof(...choices.map(([weight, arbitrary]) => ({ weight, arbitrary })));

const words = (...list: readonly string[]): Text => fc.constantFrom(...list);

const literalTexts = words('"a"', '"web"', '"http"', '""', '"10"', '"TCP"', '"Running"', '"x y"');
const literalNumbers = words('0', '1', '2', '-1', '0.5', '7');
const fieldNames = words(
  'name',
  'value',
  'port',
  'protocol',
  'quota',
  'members',
  'schedule',
  'keep',
  'a',
  'team',
  'nme',
);
const plainNumbers = words(
  'spec.size',
  'spec.replicas',
  'spec.ratio',
  'spec.backup.keep',
  'spec.ports[0].port',
  'status.ready',
  'spec.weights.a',
  'metadata.generation',
  'spec.ports[name="http"].port',
  'spec.backup.target.size',
  '$sum(spec.ports.port)',
);
const plainTexts = words(
  'spec.image',
  'spec.tier',
  'spec.host',
  'metadata.name',
  'spec.labels.team',
  'spec.env[0].name',
  'spec.env[0].value',
  'status.phase',
  'spec.backup.schedule',
  'spec.tags[0]',
  'spec.ports[name="http"].protocol',
  'status.conditions[type="a"].status',
  'spec.groups[0].members[0]',
  'spec.note',
);
const plainLists = words(
  'spec.tags',
  'spec.env.name',
  'spec.env.value',
  'spec.ports.name',
  'spec.ports.port',
  'spec.matrix',
  'spec.groups.members',
  'spec.groups.name',
  'spec.matrix[0]',
  '$keys(spec.labels)',
  'spec.groups.quota',
  'spec.ports.protocol',
);
const rows = words(
  'spec.env',
  'spec.ports',
  'spec.groups',
  'spec.ports[protocol="TCP"]',
  'spec.env[value="a"]',
  'status.conditions',
  'spec.ports^(port)',
  'spec.groups^(>name)',
  'spec.env[]',
);
const objects = words(
  'spec',
  'spec.backup',
  'spec.labels',
  'spec.weights',
  'metadata.labels',
  'status',
  'spec.backup.target',
  'spec.env[0]',
  '$',
  'metadata',
);

/** Any formula. */
export const typedFormulas: Text = fc.letrec<{ [kind: string]: string }>((tie) => {
  const f = tie('formula');
  const n = some([4, plainNumbers], [2, literalNumbers], [3, tie('number')], [1, f]);
  const s = some([4, plainTexts], [2, literalTexts], [3, tie('text')], [1, f]);
  const b = some([3, tie('boolean')], [1, words('spec.debug', 'true', 'false')], [1, f]);
  const l = some([4, plainLists], [3, rows], [3, tie('list')], [1, f]);
  const o = some([4, objects], [3, tie('object')], [1, f]);
  // What is read of an item, bound or as the context.
  const ofItem = some([4, t`$e.${fieldNames}`], [1, words('$e', '$i', '$string($e)', '$e & ""')], [2, f]);
  const ofContext = some([4, fieldNames], [1, words('$', '%.replicas', '$string($)')], [1, f]);
  const item = t`function($e, $i){ ${ofItem} }`;
  const test = t`function($e){ ${some([2, t`${ofItem} = ${s}`], [1, t`$exists(${ofItem})`], [1, ofItem])} }`;
  const predicate = some(
    [3, t`${fieldNames} ${words('=', '!=')} ${s}`],
    [1, t`${fieldNames} ${words('>', '<=', '=')} ${n}`],
    [1, t`$ = ${s}`],
    [1, words('0', '-1', '1', '[0, 1]')],
    [1, n],
    [1, b],
    [1, ofContext],
  );
  return {
    number: fc.oneof(
      { maxDepth: 3, depthIdentifier: 'typed', withCrossShrink: true },
      plainNumbers,
      t`(${n} ${words('+', '-', '*', '/', '%')} ${n})`,
      t`$${words('count', 'sum', 'max', 'min', 'average')}(${l})`,
      t`$${words('abs', 'floor', 'ceil', 'round', 'sqrt')}(${n})`,
      t`$round(${n}, ${words('0', '1')})`,
      t`$power(${n}, ${words('0', '1', '2')})`,
      t`$length(${s})`,
      t`$number(${s})`,
      t`-${plainNumbers}`,
      t`(${n} ?? ${n})`,
      t`(${b} ? ${n} : ${n})`,
      t`$reduce(${l}, function($a, $e){ $a + ${ofItem} }, ${n})`,
      t`$reduce(${l}, function($a, $e){ ${words('$a', '$a & $e', '$e')} })`,
      t`$lookup(${words('spec.weights', 'spec.labels', 'spec')}, ${words('"a"', '"size"', '"image"', 'metadata.name')})`,
      t`$quantity(${some([1, words('"1Gi"', '"250m"')], [1, n])})`,
      t`$semver(${words('"1.2.3"', 'spec.image')}).${words('major', 'prerelease', 'text')}`,
      t`$cidr("10.0.0.0/8").${words('prefix', 'size', 'first')}`,
    ),
    text: fc.oneof(
      { maxDepth: 3, depthIdentifier: 'typed', withCrossShrink: true },
      plainTexts,
      t`(${some([1, s], [1, n])} & ${f})`,
      t`$${words('uppercase', 'lowercase', 'trim', 'base64encode', 'dnsName', 'encodeUrl')}(${s})`,
      t`$substring(${s}, ${literalNumbers})`,
      t`$${words('substringBefore', 'substringAfter')}(${s}, ${literalTexts})`,
      t`$pad(${s}, ${words('3', '-4', '6')})`,
      t`$replace(${s}, ${words('"a"', '/[ab]/', '"web"')}, ${literalTexts})`,
      t`$${words('string', 'hash', 'toJson', 'toYaml', 'type')}(${f})`,
      t`$join(${l}, ${words('","', '"-"')})`,
      t`(${s} ?? ${s})`,
      t`(${s} ?: ${s})`,
      t`(${b} ? ${s} : ${s})`,
      t`(${b} ? ${s})`,
      t`(${s} ~> $${words('uppercase', 'trim', 'length')})`,
      t`$formatNumber(${n}, "0.0")`,
      t`$imageParts(${words('spec.image', '"nginx:1.2"')}).${words('tag', 'name', 'digest')}`,
      t`$condition($, ${literalTexts}).status`,
      t`$quantityText(${n})`,
    ),
    boolean: fc.oneof(
      { maxDepth: 3, depthIdentifier: 'typed', withCrossShrink: true },
      t`(${s} ${words('=', '!=', '<', '>=')} ${s})`,
      t`(${n} ${words('=', '!=', '<', '>=')} ${n})`,
      t`(${f} = ${f})`,
      t`(${some([1, s], [1, n])} in ${l})`,
      t`(${b} ${words('and', 'or')} ${b})`,
      t`$${words('exists', 'not', 'boolean')}(${f})`,
      t`$contains(${s}, ${some([2, literalTexts], [1, words('/[ab]/')])})`,
      t`$selects({"matchLabels": ${words('spec.labels', '{"a": "b"}')}}, metadata.labels)`,
    ),
    list: fc.oneof(
      { maxDepth: 3, depthIdentifier: 'typed', withCrossShrink: true },
      plainLists,
      t`${some([3, rows], [1, l])}.${fieldNames}`,
      t`${some([2, rows], [1, l])}[${predicate}]`,
      t`(${rows})[${predicate}].${fieldNames}`,
      t`${rows}.(${ofContext})`,
      t`${rows}.{"k": ${ofContext}, "l": ${ofContext}}`,
      t`${rows}.[${fieldNames}, ${ofContext}]`,
      t`${rows}^(${words('', '>')}${words('name', 'port', 'value', '$string($)')})`,
      t`${rows}.${words('*', 'name.%.value', '%.image', '$string(name)', '$uppercase(name)', 'members.%.name')}`,
      t`${words('spec.env', 'spec.ports', 'spec.groups')}@$e.${words('name', 'value', 'port', '%.image', '(%.replicas)')}`,
      t`${words('spec.env', 'spec.ports', 'spec.groups')}@$e.%.tags[$ = $e.name]`,
      t`${rows}#$i.{"i": $i, "n": ${fieldNames}}`,
      t`[${f}, ${f}]`,
      t`[${f}]`,
      t`[${n} .. ${n}]`,
      t`$map(${l}, ${item})`,
      t`$map(${words('spec.tags', 'spec.ports.port', 'spec.env.name')}, $${words('uppercase', 'string', 'length', 'abs')})`,
      t`$filter(${l}, ${test})`,
      t`$single(${l}, ${test})`,
      t`$${words('reverse', 'sort', 'distinct')}(${l})`,
      t`$sort(${rows}, function($a, $e){ $a.${fieldNames} > $e.${fieldNames} })`,
      t`$append(${l}, ${some([2, l], [1, f])})`,
      t`$zip(${l}, ${l})`,
      t`$split(${s}, ${words('","', '/[a:]/')})`,
      t`$match(${s}, /[a-z]/)`,
      t`$${words('keys', 'spread')}(${o})`,
      t`$each(${o}, function($e, $i){ ${ofItem} })`,
      t`(${l} ~> $map(${item}))`,
      t`(${l})[]`,
      t`$range(${words('0', '1')}, ${n})`,
    ),
    object: fc.oneof(
      { maxDepth: 3, depthIdentifier: 'typed', withCrossShrink: true },
      objects,
      t`{"a": ${f}, "size": ${f}}`,
      t`{${s}: ${f}}`,
      t`${rows}{name: ${ofContext}}`,
      t`${rows}{$string(${fieldNames}): ${ofContext}, "z": $count($)}`,
      t`$merge([${o}, ${o}])`,
      t`$merge(${words('spec.env', 'spec.labels', 'spec.ports.{name: port}')})`,
      t`$sift(${o}, function($e, $i){ ${ofItem} })`,
      t`(${o} ~> |$|{"size": ${f}}|)`,
      t`${rows}[0]`,
    ),
    formula: fc.oneof(
      { maxDepth: 4, depthIdentifier: 'typed', withCrossShrink: true },
      {
        weight: 1,
        arbitrary: words('null', 'true', 'spec.port', 'spec.note', 'spec.debug', 'spec.imge', 'spec.backup.*'),
      },
      { weight: 3, arbitrary: n },
      { weight: 3, arbitrary: s },
      { weight: 2, arbitrary: b },
      { weight: 4, arbitrary: l },
      { weight: 2, arbitrary: o },
      { weight: 1, arbitrary: t`${o}.${words('a', 'size', 'name', 'image', 'schedule', 'team', 'k', 'z')}` },
      { weight: 1, arbitrary: t`($e := ${f}; ${ofItem})` },
      { weight: 1, arbitrary: t`($x := ${o}; $x.${words('size', 'a', 'image')} & "")` },
      { weight: 1, arbitrary: t`($f := function($e){ ${ofItem} }; $f(${f}))` },
      { weight: 1, arbitrary: t`($exists(${plainTexts}) ? ${s} : ${f})` },
      { weight: 1, arbitrary: t`(${f} ?? ${f})` },
      { weight: 1, arbitrary: t`(${b} ? ${f} : ${f})` },
      { weight: 1, arbitrary: t`(${f})[${predicate}]` },
      { weight: 1, arbitrary: t`($g := $substring(?, ${n}); $g(${s}))` },
    ),
  };
})['formula'] as Text;

/** Formulas that give nothing where a part of them is nothing or fails: what is said of a part holds for the whole. */
export const strictFormulas: Text = fc.letrec<{ [kind: string]: string }>((tie) => {
  const f = tie('formula');
  const names = words(
    'image',
    'imge',
    'replicas',
    'backup',
    'schedule',
    'keep',
    'target',
    'path',
    'host',
    'env',
    'name',
    'value',
    'ports',
    'port',
    'protocol',
    'tags',
    'labels',
    'team',
    'a',
    'groups',
    'members',
    'tier',
    'debug',
    'ratio',
    'size',
    'matrix',
    'extra',
  );
  const paths = some(
    [6, t`spec.${names}`],
    [6, t`spec.${names}.${names}`],
    [2, t`spec.${names}.${names}.${names}`],
    [1, t`${names}.${names}`],
    [3, plainNumbers],
    [3, plainTexts],
    [2, plainLists],
  );
  const literal = some([1, literalTexts], [1, literalNumbers], [1, words('true')]);
  return {
    formula: fc.oneof(
      { maxDepth: 3, depthIdentifier: 'strict', withCrossShrink: true },
      { weight: 6, arbitrary: paths },
      { weight: 1, arbitrary: literal },
      { weight: 2, arbitrary: t`(${f} ${words('+', '-', '*', '/', '%', '<', '>=', '>')} ${f})` },
      { weight: 1, arbitrary: t`-(${f})` },
      {
        weight: 3,
        arbitrary: t`$${words('uppercase', 'length', 'trim', 'abs', 'floor', 'round', 'sum', 'max', 'average', 'join', 'number')}(${f})`,
      },
      { weight: 1, arbitrary: t`$substring(${f}, ${literalNumbers})` },
      { weight: 1, arbitrary: t`$contains(${f}, "a")` },
      { weight: 1, arbitrary: t`(${f}).${names}` },
      { weight: 1, arbitrary: t`${paths}[${names} ${words('=', '<')} ${literal}]` },
      { weight: 1, arbitrary: t`${paths}[${some([1, f], [1, words('0', '-1')])}]` },
      { weight: 1, arbitrary: t`$map(${paths}, function($e){ $e.${names} })` },
      { weight: 1, arbitrary: t`$filter(${paths}, function($e){ $e.${names} = ${literal} })` },
      { weight: 1, arbitrary: t`${paths}.$uppercase(${names})` },
      { weight: 1, arbitrary: t`$lookup(${paths}, "${names}")` },
      { weight: 1, arbitrary: t`(${f} ~> $${words('uppercase', 'abs', 'sum')})` },
      { weight: 1, arbitrary: t`($x := ${f}; $x.${names})` },
    ),
  };
})['formula'] as Text;

/** Comparisons, and what they compare. */
export const comparisons: fc.Arbitrary<{ readonly left: string; readonly token: string; readonly right: string }> =
  fc.record({
    left: some(
      [2, plainTexts],
      [2, plainNumbers],
      [2, plainLists],
      [1, rows],
      [1, words('spec.debug', 'spec.port', 'spec.note', 'spec.backup')],
    ),
    token: fc.constantFrom('=', '!=', 'in'),
    right: some(
      [2, literalTexts],
      [1, literalNumbers],
      [1, words('true', 'null', '[1, 2]', '["a", "web"]', '[]', '{"a": 1}')],
      [1, plainTexts],
      [1, plainNumbers],
      [1, plainLists],
      [1, objects],
    ),
  });
