import { useTranslation } from "react-i18next";

import type { HumanSubset } from "../../api/humanSubsets";
import { FigureTable, NumberCell, NumberHead } from "./FigureTable";
import { figure, range } from "./numbers";

interface RatedModelsProps {
  readonly models: HumanSubset["models"];
  readonly scale: HumanSubset["rating_scale"];
}

/** What people said of each model, beside what was predicted without it. */
export function RatedModels({ models, scale: [low = 1, high = 6] }: RatedModelsProps) {
  const { t } = useTranslation("researcher");
  return (
    <FigureTable
      id="rated"
      title={t("weights.rated.title")}
      lead={t("weights.rated.lead", { low, high })}
      head={
        <>
          <th scope="col">{t("weights.rated.model")}</th>
          <NumberHead>{t("weights.rated.rating")}</NumberHead>
          <NumberHead>{t("weights.rated.interval")}</NumberHead>
          <NumberHead>{t("weights.rated.n")}</NumberHead>
          <NumberHead>{t("weights.rated.heldOut")}</NumberHead>
          <NumberHead>{t("weights.rated.plain")}</NumberHead>
        </>
      }
    >
      {models.map((line) => (
        <tr key={line.model}>
          <th scope="row">
            <code>{line.model}</code>
          </th>
          <NumberCell>{figure(line.rating)}</NumberCell>
          <NumberCell>{range(line.rating_low, line.rating_high, figure)}</NumberCell>
          <NumberCell>{line.n_ratings ?? t("weights.unknown")}</NumberCell>
          <NumberCell>{figure(line.held_out_prediction)}</NumberCell>
          <NumberCell>{figure(line.plain_score, 3)}</NumberCell>
        </tr>
      ))}
    </FigureTable>
  );
}

/** Predictions for scored models that nobody has talked with yet. */
export function FreshModels({ models }: { readonly models: HumanSubset["new_models"] }) {
  const { t } = useTranslation("researcher");
  if (models.length === 0) {
    return (
      <section className="panel" aria-labelledby="fresh">
        <h2 id="fresh">{t("weights.fresh.title")}</h2>
        <p>{t("weights.fresh.none")}</p>
      </section>
    );
  }
  return (
    <FigureTable
      id="fresh"
      title={t("weights.fresh.title")}
      lead={t("weights.fresh.lead")}
      head={
        <>
          <th scope="col">{t("weights.rated.model")}</th>
          <NumberHead>{t("weights.fresh.rating")}</NumberHead>
          <NumberHead>{t("weights.fresh.interval")}</NumberHead>
        </>
      }
    >
      {models.map((line) => (
        <tr key={line.model}>
          <th scope="row">
            <code>{line.model}</code>
          </th>
          <NumberCell>{figure(line.rating)}</NumberCell>
          <NumberCell>{range(line.low, line.high, figure)}</NumberCell>
        </tr>
      ))}
    </FigureTable>
  );
}
