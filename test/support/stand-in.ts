// A stand-in for kubectl where there is none: the commands and options that suites use, and an error for every other.
//
// It writes as kubectl does, under the same field managers; an apply compares with what was applied last, but sends a
// merge patch for every kind, so that lists are replaced as a whole. What it prints is what suites look at.

import { parseAllDocuments } from 'yaml';
import { waitUntil } from '../../tools/control-plane/process.ts';
import { type Live, pathOf, Refused, Requests, type Resource } from './stand-in-requests.ts';

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
const FLAGS = [
  '-A',
  '--all',
  '--overwrite',
  '--ignore-not-found',
  '--show-managed-fields',
  '--server-side',
  '--force-conflicts',
];
const OPTIONS = ['-n', '-l', '-o', '-p', '-f', '--type', '--subresource', '--for', '--timeout', '--replicas'];
const MORE_OPTIONS = ['--from-literal', '--raw', '--field-manager', '--cascade'];
const FOREVER_MS = 600_000;

/** What a command is given: words, and the values of its options. */
interface Command {
  readonly words: readonly string[];
  readonly options: Readonly<Record<string, string>>;
  readonly input: string;
}

/** The objects that a command is about. */
interface Target {
  readonly resource: Resource;
  readonly name: string;
  readonly path: string;
}

/** Runs a command line; the result is what a program of it would be. */
export async function runStandIn(
  kubeconfig: string,
  args: readonly string[],
  input: string,
): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
  try {
    const requests = new Requests(kubeconfig);
    const stdout = await new StandIn(requests).run(parse(args, input));
    return { code: 0, stdout, stderr: [...requests.warnings].map((text) => `Warning: ${text}\n`).join('') };
  } catch (error) {
    return { code: 1, stdout: '', stderr: `${(error as Error).message}\n` };
  }
}

class StandIn {
  readonly #requests: Requests;

  constructor(requests: Requests) {
    this.#requests = requests;
  }

  async run({ words: [verb = '', ...words], ...rest }: Command): Promise<string> {
    const command = { ...rest, words };
    switch (verb) {
      case 'create':
        return await this.#create(command);
      case 'apply':
        return await this.#apply(command);
      case 'get':
        return await this.#get(command);
      case 'delete':
        return await this.#delete(command);
      case 'label':
        return await this.#mark(command, 'labels');
      case 'annotate':
        return await this.#mark(command, 'annotations');
      case 'patch':
        return await this.#patch(command);
      case 'replace':
        return await this.#replace(command);
      case 'scale':
        return await this.#scale(command);
      case 'wait':
        return await this.#wait(command);
      default:
        throw new Error(`the stand-in for kubectl does not know the command "${verb}"`);
    }
  }

  async #create({ words: [kind, name], options }: Command): Promise<string> {
    const namespace = options['-n'] ?? 'default';
    const [key = '', value] = (options['--from-literal'] ?? '').split('=', 2);
    const body = { metadata: { name }, ...(value === undefined ? {} : { data: { [key]: value } }) };
    const resource = find(await this.#requests.resources(), kind ?? '');
    if (!['Namespace', 'ConfigMap'].includes(resource.kind))
      throw new Error(`the stand-in for kubectl does not create a "${kind}"`);
    await this.#requests.send('POST', `${pathOf(resource, namespace)}?fieldManager=kubectl-create`, body);
    return `${fullName(resource)}/${name} created\n`;
  }

  async #apply({ input, options }: Command): Promise<string> {
    const documents = parseAllDocuments(input).map((document) => document.toJS());
    const objects: readonly Live[] = documents.flatMap((one) => (one?.kind === 'List' ? one.items : (one ?? [])));
    let printed = '';
    const resources = await this.#requests.resources();
    for (const object of objects) {
      const resource = ofObject(resources, object);
      const isThere = options['--server-side'] !== undefined;
      const namespace = object.metadata.namespace ?? options['-n'] ?? 'default';
      const placed = resource.isNamespaced ? { ...object, metadata: { ...object.metadata, namespace } } : object;
      const done = await (isThere ? this.#applyThere(resource, placed, options) : this.#applyHere(resource, placed));
      printed += `${fullName(resource)}/${object.metadata.name} ${done}\n`;
    }
    return printed;
  }

