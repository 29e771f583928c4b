import type { ReactNode } from "react";

interface FigureTableProps {
  readonly id: string;
  readonly title: string;
  readonly lead?: string;
  readonly head: ReactNode;
  readonly children: ReactNode;
  readonly after?: ReactNode;
}

/** A panel with a table of figures that scrolls sideways where it is narrow, also by keyboard. */
export function FigureTable({ id, title, lead, head, children, after }: FigureTableProps) {
  return (
    <div className="panel">
      <div>
        <h2 id={id}>{title}</h2>
        {lead === undefined ? null : <p className="hint">{lead}</p>}
      </div>
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls sideways, also by keyboard */}
      <div className="table-frame" role="region" aria-labelledby={id} tabIndex={0}>
        <table className="table figures">
          <thead>
            <tr>{head}</tr>
          </thead>
          <tbody>{children}</tbody>
        </table>
      </div>
      {after}
    </div>
  );
}

/** A column's head over numbers. */
export function NumberHead({ children }: { readonly children: ReactNode }) {
  return (
    <th scope="col" className="is-number">
      {children}
    </th>
  );
}

export function NumberCell({ children }: { readonly children: ReactNode }) {
  return <td className="is-number">{children}</td>;
}
