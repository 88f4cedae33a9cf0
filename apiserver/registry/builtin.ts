// Resources of the built-in kinds, made from facts and from the table of behaviours.

import { type FieldSet, fieldSetOf, NO_FIELDS } from '../apply/field-set.ts';
import { DEFAULTS } from '../defaults/defaults.ts';
import type { KindFacts, KubernetesFacts } from '../facts/facts.ts';
import { type ApiObject, withMetadata } from '../model/api-object.ts';
import { equals, getIn, type Json, type JsonObject, setIn } from '../model/json.ts';
import { copyOf } from '../model/shared.ts';
import { Codec } from '../schema/codec.ts';
import { TypeNodes } from '../schema/type-node.ts';
import { ValuePlans } from '../schema/value-plan.ts';
import { checkLabelName, checkPathName, checkSubdomain } from '../validation/names.ts';
import { VALIDATIONS } from '../validation/validation.ts';
import { BEHAVIOURS, type Behaviour } from './behaviour.ts';
import { withForms } from './forms.ts';
import { podGraceSeconds } from './pod.ts';
import { resizing } from './resize.ts';
import type { Lifecycle, ObjectCodec, Resource } from './resource.ts';
import { specialOf, withSpecial } from './special.ts';

/** What is served of the built-in kinds. */
export interface Builtins {
  readonly resources: readonly Resource[];
  /** Subresources that are written otherwise than what they belong to, by `plural/subresource`. */
  readonly parts: ReadonlyMap<string, Resource>;
  /** Reads metadata of objects of any kind. */
  readonly codec: Codec;
  readonly types: TypeNodes;
  /** What the built-in types look like. */
  readonly plans: ValuePlans;
}

/** Makes the resources of the built-in kinds that are served, by `apiVersion/kind`. */
export function builtinResources(facts: KubernetesFacts, isServed: (kind: string) => boolean): Builtins {
  const plans = new ValuePlans(facts);
  const codec = new Codec(plans);
  const types = new TypeNodes((name) => facts.schema(name));
  const resources = facts.kinds.flatMap((kind) => {
    const name = `${kind.apiVersion}/${kind.kind}`;
    if (!isServed(name)) return [];
    return [toResource(kind, { facts, behaviour: BEHAVIOURS[name] ?? {}, codec, types })];
  });
  const parts = new Map(facts.kinds.flatMap((kind) => partsOf(kind, { facts, behaviour: {}, codec, types })));
  const pods = resources.find(({ apiVersion, kind }) => apiVersion === 'v1' && kind === 'Pod');
  if (pods !== undefined) parts.set('pods/resize', resizing(pods));
  // As discovery names them.
  const place = ({ apiVersion }: Resource): number => facts.apiVersions.indexOf(apiVersion);
  return { resources: withForms(resources).toSorted((a, b) => place(a) - place(b)), parts, codec, types, plans };
}

// The schemas of the bodies.
const PARTS: { readonly [part: string]: string | undefined } = {
  'v1/ServiceAccount/token': 'io.k8s.api.authentication.v1.TokenRequest',
  'v1/Pod/eviction': 'io.k8s.api.policy.v1.Eviction',
};

function partsOf(kind: KindFacts, parts: Parts): readonly (readonly [string, Resource])[] {
  return kind.subresources.flatMap(({ name, apiVersion, kind: bodyKind }) => {
    const schema = PARTS[`${kind.apiVersion}/${kind.kind}/${name}`];
    if (schema === undefined) return [];
    return [[`${kind.plural}/${name}`, toResource({ ...kind, apiVersion, kind: bodyKind, schema }, parts)] as const];
  });
}

interface Parts {
  readonly facts: KubernetesFacts;
  readonly behaviour: Behaviour;
  readonly codec: Codec;
  readonly types: TypeNodes;
}

function toResource(kind: KindFacts, parts: Parts): Resource {
  const [first = '', second] = kind.apiVersion.split('/');
  const group = second === undefined ? '' : first;
  const codec = toCodec(kind, parts);
  const collection = `${group}/${kind.plural}`;
  const lifecycle = toLifecycle(kind, parts.behaviour, () => codec.fill(codec.blank)['status']);
  return {
    group,
    version: second ?? first,
    apiVersion: kind.apiVersion,
    kind: kind.kind,
    plural: kind.plural,
    singular: kind.singular,
    listKind: `${kind.kind}List`,
    shortNames: kind.shortNames,
    categories: kind.categories,
    isNamespaced: kind.isNamespaced,
    verbs: kind.verbs,
    subresources: kind.subresources,
    storedAs: kind.apiVersion,
    collection,
    codec,
    lifecycle: withSpecial(
      lifecycle,
      specialOf(`${kind.apiVersion}/${kind.kind}`, parts.codec, () => parts.facts.cel()),
    ),
    forms: undefined,
    deprecation: parts.behaviour.deprecation,
    columns: undefined,
    scale: kind.subresources.some(({ name }) => name === 'scale')
      ? { replicas: 'spec.replicas', statusReplicas: 'status.replicas', selector: 'spec.selector' }
      : undefined,
    openApi: undefined,
  };
}