  async #applyHere(resource: Resource, object: Live): Promise<'created' | 'configured' | 'unchanged'> {
    const { name, namespace, annotations } = object.metadata;
    const annotated = (own: object) => ({
      ...object,
      metadata: { ...object.metadata, annotations: { ...annotations, ...own } },
    });
    const wanted = annotated({ [LAST_APPLIED]: `${JSON.stringify(annotated({}))}\n` });
    const live = await this.#find(pathOf(resource, namespace, name));
    const manager = 'kubectl-client-side-apply';
    if (live === undefined) {
      const path = `${pathOf(resource, namespace)}?fieldManager=${manager}&fieldValidation=Strict`;
      await this.#requests.send('POST', path, wanted);
      return 'created';
    }
    const last = JSON.parse(live.metadata.annotations?.[LAST_APPLIED] ?? '{}');
    const patch = changes(live, wanted, last);
    if (Object.keys(patch).length === 0) return 'unchanged';
    await this.#requests.patch(pathOf(resource, namespace, name), patch, { manager });
    return 'configured';
  }

  async #applyThere(
    resource: Resource,
    object: Live,
    { '--field-manager': manager = 'kubectl', '--force-conflicts': force }: Command['options'],
  ): Promise<'serverside-applied'> {
    const { name, namespace } = object.metadata;
    const isForced = force !== undefined;
    await this.#requests.patch(pathOf(resource, namespace, name), object, { type: 'apply', manager, isForced });
    return 'serverside-applied';
  }

  async #get({ words: [kinds = '', name], options }: Command): Promise<string> {
    const raw = options['--raw'];
    if (raw !== undefined) return String(await this.#requests.send('GET', raw));
    const namespace = options['-A'] === undefined ? (options['-n'] ?? 'default') : undefined;
    const resources = await this.#requests.resources();
    const isShown = options['--show-managed-fields'] !== undefined;
    const found: Live[] = [];
    for (const kind of kinds.split(',')) {
      const path = pathOf(find(resources, kind), namespace, name);
      const selector = options['-l'] === undefined ? '' : `?labelSelector=${encodeURIComponent(options['-l'])}`;
      const answer = await this.#requests.send('GET', `${path}${selector}`);
      found.push(
        ...(name === undefined ? answer.items.map((item: Live) => ({ ...typeOf(answer), ...item })) : [answer]),
      );
    }
    const objects = found.map((object) => (isShown ? object : withoutManagers(object)));
    if (options['-o'] === undefined) return objects.map(({ metadata }) => `${metadata.name}\n`).join('');
    const list = { apiVersion: 'v1', kind: 'List', items: objects, metadata: { resourceVersion: '' } };
    return JSON.stringify(name === undefined ? list : objects[0]);
  }

  async #delete(command: Command): Promise<string> {
    const propagationPolicy = command.options['--cascade'] === 'orphan' ? 'Orphan' : 'Background';
    let printed = '';
    for (const { resource, name, path } of await this.#targets(command)) {
      const before = await this.#find(path);
      if (before === undefined && command.options['--ignore-not-found'] !== undefined) continue;
      await this.#requests.send('DELETE', path, { propagationPolicy });
      const isGone = async () => (await this.#find(path))?.metadata.uid !== before?.metadata.uid;
      const limitMs = command.options['--timeout'] === undefined ? FOREVER_MS : timeoutOf(command);
      if (!(await waitUntil(isGone, limitMs))) throw new Error(`error: timed out waiting for ${path} to go`);
      printed += `${fullName(resource)} "${name}" deleted\n`;
    }
    return printed;
  }

  async #mark(command: Command, field: 'labels' | 'annotations'): Promise<string> {
    const isMark = (word: string) => word.endsWith('-') || word.includes('=');
    const marks = command.words.filter(isMark);
    const [target] = await this.#targets({ ...command, words: command.words.filter((word) => !isMark(word)) });
    const { path, resource, name } = target as Target;
    const live = await this.#requests.send('GET', path);
    const wanted = marks.map((word) => (word.includes('=') ? word.split('=', 2) : [word.slice(0, -1), null]));
    for (const [key, value] of wanted) {
      const is = live.metadata[field]?.[key as string];
      if (value !== null && is !== undefined && is !== value && command.options['--overwrite'] === undefined)
        throw new Error(`error: '${key}' already has a value (${is}), and --overwrite is false`);
    }
    const manager = field === 'labels' ? 'kubectl-label' : 'kubectl-annotate';
    await this.#requests.patch(path, { metadata: { [field]: Object.fromEntries(wanted) } }, { manager });
    return `${fullName(resource)}/${name} ${field === 'labels' ? 'labeled' : 'annotated'}\n`;
  }

  async #patch(command: Command): Promise<string> {
    const [target] = await this.#targets(command);
    const { path, resource, name } = target as Target;
    const { '--type': type = 'strategic-merge', '-p': patch = '{}', '--subresource': within } = command.options;
    await this.#requests.patch(within === undefined ? path : `${path}/${within}`, JSON.parse(patch), { type });
    return `${fullName(resource)}/${name} patched\n`;
  }

  async #replace({ input }: Command): Promise<string> {
    const object = JSON.parse(input);
    const resource = ofObject(await this.#requests.resources(), object);
    const { name, namespace } = object.metadata;
    await this.#requests.send('PUT', `${pathOf(resource, namespace, name)}?fieldManager=kubectl-replace`, object);
    return `${fullName(resource)}/${name} replaced\n`;
  }

  async #scale(command: Command): Promise<string> {
    const [target] = await this.#targets(command);
    const { path, resource, name } = target as Target;
    const replicas = Number(command.options['--replicas']);
    await this.#requests.patch(`${path}/scale`, { spec: { replicas } }, { manager: 'kubectl' });
    return `${fullName(resource)}/${name} scaled\n`;
  }

  async #wait(command: Command): Promise<string> {
    const [target] = await this.#targets(command);
    const { path, resource, name } = target as Target;
    const wanted = command.options['--for']?.replace('condition=', '');
    const isThere = async () => (await this.#find(path)) !== undefined;
    const hasCondition = async () =>
      (await this.#requests.send('GET', path)).status?.conditions?.some(
        ({ type, status }: Live) => type === wanted && status === 'True',
      ) === true;
    const isMet = wanted === 'create' ? isThere : hasCondition;
    if (!(await waitUntil(isMet, timeoutOf(command))))
      throw new Error(`error: timed out waiting for the condition on ${path}`);
    return `${fullName(resource)}/${name} condition met\n`;
  }

  // What `KIND NAME…`, `KIND/NAME` or `KIND --all` stands for.
  async #targets({ words, options }: Command): Promise<readonly Target[]> {
    const resources = await this.#requests.resources();
    const namespace = options['-n'] ?? 'default';
    const [first = '', ...more] = words;
    const [kind = '', slashed] = first.split('/', 2);
    const resource = find(resources, kind);
    const names =
      options['--all'] === undefined
        ? [...(slashed === undefined ? [] : [slashed]), ...more]
        : (await this.#requests.send('GET', pathOf(resource, namespace))).items.map(
            ({ metadata }: Live) => metadata.name,
          );
    return names.map((name: string) => ({ resource, name, path: pathOf(resource, namespace, name) }));
  }

  async #find(path: string): Promise<Live> {
    try {
      return await this.#requests.send('GET', path);
    } catch (error) {
      if (error instanceof Refused && error.status === 404) return undefined;
      throw error;
    }
  }
}

