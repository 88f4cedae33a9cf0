// Groups of the Kubernetes community: who defines a kind in them says where it was approved.
// Source: https://github.com/kubernetes/enhancements/pull/1111

import type { ApiObject } from '../model/api-object.ts';
import { type FieldError, invalid, required } from '../model/field-error.ts';
import { type JsonObject, textIn } from '../model/json.ts';
import { parseRequestUrl } from '../schema/url.ts';

const ANNOTATION = 'api-approved.kubernetes.io';

interface Approval {
  readonly state: 'Missing' | 'Bypassed' | 'Approved' | 'Invalid';
  readonly reason: string;
}

function isProtected(group: string): boolean {
  return /(?:^|\.)(?:k8s|kubernetes)\.io$/.test(group);
}

function approvalOf(definition: ApiObject): Approval {
  const text = textIn(definition, 'metadata', 'annotations', ANNOTATION);
  const needed = `protected groups must have approval annotation "${ANNOTATION}"`;
  const source = 'see https://github.com/kubernetes/enhancements/pull/1111';
  if (text === '') return { state: 'Missing', reason: `${needed}, ${source}` };
  if (text.startsWith('unapproved')) return { state: 'Bypassed', reason: `not approved: ${JSON.stringify(text)}` };
  const url = parseRequestUrl(text);
  if ('parts' in url && url.parts.host !== '' && url.parts.scheme !== '')
    return { state: 'Approved', reason: `approved in ${text}` };
  return { state: 'Invalid', reason: `${needed} with either a URL or a reason starting with "unapproved", ${source}` };
}

/** What is wrong with the approval of a definition. One that was so before may stay so. */
export function checkApproval(definition: ApiObject, old: ApiObject | undefined): readonly FieldError[] {
  if (!isProtected(textIn(definition, 'spec', 'group'))) return [];
  const { state, reason } = approvalOf(definition);
  if (old !== undefined && approvalOf(old).state === state) return [];
  const field = `metadata.annotations[${ANNOTATION}]`;
  if (state === 'Missing') return [required(field, reason)];
  if (state !== 'Invalid') return [];
  return [invalid(field, textIn(definition, 'metadata', 'annotations', ANNOTATION), reason)];
}

const CONDITIONS: { readonly [state in Approval['state']]: readonly [status: string, reason: string] } = {
  Invalid: ['False', 'InvalidAnnotation'],
  Missing: ['False', 'MissingAnnotation'],
  Approved: ['True', 'ApprovedAnnotation'],
  Bypassed: ['False', 'UnapprovedAnnotation'],
};

/** The condition that tells of the approval; undefined for groups that need none. */
export function approvalCondition(definition: ApiObject): JsonObject | undefined {
  if (!isProtected(textIn(definition, 'spec', 'group'))) return undefined;
  const { state, reason: message } = approvalOf(definition);
  const [status, reason] = CONDITIONS[state];
  return { type: 'KubernetesAPIApprovalPolicyConformant', status, reason, message };
}
