// Rules about pods, as far as templates of workloads meet them.

import type { FieldError } from '../model/field-error.ts';
import { isObject, type JsonObject, listIn, objectIn, textIn } from '../model/json.ts';
import { checkAnnotations, checkLabels } from './metadata.ts';
import { checkPodSpec } from './pod-spec.ts';

/** What is wrong with a pod template. */
export function checkPodTemplate(template: JsonObject, path: string): readonly FieldError[] {
  const { labels, annotations } = objectIn(template, 'metadata');
  return [
    ...checkLabels(labels, `${path}.labels`),
    ...checkAnnotations(annotations, `${path}.annotations`),
    ...checkPodSpec(objectIn(template, 'spec'), `${path}.spec`),
  ];
}

interface NamedPort {
  readonly field: string;
  readonly port: JsonObject;
}

/** What is allowed in a pod template and hardly meant. */
export function warnOfPodTemplate(template: JsonObject, path: string): readonly string[] {
  const spec = objectIn(template, 'spec');
  const ports = ['initContainers', 'containers'].flatMap((list) =>
    listIn(spec, list).flatMap((container, index) =>
      listIn(container, 'ports')
        .filter(isObject)
        .map((port, at) => ({ field: `${path}.spec.${list}[${index}].ports[${at}]`, port })),
    ),
  );
  const overlapping = ports.flatMap((port, at) => overlaps(port, ports.slice(0, at)));
  return [...overlapping, ...sameNames(ports), ...negativeGrace(spec, `${path}.spec`)];
}

function negativeGrace({ terminationGracePeriodSeconds: grace }: JsonObject, path: string): readonly string[] {
  if (typeof grace !== 'number' || grace >= 0) return [];
  const field = `${path}.terminationGracePeriodSeconds`;
  return [`${field}: must be >= 0; negative values are invalid and will be treated as 1`];
}

function overlaps({ field, port }: NamedPort, before: readonly NamedPort[]): readonly string[] {
  return before
    .filter(
      ({ port: other }) => other['containerPort'] === port['containerPort'] && other['protocol'] === port['protocol'],
    )
    .flatMap((other) => {
      const [host, otherHost] = [port['hostPort'] ?? 0, other.port['hostPort'] ?? 0];
      const hasSameHost = host === otherHost && (port['hostIP'] ?? '') === (other.port['hostIP'] ?? '');
      if (hasSameHost) return [`${field}: duplicate port definition with ${other.field}`];
      return host === 0 || otherHost === 0 ? [`${field}: overlapping port definition with ${other.field}`] : [];
    });
}

function sameNames(ports: readonly NamedPort[]): readonly string[] {
  const first = new Map<string, string>();
  return ports.flatMap(({ field, port }) => {
    const name = textIn(port, 'name');
    if (name === '') return [];
    const other = first.get(name);
    if (other !== undefined)
      return [
        `${field}: duplicate port name ${JSON.stringify(name)} with ${other}, services and probes that select ports by name will use ${other}`,
      ];
    first.set(name, field);
    return [];
  });
}
