// The files that `opsonata create api` begins with: a rule for a kind, a resource, a scenario, a page.

/** The kind that is begun. */
export interface ScaffoldKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** Name and text of each file. The rule has no mistakes, and the scenario holds. */
export function scaffold(kind: ScaffoldKind, folder: string): ReadonlyMap<string, string> {
  return new Map([
    ['rule.yaml', rule(kind)],
    ['cr.yaml', resource(kind)],
    ['scenario.yaml', scenario(kind)],
    ['README.md', page(kind, folder)],
  ]);
}

/** The kind's name as names of objects and folders have it: `MyApp` is `my-app`, `HTTPRoute` is `http-route`. */
export function toKebab(kind: string): string {
  return kind
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replaceAll(/([A-Z])([A-Z][a-z])/g, '$1-$2')
    .toLowerCase();
}

function rule({ group, version, kind }: ScaffoldKind): string {
  return `# What a ${kind} means. Change the schema, the children and the status to what yours needs.
apiVersion: opsonata.dev/v1alpha1
kind: Rule
metadata: { name: ${toKebab(kind)} }
spec:
  resource:
    apiVersion: ${group}/${version}
    kind: ${kind}
    crd:
      printerColumns: [{ name: Replicas, type: integer, jsonPath: .status.readyReplicas }]
      schema:
        spec:
          type: object
          required: [image]
          properties:
            image: { type: string }
            replicas: { type: integer, minimum: 0, default: 1 }
            port: { type: integer, minimum: 1, maximum: 65535, default: 8080 }
        status: { type: object, properties: { readyReplicas: { type: integer } } }
  let:
    labels: { app.kubernetes.io/name: ${toKebab(kind)}, app.kubernetes.io/instance: =metadata.name }
  children:
    - id: deployment
      template:
        apiVersion: apps/v1
        kind: Deployment
        metadata: { name: =metadata.name, labels: =$labels }
        spec:
          replicas: =spec.replicas
          selector: { matchLabels: =$labels }
          template:
            metadata: { labels: =$labels }
            spec: { containers: [{ name: app, image: =spec.image, ports: [{ name: http, containerPort: =spec.port }] }] }
    - id: service
      template:
        apiVersion: v1
        kind: Service
        metadata: { name: =metadata.name, labels: =$labels }
        spec: { selector: =$labels, ports: [{ name: http, port: 80, targetPort: http }] }
  status:
    readyReplicas: =$deployment.status.readyReplicas ?? 0
`;
}

function resource({ group, version, kind }: ScaffoldKind): string {
  return `apiVersion: ${group}/${version}
kind: ${kind}
metadata: { name: sample, namespace: default }
spec: { image: "registry.example.com/app:1.0", replicas: 2 }
`;
}

function scenario({ group, version, kind }: ScaffoldKind): string {
  return `# What happens, step by step, and what the rule makes of it.
apiVersion: opsonata.dev/v1alpha1
kind: Scenario
metadata: { name: "a ${kind} comes up, grows and goes" }
spec:
  steps:
    - name: it comes up
      files: [cr.yaml]
      expect:
        - apiVersion: ${group}/${version}
          kind: ${kind}
          metadata: { name: sample }
          status: { readyReplicas: 2, conditions: [{ type: Ready, status: "True" }] }
        - { apiVersion: v1, kind: Service, metadata: { name: sample } }
    - name: it grows
      patch: [{ apiVersion: ${group}/${version}, kind: ${kind}, metadata: { name: sample }, spec: { replicas: 3 } }]
      expect: [{ apiVersion: apps/v1, kind: Deployment, metadata: { name: sample }, spec: { replicas: 3 } }]
    - name: nothing is written while nothing changes
      quiet: 5m
    - name: it goes, with all that it had
      delete: [{ apiVersion: ${group}/${version}, kind: ${kind}, metadata: { name: sample } }]
      absent:
        - { apiVersion: apps/v1, kind: Deployment, metadata: { name: sample } }
        - { apiVersion: v1, kind: Service, metadata: { name: sample } }
`;
}

function page({ kind }: ScaffoldKind, folder: string): string {
  const commands = [
    [`opsonata validate ${folder}`, 'every mistake, with its place'],
    [`opsonata test ${folder}`, 'the scenario, on an API server in memory'],
    [`opsonata dev ${folder} -f ${folder}/cr.yaml`, 'the same to play with; files are taken over when they are saved'],
    [`opsonata crd ${folder} | kubectl apply -f -`, 'the kind, on a cluster'],
  ] as const;
  const width = Math.max(...commands.map(([command]) => command.length));
  const lines = commands.map(([command, what]) => `${command.padEnd(width)}   # ${what}`);
  return `# ${kind}

What a ${kind} means stands in [rule.yaml](rule.yaml), what it does in [scenario.yaml](scenario.yaml).

\`\`\`sh
${lines.join('\n')}
\`\`\`
`;
}
