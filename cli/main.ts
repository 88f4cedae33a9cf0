// The command line. Each command lives in a file of its own that is loaded when it is called, so that the offline ones
// never load the code that talks to a cluster.

import { basename } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { VERSION } from './version.ts';

const EXIT_CODES = '\nExit codes: 0 fine, 1 findings or differences, 2 could not do it.';

type Action = (...values: never[]) => Promise<number>;

// Runs a command and ends with its exit code. A reader that goes away early (`| head`) is no failure.
function run(action: Action): (...values: unknown[]) => Promise<void> {
  return async (...values) => {
    try {
      process.exitCode = await action(...(values as never[]));
    } catch (error) {
      process.stderr.write(`opsonata: ${error instanceof Error ? error.message : String(error)}\n`);
      process.exitCode = 2;
    }
  };
}

function oneOf(...allowed: string[]): (value: string) => string {
  return (value) => {
    if (allowed.includes(value)) return value;
    throw new InvalidArgumentError(`use ${allowed.join(', ')}.`);
  };
}

function like(pattern: RegExp, hint: string): (value: string) => string {
  return (value) => {
    if (pattern.test(value)) return value;
    throw new InvalidArgumentError(hint);
  };
}

function portNumber(value: string): number {
  const port = Number(value);
  if (!Number.isInteger(port) || port < 0 || port > 65535)
    throw new InvalidArgumentError('use a port from 0 to 65535.');
  return port;
}

