import { type ComponentChildren, h, type VNode } from "../vendor/preact.js";

interface Column {
  readonly name: string;
  readonly kind?: "numeric" | "wide"; // how its cells stand; a wide one has a line of its own on a narrow screen
}

export interface Row {
  readonly key: string;
  readonly cells: readonly ComponentChildren[]; // the first one names the row
}

interface Contents {
  readonly caption: string;
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
}

/** A table that stacks its cells on a narrow screen. The roles keep it a table for screen readers there too. */
export function Table({ caption, columns, rows }: Contents): VNode {
  return (
    <table role="table">
      <caption class="unseen">{caption}</caption>
      <thead role="rowgroup">
        <tr role="row">
          {columns.map((column) => (
            <th role="columnheader" scope="col" class={column.kind ?? ""}>
              {column.name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map((row) => (
          <tr role="row" key={row.key} data-row={row.key}>
            {columns.map((column, index) => cell(column, row.cells[index], index === 0))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function cell(column: Column, content: ComponentChildren, first: boolean): VNode {
  const kind = column.kind ?? "";
  if (first) return <th role="rowheader" scope="row" class={kind}>{content}</th>;
  return <td role="cell" class={kind} data-label={column.name}>{content}</td>;
}
