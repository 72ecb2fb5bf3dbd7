import type { Node } from "../api/startup.js";

/** A node's place: column by rank, row within it. */
export interface Placed {
  readonly node: Node;
  readonly column: number;
  readonly row: number;
}

/** Nodes in columns by rank, as they come. */
export function placed(nodes: readonly Node[]): readonly Placed[] {
  const rows = new Map<number, number>();
  return nodes.map((node) => {
    const row = rows.get(node.rank) ?? 0;
    rows.set(node.rank, row + 1);
    return { node, column: node.rank, row };
  });
}

/** The chain of needs whose starts took longest together, in the order of the start, and its seconds. */
export function criticalPath(nodes: readonly Node[]): { readonly ids: readonly string[]; readonly seconds: number } {
  const longest = new Map<string, { readonly ids: readonly string[]; readonly seconds: number }>();
  const none = { ids: [], seconds: 0 };
  for (const node of nodes.toSorted((one, other) => one.rank - other.rank)) {
    const before = node.needs
      .map((id) => longest.get(id) ?? none)
      .reduce((best, each) => (each.seconds > best.seconds ? each : best), none);
    longest.set(node.id, { ids: [...before.ids, node.id], seconds: before.seconds + (node.seconds ?? 0) });
  }
  return [...longest.values()].reduce((best, each) => (each.seconds > best.seconds ? each : best), none);
}