function toCodec(kind: KindFacts, { facts, codec, types }: Parts): ObjectCodec {
  const { apiVersion, kind: name, schema } = kind;
  const subject = { version: apiVersion.slice(apiVersion.indexOf('/') + 1), kind: name };
  // A server is ready sooner than all kinds have been looked at.
  let blank: ApiObject | undefined;
  const named = (object: JsonObject): ApiObject => ({ ...object, apiVersion, kind: name }) as unknown as ApiObject;
  const fill = DEFAULTS[`${apiVersion}/${name}`];
  const filled = (object: ApiObject, stored?: ApiObject): ApiObject => {
    if (fill === undefined) return object;
    // Managed fields, which are most of an object, have no defaults.
    const { managedFields, ...metadata } = object.metadata;
    const copy = copyOf({ ...object, metadata }, stored);
    fill(copy as never);
    return managedFields === undefined ? copy : withMetadata(copy, { managedFields });
  };
  return {
    decode: (value) => {
      const { object, unknown } = codec.decode(schema, value, subject);
      return { object: named(object), unknown };
    },
    reread: (object, stored) => filled(named(codec.stored(schema, object, stored)), stored),
    toStorage: (object) => object,
    fromStorage: (object) => object,
    settle: (object, stored) => named(codec.decode(schema, object, subject, stored).object),
    fill: filled,
    get blank() {
      blank ??= named(codec.blank(schema));
      return blank;
    },
    typeIn: (version) => (version === apiVersion ? types.of(facts.schema(schema) as JsonObject) : undefined),
  };
}

function toLifecycle(kind: KindFacts, behaviour: Behaviour, firstStatus: () => Json | undefined): Lifecycle {
  const hasStatus = kind.subresources.some(({ name }) => name === 'status');
  const rules = VALIDATIONS[`${kind.apiVersion}/${kind.kind}`];
  return {
    ...preparation({ hasStatus, firstStatus }, behaviour),
    validate: (object) => rules?.check(object) ?? [],
    validateUpdate: (object, old) => rules?.checkUpdate?.(object, old) ?? rules?.check(object) ?? [],
    validateStatus: () => [],
    tolerated: () => [],
    refusesNew: undefined,
    warn: (object, old) => rules?.warn?.(object, old) ?? [],
    validateName: nameRule(behaviour),
    createsOnUpdate: behaviour.createsOnUpdate === true,
    updatesUnconditionally: behaviour.needsVersion !== true,
    returnsDeleted: behaviour.returnsDeleted === true,
    orphansByDefault: behaviour.orphansByDefault === true,
    graceSeconds: behaviour.isGraceful === true ? podGraceSeconds : () => 0,
    finalizerOnDelete: behaviour.finalizerOnDelete,
    unowned: hasStatus ? fieldSetOf(['status']) : NO_FIELDS,
    unownedByStatus: statusUnowned(behaviour),
    selectableFields: behaviour.selectable ?? [],
  };
}

// True where a change makes a new generation.
function isCounted(generation: NonNullable<Behaviour['generation']>, next: ApiObject, old: ApiObject): boolean {
  const withoutMetadata = ({ metadata, ...rest }: ApiObject): Json => ({ ...rest, labels: metadata['labels'] ?? {} });
  if (generation === 'contents') return !equals(withoutMetadata(next), withoutMetadata(old));
  const isNoted =
    generation === 'specAndAnnotations' && !equals(next.metadata['annotations'], old.metadata['annotations']);
  return isNoted || !equals(next['spec'], old['spec']);
}

function statusUnowned(behaviour: Behaviour): FieldSet {
  return behaviour.labelsNotByStatus === true ? fieldSetOf(['spec'], ['metadata', 'labels']) : fieldSetOf(['spec']);
}

function nameRule({ names }: Behaviour): (name: string) => readonly string[] {
  switch (names) {
    case 'label':
      return checkLabelName;
    case 'path':
      return checkPathName;
    default:
      return checkSubdomain;
  }
}

type Preparation = Pick<Lifecycle, 'prepareCreate' | 'prepareUpdate' | 'prepareStatus'>;

interface StatusFacts {
  readonly hasStatus: boolean;
  /** The status of an object that is new. */
  firstStatus(): Json | undefined;
}

function preparation(
  { hasStatus, firstStatus }: StatusFacts,
  { generation, labelsNotByStatus, forgets = [] }: Behaviour,
): Preparation {
  const forget = (object: ApiObject): ApiObject =>
    forgets.reduce<JsonObject>((one, path) => {
      const steps = path.split('.');
      return getIn(one, ...steps) === undefined ? one : setIn(one, steps, undefined);
    }, object) as ApiObject;
  const keepStatus = (object: ApiObject, old: ApiObject): ApiObject =>
    hasStatus ? (setIn(object, ['status'], old['status']) as ApiObject) : object;
  return {
    prepareCreate: (object) => {
      const known = forget(object);
      const numbered = generation === undefined ? known : withMetadata(known, { generation: 1 });
      return hasStatus ? (setIn(numbered, ['status'], firstStatus()) as ApiObject) : numbered;
    },
    prepareUpdate: (object, old) => {
      const next = forget(keepStatus(object, old));
      if (generation === undefined || !isCounted(generation, next, old)) return next;
      return withMetadata(next, { generation: Number(old.metadata['generation'] ?? 0) + 1 });
    },
    prepareStatus: (object, old) => {
      const next = setIn(object, ['spec'], old['spec']) as ApiObject;
      return labelsNotByStatus === true ? withMetadata(next, { labels: old.metadata['labels'] }) : next;
    },
  };
}
