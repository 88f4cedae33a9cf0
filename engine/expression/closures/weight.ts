// What the nodes of a formula cost by their mere number: steps for large ones, levels for deep ones. Both back ends ask
// here, so that they count alike.

import { childrenOf } from '../children.ts';
import type { Node } from '../parse.ts';

// So many nodes are a step, and so many nodes inside each other a level. Chosen: as much time, and as much of the stack,
// as a call of a function takes.
const NODES_PER_STEP = 8;
const NODES_PER_LEVEL = 8;
// Fewer than this are in the steps of the loop or call around them.
const FEW_NODES = 16;

// The nodes that both back ends evaluate one by one, each as often as the other does.
const CHARGED: ReadonlySet<string> = new Set(['binary', 'condition', 'block', 'unary', 'path']);

// What makes a frame or goes through values counts as several. Measured.
const COSTS: Readonly<Record<string, number>> = { bind: 3, block: 3, path: 2 };

interface Weight {
  /** The node and all that is in it. */
  readonly nodes: number;
  /** Steps to take before the node is evaluated. */
  readonly steps: number;
  /** Nodes in it that are in nobody's steps yet. */
  readonly rest: number;
  /** Nodes inside each other. */
  readonly height: number;
}

const known = new WeakMap<Node, Weight>();

function weightOf(node: Node): Weight {
  const before = known.get(node);
  if (before !== undefined) return before;
  const children = [...childrenOf(node), ...(node.procedure === undefined ? [] : [node.procedure])].map(weightOf);
  const nodes = children.reduce((sum, child) => sum + child.nodes, 1);
  const rest = children.reduce((sum, child) => sum + child.rest, COSTS[node.type] ?? 1);
  const height = children.reduce((most, child) => Math.max(most, child.height), 0) + 1;
  const weight = { ...weigh(node, rest, height), nodes };
  known.set(node, weight);
  return weight;
}

// What is inside of a function counts when it is called.
function weigh(node: Node, nodes: number, height: number): Omit<Weight, 'nodes'> {
  if (node.type === 'lambda' && node.thunk !== true) return { steps: 0, rest: 1, height: 1 };
  if (!CHARGED.has(node.type) || nodes < FEW_NODES) return { steps: 0, rest: nodes, height };
  return { steps: Math.floor(nodes / NODES_PER_STEP), rest: nodes % NODES_PER_STEP, height };
}

/** How many nodes there are, this one and all that is in it. */
export function nodesOf(node: Node): number {
  return weightOf(node).nodes;
}

/** The steps that a node takes for its size, beside those of what it does: none for a small one. */
export function stepsOf(node: Node): number {
  return weightOf(node).steps;
}

/** How many levels a function takes whose body this is. */
export function levelsOf(body: Node): number {
  return 1 + Math.floor(weightOf(body).height / NODES_PER_LEVEL);
}
