import { useMemo, useState } from "react";
import { Button } from "react-aria-components";
import { useTranslation } from "react-i18next";

import type { HumanSubset } from "../../api/humanSubsets";
import { Action } from "../../design/Action";
import { Icon } from "../../design/Icon";
import { FigureTable, NumberCell } from "./FigureTable";
import { type Sorting, figure, sorted } from "./numbers";

const AT_FIRST = 15;
const COLUMNS = [
  { by: "item", word: "item" },
  { by: "human_weight", word: "human" },
  { by: "benchmark_weight", word: "benchmark" },
] as const;

/** Both weights of each item; the heaviest first, the rest on request. */
export function ItemTable({ items }: { readonly items: HumanSubset["items"] }) {
  const { t } = useTranslation("researcher");
  const [sorting, setSorting] = useState<Sorting>({ by: "human_weight", descending: true });
  const [isWhole, setWhole] = useState(false);
  const lines = useMemo(() => sorted(items, sorting), [items, sorting]);
  const sortBy = (by: Sorting["by"]) => {
    setSorting((before) => ({ by, descending: before.by === by ? !before.descending : by !== "item" }));
  };
  const way = sorting.descending ? "descending" : "ascending";
  return (
    <FigureTable
      id="items"
      title={t("weights.items.title")}
      lead={t("weights.items.lead")}
      head={COLUMNS.map(({ by, word }) => (
        <th
          key={by}
          scope="col"
          className={by === "item" ? undefined : "is-number"}
          aria-sort={sorting.by === by ? way : "none"}
        >
          <Button className={`sort${sorting.by === by ? ` is-${way}` : ""}`} onPress={() => { sortBy(by); }}>
            {t(`weights.items.${word}`)}
            <Icon name="down" size={16} />
          </Button>
        </th>
      ))}
      after={
        items.length > AT_FIRST ? (
          <div className="actions">
            <Action onPress={() => { setWhole(!isWhole); }}>
              {isWhole ? t("weights.items.fewer") : t("weights.items.all", { count: items.length })}
            </Action>
          </div>
        ) : null
      }
    >
      {(isWhole ? lines : lines.slice(0, AT_FIRST)).map((line) => (
        <tr key={line.item}>
          <th scope="row">{line.item}</th>
          <NumberCell>{figure(line.human_weight, 4)}</NumberCell>
          <NumberCell>{figure(line.benchmark_weight, 4)}</NumberCell>
        </tr>
      ))}
    </FigureTable>
  );
}
