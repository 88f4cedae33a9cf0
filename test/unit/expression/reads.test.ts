// What formulas read, exactly. `? x` stands for a read that asks only whether x is there, of which type and how many.

import { describe, expect, test } from 'vitest';
import { compileExpression, type Expression } from '../../../engine/expression/expression.ts';
import type { Profile } from '../../../engine/expression/functions/functions.ts';

const READS: readonly (readonly [formula: string, ...reads: string[]])[] = [
  ['spec.image', 'spec.image'],
  ['"a" & 1'],
  ['$', '$'],
  ['$.spec.image', 'spec.image'],
  ['$$.spec.image', 'spec.image'],
  ['$exists($)'],
  ['spec.env.name', 'spec.env.name'],
  ['spec.env[0].name', 'spec.env.name'],
  ['spec.env[name = "a"].value', 'spec.env.name', 'spec.env.value'],
  ['spec.env[name = $$.metadata.name].value', 'spec.env.name', 'spec.env.value', 'metadata.name'],
  ['spec.env[value][0]', 'spec.env'],
  ['spec.env^(name).value', 'spec.env.name', 'spec.env.value'],
  ['spec.env^(>value, name)[0]', 'spec.env'],
  ['spec.env{name: value}', 'spec.env.name', 'spec.env.value'],
  ['spec.env{name: $count($)}', 'spec.env.name'],
  ['spec.env.{"n": name, "app": $$.metadata.name}', 'spec.env.name', 'metadata.name'],
  ['{"a": spec.a, "b": spec.b}.a', 'spec.a'],
  ['{"a": spec.a, metadata.name: spec.b}.a', 'spec.a', 'metadata.name', 'spec.b'],
  ['[spec.a, spec.b].name', 'spec.a.name', 'spec.b.name'],
  ['spec.*', 'spec.*'],
  ['*', '$'],
  ['[*, 0].a', '*.a', 'a'],
  ['spec.*.name', 'spec.*.name'],
  ['spec.**.name', 'spec'],
  ['$v.**', '$v'],
  ['$keys(spec.labels)', '? spec.labels.*'],
  ['$lookup(spec, "a")', 'spec.a'],
  ['$lookup(spec.labels, metadata.name)', 'spec.labels.*', 'metadata.name'],
  ['($k := "a"; $lookup(spec, $k).b)', 'spec.a.b'],
  ['spec.image.$uppercase()', 'spec.image'],
  ['spec.env.$uppercase(name)', 'spec.env.name'],
  ['spec.env.$substring(name, 1)', 'spec.env.name'],
  ['spec.tags.$substring($$.spec.prefix, 1)', 'spec.tags', 'spec.prefix'],
  ['$string()', '$'],
  ['spec.env.$string()', 'spec.env'],
  ['$exists(spec.host)', '? spec.host'],
  ['$count(spec.env)', '? spec.env'],
  ['$count(spec.env[value = "x"])', 'spec.env.value'],
  ['$count($db)', '? $db'],
  ['$type(spec.port)', '? spec.port'],
  ['$boolean(spec.env)', 'spec.env'],
  ['$not(spec.debug)', 'spec.debug'],
  ['$exists(spec.host) ? spec.host : metadata.name', 'spec.host', 'metadata.name'],
  ['spec.host ? 1', 'spec.host'],
  ['spec.host ?? metadata.name', 'spec.host', 'metadata.name'],
  ['$exists(spec.host ?? spec.name)', '? spec.host', '? spec.name'],
  ['spec.host ?: metadata.name', 'spec.host', 'metadata.name'],
  ['spec.debug and $config.data.a = "x"', 'spec.debug', '$config.data.a'],
  ['$config.data.a', '$config.data.a'],
  ['$config.data.a & $config.data.b', '$config.data.a', '$config.data.b'],
  ['$config & $config.data', '$config'],
  ['($b := spec.backup; $b.keep)', 'spec.backup.keep'],
  ['($a := spec.a; 1)'],
  ['($x := spec.a; $x := spec.b; $x.c)', 'spec.a.c', 'spec.b'],
  ['($f := function($o){ $o.name }; $f(spec.a) & $f($db.metadata))', 'spec.a.name', '$db.metadata.name'],
  ['function($x){ $x.a }(spec.b)', 'spec.b.a'],
  ['$map(spec.env, function($e){ $e.name })', 'spec.env.name'],
  ['$map(spec.env, function($e, $i){ $i })', '? spec.env'],
  ['$map(spec.tags, $uppercase)', 'spec.tags'],
  ['$filter(spec.env, function($e){ $e.name = "a" }).value', 'spec.env.name', 'spec.env.value'],
  ['$reduce(spec.ports, function($sum, $p){ $sum + $p.port }, 0)', 'spec.ports.port'],
  ['$sort(spec.ports, function($a, $b){ $a.port > $b.port }).name', 'spec.ports.port', 'spec.ports.name'],
  ['$sort(spec.tags)', 'spec.tags'],
  ['$each(spec.labels, function($v, $k){ $k })', '? spec.labels.*'],
  ['$sift(spec.labels, function($v){ $v = "x" })', 'spec.labels'],
  ['$single(spec.ports, function($p){ $p.name = "http" }).port', 'spec.ports.name', 'spec.ports.port'],
  ['$merge([spec.labels, {"a": metadata.name}]).team', '? spec.labels.*', 'spec.labels.team', '? metadata.name'],
  ['$append(spec.a, spec.b).name', 'spec.a.name', 'spec.b.name'],
  ['$distinct(spec.env.name)', 'spec.env.name'],
  ['$reverse(spec.env)[0].name', 'spec.env.name'],
  ['$zip(spec.a, spec.b).name', 'spec.a.name', 'spec.b.name'],
  ['$spread(spec.labels).team', '? spec.labels.*', 'spec.labels.team'],
  ['$condition($db, "Ready").status', '$db.status.conditions.type', '$db.status.conditions.status'],
  ['$any(spec.extra).x', 'spec.extra.x'],
  ['spec.env ~> $map(function($e){ $e.name })', 'spec.env.name'],
  ['spec.image ~> $uppercase ~> $trim', 'spec.image'],
  ['($f := $uppercase ~> $trim; $f(spec.image))', 'spec.image'],
  ['($f := $substring(?, 0, spec.n); $f(spec.image))', 'spec.n', 'spec.image'],
  ['($f := function($o, $n){ $lookup($o, $n) }; $g := $f(?, "a"); $g(spec))', 'spec.a'],
  ['spec ~> |env|{"x": $now}|', 'spec', '$now'],
  ['spec.env@$e.value[$e.name = "a"]', 'spec.env.name', 'spec.value'],
  ['spec.env@$e.spec', '? spec.env', 'spec.spec'],
  ['spec.env#$i.{"i": $i, "n": name}', 'spec.env.name'],
  ['spec.env.name.%.value', '? spec.env.name', 'spec.env.value'],
  ['spec.env.value[%.name = "a"]', 'spec.env.name', 'spec.env.value'],
  ['$replace(spec.image, /:.*/, function($m){ $v.tag & $m.match })', 'spec.image', '$v.tag'],
  ['-spec.n + spec.m', 'spec.n', 'spec.m'],
  ['[spec.a .. spec.b]', 'spec.a', 'spec.b'],
  ['spec.a in spec.list', 'spec.a', 'spec.list'],
  ['$error("x")'],
  ['$now', '$now'],
  ['$v.$w.a', '? $v', '$w.a'],
  ['spec.env[$v.on].name', 'spec.env.name', '$v.on'],
  ['$map([1], function($x){ function(){ spec.c } })[0]()', 'spec.c'],
  ['($x := spec.env[$error("x")]; 1)', '? spec.env'],
  ['($x := spec.host ?? $error("x"); 1)', '? spec.host'],
  ['$reduce(spec.list, function($x, $y){ $x.next }).name', 'spec.list'],
  ['spec.env@$v{"a": $v.b}', 'spec.env.b', '$v.b'],
];

