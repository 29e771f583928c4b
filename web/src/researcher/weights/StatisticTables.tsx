import { useTranslation } from "react-i18next";

import type { HumanSubset } from "../../api/humanSubsets";
import { FigureTable, NumberCell, NumberHead } from "./FigureTable";
import { figure, pValue, percent, range } from "./numbers";

const STATISTICS = ["difference_r", "pair_accuracy", "lomo_strict", "lomo_paper"] as const;

/** Every statistic beside what noise gives. */
export function StatisticTable({ statistics }: { readonly statistics: HumanSubset["statistics"] }) {
  const { t } = useTranslation("researcher");
  const { exact, n_permutations: permutations } = statistics.difference_r;
  return (
    <FigureTable
      id="statistics"
      title={t("weights.statistics.title")}
      lead={t("weights.statistics.lead")}
      head={
        <>
          <th scope="col">{t("weights.statistics.name")}</th>
          <NumberHead>{t("weights.statistics.value")}</NumberHead>
          <NumberHead>{t("weights.statistics.null")}</NumberHead>
          <NumberHead>{t("weights.statistics.p")}</NumberHead>
        </>
      }
      after={<p className="hint">{t(exact ? "weights.statistics.exact" : "weights.statistics.drawn", { permutations })}</p>}
    >
      {STATISTICS.map((name) => {
        const found = statistics[name];
        const write = name === "pair_accuracy" ? percent : figure;
        return (
          <tr key={name}>
            <th scope="row">
              {t(`weights.statistics.names.${name}`)}
              <span className="hint">{t(`weights.statistics.hints.${name}`)}</span>
            </th>
            <NumberCell>{write(found.value)}</NumberCell>
            <NumberCell>
              {write(found.null_mean)} ({range(found.null_low, found.null_high, (value) => write(value))})
            </NumberCell>
            <NumberCell>{pValue(found.p)}</NumberCell>
          </tr>
        );
      })}
    </FigureTable>
  );
}

/** Held-out pairs by the regression, by the plain score, and the difference of the two. */
export function PairTable({ pairs }: { readonly pairs: HumanSubset["pairs"] }) {
  const { t } = useTranslation("researcher");
  const lines = [
    { name: t("weights.pairs.regression"), share: pairs.regression, p: pValue(pairs.regression_p) },
    { name: t("weights.pairs.plain"), share: pairs.plain, p: pValue(pairs.plain_p) },
    { name: t("weights.pairs.difference"), share: pairs.difference, p: t("weights.unknown") },
  ];
  return (
    <FigureTable
      id="pairs"
      title={t("weights.pairs.title")}
      lead={t("weights.pairs.lead", { count: pairs.n_pairs })}
      head={
        <>
          <th scope="col">{t("weights.pairs.by")}</th>
          <NumberHead>{t("weights.pairs.value")}</NumberHead>
          <NumberHead>{t("weights.pairs.interval")}</NumberHead>
          <NumberHead>{t("weights.statistics.p")}</NumberHead>
        </>
      }
    >
      {lines.map(({ name, share, p }) => (
        <tr key={name}>
          <th scope="row">{name}</th>
          <NumberCell>{percent(share.value)}</NumberCell>
          <NumberCell>{range(share.low, share.high, percent)}</NumberCell>
          <NumberCell>{p}</NumberCell>
        </tr>
      ))}
    </FigureTable>
  );
}
