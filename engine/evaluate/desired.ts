// A template's value -> the child as it should be, with the marks by which the engine knows its own.

import type { Span } from '../model/diagnostic.ts';
import { hashText } from '../model/hash.ts';
import { isArray, isObject, type Json, type JsonObject, toCanonicalText } from '../model/json.ts';
import { isElsewhere } from '../model/lifecycle.ts';
import {
  APPLIED_ANNOTATION,
  CHILD_LABEL,
  KEY_ANNOTATION,
  ON_DELETE_ANNOTATION,
  OWNER_LABEL,
  RULE_LABEL,
} from '../model/marks.ts';
import type { KubeObject, ObjectMeta, OwnerReference } from '../model/object.ts';
import type { Desired } from '../model/plan.ts';
import { withoutField } from '../model/policy.ts';
import type { CompiledChild, CompiledRule } from '../model/rule.ts';
import { describeValue, invalid } from './formula.ts';
import { checkChoice } from './inputs.ts';

/** Whose child it is, and which of many. */
export interface Wish {
  readonly rule: CompiledRule;
  readonly child: CompiledChild;
  readonly owner: KubeObject;
  readonly key: string | undefined;
}

/** Builds the child. Throws FormulaFailure where the value cannot be an object of the cluster. */
export function toDesired(wish: Wish, value: Json): Desired {
  const { child, key } = wish;
  const span = child.span;
  if (!isObject(value)) throw invalid(span, `the template gave ${describeValue(value)}`);
  const content = withoutNulls(value) as JsonObject;
  const metadata = isObject(content['metadata']) ? content['metadata'] : {};
  const isOrphan = child.policy.onDelete === 'orphan';
  const annotations = {
    ...toTexts(metadata['annotations'], span, 'annotations'),
    ...(isOrphan ? { [ON_DELETE_ANNOTATION]: 'orphan' } : {}),
    ...(key === undefined ? {} : { [KEY_ANNOTATION]: key }),
  };
  const name = toName(metadata, wish);
  const meta: ObjectMeta = {
    ...name,
    labels: toLabels(metadata, wish),
    ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
    // The garbage collector deletes what refers to an owner of another namespace.
    ...(isOrphan || isElsewhere(wish.owner, name) ? {} : { ownerReferences: [toOwnerReference(wish.owner)] }),
  };
  const object: KubeObject = { ...content, ...child.resource, metadata: meta };
  // What is left alone after the object was made changes no wish.
  const lasting = child.policy.ignoreFields.reduce<Json>(
    (content, { steps }) => withoutField(content, steps),
    object as unknown as Json,
  );
  const hash = hashText(toCanonicalText(lasting));
  const marked = { ...object, metadata: { ...meta, annotations: { ...annotations, [APPLIED_ANNOTATION]: hash } } };
  const { policy, upstream } = child;
  return { child: child.id, ...(key === undefined ? {} : { key }), object: marked, span, upstream, policy };
}

function toName(metadata: JsonObject, { child, owner }: Wish): Pick<ObjectMeta, 'name' | 'namespace'> {
  const { span } = child;
  const { where } = child;
  const { name, namespace = owner.metadata.namespace } = metadata;
  if (typeof name !== 'string' || !/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/i.test(name) || name.length > 253) {
    throw invalid(
      span,
      `metadata.name is ${describeValue(name)}, which cannot name an object; $dnsName makes a name of any text`,
    );
  }
  checkChoice(name, child.names, span, 'name');
  if (namespace === undefined || where.kind === 'none') return { name };
  if (typeof namespace !== 'string' || !/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(namespace) || namespace.length > 63)
    throw invalid(span, `metadata.namespace is ${describeValue(namespace)}, which cannot name a namespace`);
  if (where.kind === 'beside' && namespace !== owner.metadata.namespace)
    throw invalid(span, `metadata.namespace is "${namespace}", and the template does not say so by itself`);
  return { name, namespace: checkChoice(namespace, child.namespaces, span, 'namespace') };
}

function toLabels(metadata: JsonObject, { rule, child, owner }: Wish): { readonly [key: string]: string } {
  const labels = toTexts(metadata['labels'], child.span, 'labels');
  const uid = owner.metadata.uid ?? '';
  return { ...labels, [RULE_LABEL]: rule.name, [CHILD_LABEL]: child.id, [OWNER_LABEL]: uid };
}

function toOwnerReference({ apiVersion, kind, metadata }: KubeObject): OwnerReference {
  const { name, uid = '' } = metadata;
  return { apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true };
}

function toTexts(value: Json | undefined, span: Span, field: string): { readonly [key: string]: string } | undefined {
  if (value === undefined) return undefined;
  if (!isObject(value)) throw invalid(span, `metadata.${field} is ${describeValue(value)}, not a mapping`);
  for (const [key, text] of Object.entries(value)) {
    if (typeof text !== 'string')
      throw invalid(span, `metadata.${field}["${key}"] is ${describeValue(text)}, not a text`);
  }
  return value as { readonly [key: string]: string };
}

/** To server-side apply, a null is the same as a field that is not there; to our own comparison it would not be. */
export function withoutNulls(value: Json): Json {
  if (isArray(value)) return value.filter((item) => item !== null).map(withoutNulls);
  if (!isObject(value)) return value;
  const entries = Object.entries(value).filter(([, item]) => item !== null);
  return Object.fromEntries(entries.map(([key, item]) => [key, withoutNulls(item)]));
}
