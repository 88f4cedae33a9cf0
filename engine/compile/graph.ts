// The order of named things that read each other, and the circles among them.

import type { Diagnostic, Span } from '../model/diagnostic.ts';

/** A named thing and what it needs; `span` of an edge is the text that says so. */
export interface GraphNode {
  readonly name: string;
  readonly span: Span;
  readonly edges: readonly { readonly to: string; readonly span: Span }[];
}

/** The nodes in an order in which each comes after what it needs; those on a circle, or behind one, are left out. */
export interface Ordered {
  readonly order: readonly string[];
  /** 1 for nodes that need none, otherwise one more than the highest of what they need. */
  readonly waves: ReadonlyMap<string, number>;
  readonly diagnostics: readonly Diagnostic[];
}

/** Orders a graph. Edges to unknown names are ignored. Nodes of one wave keep the order in which they were given. */
export function orderGraph(nodes: readonly GraphNode[], what: string): Ordered {
  const search = new Search(nodes, what);
  for (const node of nodes) search.visit(node, []);
  const { waves, diagnostics } = search;
  const placed = nodes.filter(({ name }) => waves.has(name));
  const order = placed.sort((a, b) => (waves.get(a.name) as number) - (waves.get(b.name) as number));
  return { order: order.map(({ name }) => name), waves, diagnostics };
}

class Search {
  readonly waves: Map<string, number> = new Map();
  readonly diagnostics: Diagnostic[] = [];
  readonly #known: ReadonlyMap<string, GraphNode>;
  readonly #reported = new Set<string>();
  readonly #what: string;

  constructor(nodes: readonly GraphNode[], what: string) {
    this.#known = new Map(nodes.map((node) => [node.name, node]));
    this.#what = what;
  }

  /** The node's wave, or undefined when it is on a circle or behind one. */
  visit(node: GraphNode, trail: readonly GraphNode[]): number | undefined {
    const done = this.waves.get(node.name);
    if (done !== undefined) return done;
    const start = trail.indexOf(node);
    if (start >= 0) return this.#report(trail.slice(start));
    let wave: number | undefined = 1;
    for (const { to } of node.edges) {
      const target = this.#known.get(to);
      const below = target === undefined ? 0 : this.visit(target, [...trail, node]);
      wave = below === undefined || wave === undefined ? undefined : Math.max(wave, below + 1);
    }
    if (wave !== undefined) this.waves.set(node.name, wave);
    return wave;
  }

  #report(circle: readonly GraphNode[]): undefined {
    const key = circle
      .map(({ name }) => name)
      .sort()
      .join();
    if (!this.#reported.has(key)) this.diagnostics.push(describeCircle(circle, this.#what));
    this.#reported.add(key);
    return undefined;
  }
}

function describeCircle(circle: readonly GraphNode[], what: string): Diagnostic {
  const path = [...circle, circle[0] as GraphNode].map(({ name }) => name).join(' -> ');
  const related = circle.map((node, index) => {
    const next = circle[(index + 1) % circle.length] as GraphNode;
    const edge = node.edges.find(({ to }) => to === next.name);
    return { message: `"${node.name}" needs "${next.name}" here`, span: edge?.span ?? node.span };
  });
  const first = related[0] as { span: Span };
  return {
    code: 'DependencyCycle',
    severity: 'error',
    message: `${what} wait for each other: ${path}`,
    span: first.span,
    related,
    hint: 'remove one of these reads',
  };
}
