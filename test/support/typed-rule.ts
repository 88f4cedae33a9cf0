// A rule with places for formulas, for tests of types: each place wants a value of another type.

import { readFacts } from '../../cli/facts.ts';
import { compile } from '../../engine/compile/compile.ts';
import { factsSchemas, kindSchemas } from '../../engine/compile/kinds.ts';
import { load } from '../../engine/load/load.ts';
import type { Diagnostic } from '../../engine/model/diagnostic.ts';
import type { CompiledRule } from '../../engine/model/rule.ts';

const facts = factsSchemas(readFacts());

// The place of each formula; `value` where none is given.
const PLACES = {
  /** A text: a value of a ConfigMap. */
  value: '"a"',
  /** An integer that may be left out. */
  replicas: '1',
  /** A list of texts. */
  args: '[]',
  /** A list of objects. */
  env: '[]',
  /** A mapping of texts. */
  labels: '{}',
  /** One of some texts. */
  policy: 'Always',
  /** A number or a text. */
  target: '80',
  /** A text that must be given. */
  container: 'main',
  /** A boolean. */
  paused: 'false',
  /** Whether a child is wanted. */
  when: 'true',
  /** Whether it is ready; reads $self, a Deployment. */
  ready: 'true',
  /** The status of a condition. */
  condition: '"True"',
  /** The message of a condition. */
  message: 'fine',
  /** A field of the status that is an integer. */
  count: '1',
  /** A field of the status that is a list of texts. */
  names: '[]',
  /** A value of `let`. */
  let: '1',
} as const;

/** Where a formula can be put. */
export type PlaceName = keyof typeof PLACES;

/** A rule with one formula, as YAML writes it, at a place. */
export function typedRule(place: PlaceName, formula: string): string {
  const at = { ...PLACES, [place]: JSON.stringify(formula) };
  return `apiVersion: opsonata.dev/v1alpha1
kind: Rule
metadata: { name: web }
spec:
  resource:
    apiVersion: example.com/v1
    kind: Web
    crd:
      schema:
        spec:
          type: object
          required: [image, tier]
          properties:
            image: { type: string }
            tier: { type: string, enum: [web, api, worker] }
            replicas: { type: integer, default: 1 }
            ratio: { type: number }
            host: { type: string }
            debug: { type: boolean }
            port: { x-kubernetes-int-or-string: true }
            tags: { type: array, items: { type: string } }
            labels: { type: object, additionalProperties: { type: string } }
            env:
              type: array
              items: { type: object, required: [name], properties: { name: { type: string }, value: { type: string } } }
            ports:
              type: array
              x-kubernetes-list-type: map
              x-kubernetes-list-map-keys: [name]
              items:
                type: object
                required: [name, port]
                properties: { name: { type: string }, port: { type: integer }, protocol: { type: string, enum: [TCP, UDP] } }
            backup: { type: object, required: [schedule], properties: { schedule: { type: string }, keep: { type: integer } } }
            extra: { type: object, x-kubernetes-preserve-unknown-fields: true }
        status:
          type: object
          properties:
            url: { type: string }
            count: { type: integer }
            names: { type: array, items: { type: string } }
            phase: { type: string, enum: [Pending, Running] }
  let:
    app: { name: =metadata.name, tier: =spec.tier }
    value: ${at.let}
  children:
    - id: config
      when: ${at.when}
      template:
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: =metadata.name, labels: ${at.labels} }
        data: { a: ${at.value} }
    - id: secret
      template:
        apiVersion: v1
        kind: Secret
        metadata: { name: "{% metadata.name %}-key" }
    - id: deployment
      ready: ${at.ready}
      template:
        apiVersion: apps/v1
        kind: Deployment
        metadata: { name: =metadata.name }
        spec:
          paused: ${at.paused}
          replicas: ${at.replicas}
          selector: { matchLabels: { app: web } }
          template:
            metadata: { labels: { app: web } }
            spec:
              restartPolicy: ${at.policy}
              containers: [{ name: ${at.container}, image: =spec.image, args: ${at.args}, env: ${at.env} }]
    - id: service
      after: [deployment]
      template:
        apiVersion: v1
        kind: Service
        metadata: { name: =metadata.name }
        spec: { ports: [{ port: 80, targetPort: ${at.target} }] }
  conditions:
    - type: Available
      status: ${at.condition}
      message: ${at.message}
  status:
    count: ${at.count}
    names: ${at.names}
`;
}

/** What is said of the rule with this formula. */
export function checkPlace(
  place: PlaceName,
  formula: string,
): { readonly text: string; readonly diagnostics: readonly Diagnostic[]; readonly rule: CompiledRule | undefined } {
  const text = typedRule(place, formula);
  const { documents, diagnostics } = load([{ file: 'rule.yaml', text, found: false }]);
  const compiled = documents.map((document) => compile(document, kindSchemas([document], facts)));
  return {
    text,
    rule: compiled[0]?.rule,
    diagnostics: [...diagnostics, ...compiled.flatMap((one) => one.diagnostics)],
  };
}
