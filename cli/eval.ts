// `opsonata eval`: one formula on one input, to try things.

import {
  collectSources,
  compileExpression,
  type Diagnostic,
  describeType,
  ExpressionError,
  type Json,
  type JsonObject,
  type MaybeJson,
  parseYaml,
  type SourceFile,
  schemaOfCrd,
  type TextDiagnostic,
  type TextRange,
  type TypeEnvironment,
  toYaml,
  typeOfKind,
  typeOfSchema,
} from '../engine/index.ts';
import { fileSource } from './file-source.ts';
import { formatDiagnostics } from './print-diagnostics.ts';

interface EvalOptions {
  readonly input?: string;
  readonly schema?: string;
  readonly output: string;
}

const NAME = 'formula';

/**
 * Prints the value of a formula; with a schema, what is wrong with it first; with a schema alone, the type of its value.
 * Exit code: 1 when the formula is wrong or fails, 2 when a file cannot be read.
 */
export async function evaluateFormula(formula: string, options: EvalOptions): Promise<number> {
  const files: SourceFile[] = [{ file: NAME, text: formula, found: false }];
  const input = await read(options.input, files);
  const schema = await read(options.schema, files);
  if (input === 'unreadable' || schema === 'unreadable') return 2;
  const { expression, diagnostics } = compileExpression(formula, { variables: ['now'] });
  const now = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
  const inferred = schema === undefined ? undefined : expression?.infer(environmentOf(schema as JsonObject));
  const found = [...diagnostics, ...(inferred?.diagnostics ?? [])];
  process.stderr.write(format(found, formula));
  if (expression === undefined || found.some(({ severity }) => severity === 'error')) return 1;
  if (inferred !== undefined && options.input === undefined) {
    process.stdout.write(`${describeType(inferred.type)}\n`);
    return 0;
  }
  try {
    print(expression.evaluate(input as MaybeJson, { now }), options.output);
    return 0;
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    const { message, code, range } = error;
    process.stderr.write(
      format([{ code: 'ExpressionFailed', severity: 'error', message: `${code}: ${message}`, range }], formula),
    );
    return 1;
  }
}

async function read(path: string | undefined, files: SourceFile[]): Promise<MaybeJson | 'unreadable'> {
  if (path === undefined) return undefined;
  const collected = await collectSources([path], fileSource);
  files.push(...collected.files);
  const documents = collected.files.flatMap(({ file, text }) => parseYaml(file, text));
  const diagnostics = [...collected.diagnostics, ...documents.flatMap((document) => document.diagnostics)];
  process.stderr.write(formatDiagnostics(diagnostics, files));
  if (diagnostics.some(({ severity }) => severity === 'error')) return 'unreadable';
  return documents[0]?.value;
}

// A CustomResourceDefinition, or a schema by itself.
function environmentOf(schema: JsonObject): TypeEnvironment {
  const known = schemaOfCrd(schema);
  const context =
    known === undefined
      ? typeOfSchema(schema)
      : typeOfKind(known, {
          kind: 'the resource',
          isStored: true,
          isNamespaced: known.isNamespaced,
          hasGeneration: true,
        });
  return { context, variable: () => ({ kind: 'string' }), present: new Set() };
}

function format(
  diagnostics: readonly (Omit<TextDiagnostic, 'code'> & { code: Diagnostic['code'] | 'ExpressionFailed' })[],
  formula: string,
): string {
  const placed = diagnostics.map(
    ({ range, ...diagnostic }) => ({ ...diagnostic, span: toSpan(range, formula) }) as Diagnostic,
  );
  return formatDiagnostics(placed, [{ file: NAME, text: formula }]);
}

function toSpan(range: TextRange, formula: string): Diagnostic['span'] {
  const at = (offset: number) => {
    const before = formula.slice(0, offset).split('\n');
    return { line: before.length, column: (before.at(-1) ?? '').length + 1, offset };
  };
  return { file: NAME, start: at(range.start), end: at(range.end) };
}

function print(value: MaybeJson, output: string): void {
  if (value === undefined) process.stderr.write('nothing\n');
  else process.stdout.write(output === 'yaml' ? toYaml(value as Json) : `${JSON.stringify(value, null, 2)}\n`);
}