function compiled(formula: string, profile: Profile = 'rule'): Expression {
  const variables = ['config', 'db', 'v', 'w', 'now'];
  const { expression, diagnostics } = compileExpression(formula, { variables, profile });
  return expression ?? expect.fail(`${formula}: ${diagnostics[0]?.message}`);
}

function readsOf(formula: string, profile?: Profile): readonly string[] {
  return compiled(formula, profile).reads.map(({ variable, path, depth }) => {
    const [first = '$', ...rest] = variable === '' ? path : [`$${variable}`, ...path];
    return `${depth === 'shallow' ? '? ' : ''}${[first, ...rest].join('.')}`;
  });
}

describe('the reads of a formula', () => {
  test.each(READS)('%s', (formula, ...reads) => {
    expect(readsOf(formula)).toEqual(reads);
  });

  test('stand where the formula names what is read', () => {
    const formula = '$map(spec.env, function($e){ $e.name & $config.data.a }) & spec.tags[$ = $db.tag].$uppercase()';
    const texts = compiled(formula).reads.map(({ range }) => formula.slice(range.start, range.end));
    expect(texts).toEqual(['spec.env', '$config', 'spec.tags', '$db']);
  });

  test('are everything where a formula calls itself without end', () => {
    const formula = '($f := function($x){ $x.next ? $f($x.next) : $other.a }; $f(spec))';
    expect(readsOf(formula, 'jsonata')).toEqual(['$', '$config', '$db', '$v', '$w', '$now', '$x', '$f', '$other']);
  });

  test('are everything where text becomes a formula', () => {
    expect(readsOf('$eval(spec.formula)', 'jsonata')).toEqual(['$', '$config', '$db', '$v', '$w', '$now']);
  });

  test('are everything that is named, soon, where functions call each other too often to follow', () => {
    const steps = Array.from(
      { length: 20 },
      (_, index) => `$f${index + 1} := function($x){ $f${index}($x) + $f${index}($x) }`,
    );
    const formula = `($f0 := function($x){ $x.a }; ${steps.join('; ')}; $f20(spec))`;
    expect(readsOf(formula)).toEqual(['$']);
  });

  test('are everything that is named, soon, where what a value can be doubles with each call', () => {
    const steps = Array.from({ length: 20 }, (_, index) => `$x${index + 1} := [$x${index}.a, $x${index}.b]`);
    expect(readsOf(`($x0 := spec; ${steps.join('; ')}; $x20)`)).toEqual(['$']);
  });

  test('are everything where functions give functions without end', () => {
    const formula = '($f := function(){ function(){ $f() } }; $string($f) & $db.a)';
    expect(readsOf(formula, 'jsonata')).toEqual(['$', '$config', '$v', '$w', '$now', '$f', '$db']);
  });

  test('are everything that is named where a transform calls itself', () => {
    expect(readsOf('($f := |a|{"b": $f($), "c": $db.x}|; $f(spec))')).toEqual(['$', '$db']);
  });

  test('are found behind many defaults', () => {
    const formula = `${'('.repeat(6)}spec.a${Array.from({ length: 6 }, (_, index) => ` ?? spec.b${index})`).join('')}`;
    expect(readsOf(formula)).toHaveLength(7);
  });
});
