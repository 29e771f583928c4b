import { useTranslation } from "react-i18next";

import type { FitListed, HumanSubset } from "../../api/humanSubsets";
import { Callout } from "../../design/Callout";
import { Icon } from "../../design/Icon";
import { moment } from "../../words/format";
import { ItemTable } from "./ItemTable";
import { FreshModels, RatedModels } from "./ModelTables";
import { PairTable, StatisticTable } from "./StatisticTables";
import { figure } from "./numbers";
import { VERDICTS } from "./verdict";

interface FitResultProps {
  readonly fit: FitListed;
  readonly result: HumanSubset;
  readonly address: string;
}

/** The verdict first, then what it rests on, then everything for whoever wants to check it. */
export function FitResult({ fit, result, address }: FitResultProps) {
  const { t } = useTranslation("researcher");
  const verdict = VERDICTS[result.verdict.level];
  return (
    <>
      <Callout
        tone={verdict?.tone ?? "info"}
        {...(verdict === undefined ? {} : { title: t(`weights.verdict.${verdict.word}`) })}
      >
        {result.verdict.text}
      </Callout>
      <div className="download">
        <a className="action action-main" href={address} download>
          <Icon name="download" size={18} />
          {t("weights.one.download")}
        </a>
        <p className="hint">{t("weights.one.downloadHint")}</p>
      </div>
      <Facts fit={fit} result={result} />
      <StatisticTable statistics={result.statistics} />
      <PairTable pairs={result.pairs} />
      <RatedModels models={result.models} scale={result.rating_scale} />
      <FreshModels models={result.new_models} />
      <ItemTable items={result.items} />
    </>
  );
}

function Facts({ fit, result }: { readonly fit: FitListed; readonly result: HumanSubset }) {
  const { t } = useTranslation("researcher");
  const { reliability, benchmark_bias: benchmarkBias } = result;
  const rows = [
    [t("weights.facts.models"), String(result.n_models)],
    [t("weights.facts.ratings"), String(fit.n_ratings)],
    [
      t("weights.facts.chosen"),
      fit.n_ratings_before_subset === 0
        ? t("weights.facts.chosenBefore")
        : t("weights.facts.chosenAfter", { count: fit.n_ratings_before_subset ?? 0 }),
    ],
    [t("weights.facts.dimension"), t(`dimension.${fit.dimension}`)],
    [t("weights.facts.alpha"), String(result.alpha)],
    [t("weights.facts.humanBias"), figure(result.human_bias, 4)],
    [t("weights.facts.benchmarkBias"), benchmarkBias === null ? t("weights.facts.noBias") : figure(benchmarkBias, 4)],
    [
      t("weights.facts.reliability"),
      reliability === null
        ? t("weights.facts.reliabilityUnknown")
        : t("weights.facts.reliabilityValue", {
            value: figure(reliability.value),
            low: figure(reliability.low),
            high: figure(reliability.high),
            ceiling: figure(reliability.ceiling),
          }),
    ],
    [t("weights.facts.unmatched"), result.unmatched.length === 0 ? t("weights.facts.none") : result.unmatched.join(", ")],
    [t("weights.facts.seed"), String(fit.seed)],
    [t("weights.facts.computed"), fit.finished_at === null ? t("weights.unknown") : moment(fit.finished_at)],
  ] as const;
  return (
    <section className="panel" aria-labelledby="facts">
      <h2 id="facts">{t("weights.facts.title")}</h2>
      <dl className="facts facts-wide">
        {rows.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
