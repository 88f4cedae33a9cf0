// Kinds that are served in two forms, whose objects are stored once: in one of them.

import type { ApiObject } from '../model/api-object.ts';
import { AUTOSCALER_FORM } from './autoscaler-form.ts';
import { EVENT_FORM } from './event-form.ts';
import type { Forms, Resource } from './resource.ts';

/** A form besides the stored one. */
export interface OtherForm {
  /** The kind in whose form objects are stored, as `apiVersion/kind`. */
  readonly storedAs: string;
  toStored(object: ApiObject): ApiObject;
  fromStored(object: ApiObject): ApiObject;
}

/** The kinds that have two forms, by the one that is not stored. */
export const OTHER_FORMS: { readonly [kind: string]: OtherForm | undefined } = {
  'events.k8s.io/v1/Event': EVENT_FORM,
  'autoscaling/v1/HorizontalPodAutoscaler': AUTOSCALER_FORM,
};

/** The resources, of which those with two forms know both. */
export function withForms(resources: readonly Resource[]): readonly Resource[] {
  const byKind = new Map(resources.map((resource) => [keyOf(resource), resource]));
  const pairs = resources.flatMap((other): readonly (readonly [string, Resource])[] => {
    const form = OTHER_FORMS[keyOf(other)];
    const stored = form === undefined ? undefined : byKind.get(form.storedAs);
    return form === undefined || stored === undefined ? [] : paired(stored, other, form);
  });
  const changed = new Map(pairs);
  return resources.map((resource) => changed.get(keyOf(resource)) ?? resource);
}

function paired(stored: Resource, other: Resource, form: OtherForm): readonly (readonly [string, Resource])[] {
  // The owners of fields are kept from one version of a group to another, not from one group to another.
  const areRelated = stored.group === other.group;
  const typeIn: Resource['codec']['typeIn'] = (version) => stored.codec.typeIn(version) ?? other.codec.typeIn(version);
  const codecOf = ({ codec }: Resource) => (areRelated ? { ...codec, typeIn } : codec);
  const toStored = (object: ApiObject): ApiObject => stored.codec.settle(form.toStored(object));
  const convert: Forms['convert'] = (object, apiVersion) => {
    if (object.apiVersion === apiVersion) return object;
    return apiVersion === other.apiVersion ? other.codec.settle(form.fromStored(object)) : toStored(object);
  };
  const { group, version, plural } = other;
  const { validate, validateUpdate, validateName, selectableFields } = areRelated ? stored.lifecycle : other.lifecycle;
  const lifecycle = { ...stored.lifecycle, validate, validateUpdate, validateName };
  const storing = { ...stored, group, version, plural, lifecycle };
  const { collection, storedAs } = stored;
  return [
    [keyOf(stored), { ...stored, codec: codecOf(stored), forms: { convert, storing: stored } }],
    [
      keyOf(other),
      {
        ...other,
        collection,
        storedAs,
        codec: { ...codecOf(other), fill: (object) => convert(toStored(other.codec.fill(object)), other.apiVersion) },
        lifecycle: { ...lifecycle, selectableFields },
        forms: { convert, storing },
      },
    ],
  ];
}

function keyOf({ apiVersion, kind }: Resource): string {
  return `${apiVersion}/${kind}`;
}