function workerCount(value: string): number {
  const count = Number(value);
  if (!Number.isInteger(count) || count < 1) throw new InvalidArgumentError('use a number from 1 upwards.');
  return count;
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

function createProgram(name: string): Command {
  const program = new Command(name)
    .description('A Kubernetes operator engine that needs no code: rules in YAML, formulas in JSONata.')
    .version(VERSION)
    .addHelpText('after', EXIT_CODES)
    // An option behind a command is the command's: `create api --version v1`.
    .enablePositionalOptions()
    .showSuggestionAfterError()
    .exitOverride((error) => {
      throw Object.assign(error, { exitCode: error.exitCode === 0 ? 0 : 2 });
    });

  program
    .command('create')
    .description('begin something new')
    .command('api')
    .description('write a rule for a new kind, with a resource, a scenario that holds, and a page')
    .requiredOption(
      '--group <name>',
      'group of the kind, such as app.example.com',
      like(
        /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)+$/,
        'use a domain, such as app.example.com.',
      ),
    )
    .requiredOption(
      '--version <name>',
      'version of the kind, such as v1alpha1',
      like(/^v[1-9]\d*((alpha|beta)[1-9]\d*)?$/, 'use a version such as v1 or v1alpha1.'),
    )
    .requiredOption(
      '--kind <name>',
      'the kind, such as MyApp',
      like(/^[A-Z][A-Za-z0-9]{0,62}$/, 'use a word such as MyApp, with a capital at its beginning.'),
    )
    .option('--dir <folder>', 'where the files go; default: a folder named after the kind')
    .option('--force', 'replace files that are there', false)
    .action(run(async (options: never) => (await import('./create.ts')).createApi(options)));

  program
    .command('validate')
    .description('check rule files and report every mistake with its place')
    .argument('[paths...]', 'rule files and directories', ['.'])
    .option('-o, --output <format>', 'text, json or yaml', oneOf('text', 'json', 'yaml'), 'text')
    .action(
      run(async (paths: string[], options: { output: string }) =>
        (await import('./validate.ts')).validate(paths, options),
      ),
    );

  program
    .command('render')
    .description('print the children that a rule makes for a custom resource, in waves, and what waits for what')
    .argument('<rule>', 'rule file')
    .requiredOption('-f, --filename <file>', 'file with the custom resource; - for standard input')
    .option('--state <file>', 'file with objects as they are in the cluster; may be repeated', collect, [])
    .option('-o, --output <format>', 'yaml, json or table', oneOf('yaml', 'json', 'table'), 'yaml')
    .action(run(async (rule: string, options: never) => (await import('./render.ts')).render(rule, options)));

  program
    .command('test')
    .description('run scenarios: what happens step by step, and what the rules make of it')
    .argument('[paths...]', 'scenario files and directories', ['.'])
    .option('--backend <name>', 'embedded or cluster', oneOf('embedded', 'cluster'), 'embedded')
    .option('--kubeconfig <file>', 'kubeconfig of the cluster')
    .option('--context <name>', 'context of the kubeconfig')
    .action(run(async (paths: string[], options: never) => (await import('./test.ts')).testScenarios(paths, options)));

  program
    .command('eval')
    .description('evaluate a formula, to try things')
    .argument('<formula>', 'the formula, without the leading =')
    .option('-f, --input <file>', 'YAML or JSON that the formula reads; - for standard input')
    .option('--schema <file>', 'a CustomResourceDefinition or an OpenAPI schema of the input: checks the formula first')
    .option('-o, --output <format>', 'json or yaml', oneOf('json', 'yaml'), 'json')
    .action(
      run(async (formula: string, options: never) => (await import('./eval.ts')).evaluateFormula(formula, options)),
    );

  program
    .command('crd')
    .description(
      'print the CustomResourceDefinitions of rules; without rules that of Rule itself, so that rules can be objects of the cluster',
    )
    .argument('[paths...]', 'rule files and directories')
    .option('-o, --output <format>', 'yaml or json', oneOf('yaml', 'json'), 'yaml')
    .action(
      run(async (paths: string[], options: { output: string }) => (await import('./crd.ts')).crd(paths, options)),
    );

  program
    .command('dev')
    .description(
      'try rules: a Kubernetes API in memory, the operator, and files that are taken over when they are saved',
    )
    .argument('<rules...>', 'rule files and directories')
    .option('-f, --filename <path>', 'file or directory with objects to apply; may be repeated', collect, [])
    .option('--context <name>', 'use the cluster of this context of the kubeconfig instead of the API in memory')
    .option('--kubeconfig <file>', 'use the cluster of this kubeconfig instead of the API in memory')
    .action(run(async (rules: string[], options: never) => (await import('./dev.ts')).dev(rules, options)));

  program
    .command('run')
    .description(
      'run the operator: watch custom resources and keep their children as the rules say, those of files and those that are objects of the cluster',
    )
    .option('--rules <path>', 'rule file or directory, followed as it changes; may be repeated', collect, [])
    .option(
      '--kubeconfig <file>',
      'kubeconfig; default: $KUBECONFIG, ~/.kube/config, or the service account of the pod',
    )
    .option('--context <name>', 'context of the kubeconfig')
    .option('-n, --namespace <name>', 'watch this namespace only')
    .addOption(new Option('-A, --all-namespaces', 'watch all namespaces; the default').conflicts('namespace'))
    .option('--as <user>', 'impersonate a user')
    .option('--as-group <group>', 'impersonate a group; may be repeated', collect, [])
    .option(
      '--install-crds',
      'install or update the CustomResourceDefinitions that the rules define, and that of Rule itself',
      false,
    )
    .option('--address <host>', 'address of /healthz, /readyz and /metrics', '127.0.0.1')
    .option('--port <number>', 'port of /healthz, /readyz and /metrics; 0 for any free one', portNumber, 8080)
    .option('--workers <number>', 'custom resources that are worked on at the same time', workerCount, 16)
    .action(run(async (options: never) => (await import('./run.ts')).runOperator(options)));

  program
    .command('apiserver')
    .description('serve the Kubernetes API from memory, for trying and testing; prints a kubeconfig')
    .option('--port <number>', 'port on 127.0.0.1; 0 for any free one', portNumber, 0)
    .option('--data <folder>', 'keep everything in this folder, and go on with what is in it')
    .option('--audit-log <file>', 'add a line to this file for each request')
    .option('--no-node', 'without the simulated node: pods stay pending until somebody sets their status')
    .action(run(async (options: never) => (await import('./apiserver.ts')).serveApi(options)));

  return program;
}

for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

const called = basename(process.argv[1] ?? '');
try {
  await createProgram(called.startsWith('kubectl-') ? 'kubectl opsonata' : 'opsonata').parseAsync(process.argv);
} catch (error) {
  process.exitCode = (error as { exitCode?: number }).exitCode ?? 2;
}