function parse(args: readonly string[], input: string): Command {
  const words: string[] = [];
  const options: Record<string, string> = {};
  const left = [...args];
  for (let word = left.shift(); word !== undefined; word = left.shift()) {
    const [, name = '', , value] = /^(--?[A-Za-z][a-z-]*)(=(.*))?$/s.exec(word) ?? [];
    if (word === '-' || !word.startsWith('-')) words.push(word);
    else if (FLAGS.includes(name)) options[name] = value ?? 'true';
    else if ([...OPTIONS, ...MORE_OPTIONS].includes(name)) options[name] = value ?? left.shift() ?? '';
    else throw new Error(`the stand-in for kubectl does not know the option "${word}"`);
  }
  return { words, options, input };
}

function timeoutOf({ options }: Command): number {
  return Number(/^(\d+)s$/.exec(options['--timeout'] ?? '30s')?.[1]) * 1_000;
}

function find(resources: readonly Resource[], name: string): Resource {
  const found = resources.find(
    ({ names, plural, version, group }) =>
      names.includes(name.toLowerCase()) || [`${plural}.${group}`, `${plural}.${version}.${group}`].includes(name),
  );
  if (found === undefined) throw new Error(`error: the server doesn't have a resource type "${name}"`);
  return found;
}

function ofObject(resources: readonly Resource[], { apiVersion, kind }: Live): Resource {
  const found = resources.find(
    (one) => one.kind === kind && [one.group, one.version].filter((part) => part !== '').join('/') === apiVersion,
  );
  if (found === undefined) throw new Error(`error: no matches for kind "${kind}" in version "${apiVersion}"`);
  return found;
}

function fullName({ names, group }: Resource): string {
  return group === '' ? `${names[1]}` : `${names[1]}.${group}`;
}

function typeOf(list: Live): object {
  return { apiVersion: list.apiVersion, kind: list.kind.replace(/List$/, '') };
}

function withoutManagers(object: Live): Live {
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}

// A merge patch: what differs from what is wanted, and null for what was applied last and is wanted no more.
function changes(live: Live, wanted: Live, last: Live): Record<string, Live> {
  const isMap = (value: Live) => typeof value === 'object' && value !== null && !Array.isArray(value);
  const patch: Record<string, Live> = {};
  for (const key of Object.keys(isMap(last) ? last : {}))
    if (!(key in wanted) && live[key] !== undefined) patch[key] = null;
  for (const [key, value] of Object.entries<Live>(wanted)) {
    const is = live[key];
    if (isMap(value) && isMap(is)) {
      const within = changes(is, value, last?.[key]);
      if (Object.keys(within).length > 0) patch[key] = within;
    } else if (JSON.stringify(is) !== JSON.stringify(value)) patch[key] = value;
  }
  return patch;
}
