import { useQuery } from "@tanstack/react-query";
import { Link, getRouteApi } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";

import { type FitListed, type FitShown, humanSubsetAddress, listFits, readFit } from "../../api/humanSubsets";
import { Callout } from "../../design/Callout";
import { Choice } from "../../design/Choice";
import { Icon } from "../../design/Icon";
import { moment } from "../../words/format";
import { Missing } from "../Missing";
import { AskForFit } from "./AskForFit";
import { FitResult } from "./FitResult";
import { RemoveSubset } from "./RemoveSubset";
import { fitsOf } from "./cacheKeys";
import { isOpen, isWithoutWeights, shownOf } from "./choosing";
import { VERDICTS } from "./verdict";
import "./weights.css";

const route = getRouteApi("/researcher/weights/$subset");

/** One subset: its human weights, and what they are worth. */
export function SubsetPage() {
  const { t } = useTranslation("researcher");
  const { subset } = route.useParams();
  const { fit: asked } = route.useSearch();
  const navigate = route.useNavigate();
  const fits = useQuery({
    queryKey: fitsOf(subset),
    queryFn: () => listFits(subset),
    retry: false,
    refetchInterval: ({ state }) => (state.data?.some(isOpen) === true ? 1_500 : 15_000),
  });
  const chosen = fits.data === undefined ? undefined : shownOf(fits.data, asked);
  const latest = fits.data?.[0];
  const whole = useQuery({
    // With the state in its key it is read again when the computation goes on.
    queryKey: [...fitsOf(subset), chosen?.id, chosen?.state],
    queryFn: () => readFit(subset, chosen?.id ?? ""),
    enabled: chosen !== undefined,
    retry: false,
    placeholderData: (before) => before,
  });
  const error = fits.error ?? whole.error;
  const show = (id: string | undefined) => void navigate({ search: id === undefined ? {} : { fit: id } });
  return (
    <>
      <Link to="/researcher/weights" className="with-icon back">
        <Icon name="back" size={18} />
        {t("weights.one.back")}
      </Link>
      {whole.data === undefined && error === null ? <p role="status">{t("loading")}</p> : null}
      {whole.data === undefined && error !== null ? <h1>{t("weights.title")}</h1> : null}
      {error === null ? null : <Missing error={error} notFound={t("weights.one.notFound")} onAgain={() => void fits.refetch()} />}
      {whole.data === undefined || chosen === undefined ? null : (
        <>
          <Heading shown={whole.data} />
          {fits.data !== undefined && fits.data.length > 1 ? <FitChoice fits={fits.data} chosen={chosen} onChange={show} /> : null}
          {fits.data?.some((fit) => isOpen(fit) && fit.id !== chosen.id) === true ? <p role="status">{t("weights.one.newer")}</p> : null}
          {asked === undefined && latest !== undefined && latest.id !== chosen.id && isWithoutWeights(latest) ? (
            <p role="status">{t("weights.one.newerWithout")}</p>
          ) : null}
          <State fit={chosen} shown={whole.data} />
          <AskForFit subset={subset} before={chosen} onAsked={(fit) => { show(fit.id); }} />
          <RemoveSubset subset={subset} onRemoved={() => void navigate({ to: "/researcher/weights" })} />
        </>
      )}
    </>
  );
}

function Heading({ shown: { subset } }: { readonly shown: FitShown }) {
  const { t } = useTranslation("researcher");
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${subset.label} – Earwitness`;
    heading.current?.focus({ preventScroll: true });
  }, [subset.label]);
  return (
    <div className="desk-title">
      <h1 ref={heading} tabIndex={-1}>
        {subset.label}
      </h1>
      <p className="hint">
        {t("weights.one.facts", { method: subset.method, items: subset.n_items, models: subset.n_models })}
      </p>
    </div>
  );
}

interface FitChoiceProps {
  readonly fits: readonly FitListed[];
  readonly chosen: FitListed;
  readonly onChange: (id: string) => void;
}

function FitChoice({ fits, chosen, onChange }: FitChoiceProps) {
  const { t } = useTranslation("researcher");
  const options = fits.map((fit) => {
    const verdict = fit.verdict === null ? undefined : VERDICTS[fit.verdict];
    const state = verdict === undefined ? t(`weights.state.${fit.state}`) : t(`weights.verdict.${verdict.word}`);
    const label = { dimension: t(`dimension.${fit.dimension}`), requested: moment(fit.requested_at), state };
    return { id: fit.id, label: t("weights.one.choice", label) };
  });
  return (
    <div className="fit-choice">
      <Choice label={t("weights.one.choose")} value={chosen.id} options={options} onChange={onChange} />
    </div>
  );
}

function State({ fit, shown }: { readonly fit: FitListed; readonly shown: FitShown }) {
  const { t } = useTranslation("researcher");
  switch (fit.state) {
    case "queued":
    case "running":
      return (
        <section className="panel fit-waiting" role="status">
          <span className="spinner" aria-hidden="true" />
          <p>{t(`weights.one.${fit.state}`)}</p>
        </section>
      );
    case "refused":
      return (
        <Callout tone="info" title={t("weights.one.refusedTitle")}>
          <p>{fit.reason}</p>
          <p>{t("weights.one.refusedNext")}</p>
        </Callout>
      );
    case "failed":
      return (
        <Callout tone="bad" title={t("weights.one.failedTitle")}>
          <p>{fit.reason}</p>
        </Callout>
      );
    case "done":
      // While the next one is read the last one still stands.
      if (shown.result === null || shown.fit.id !== fit.id) return <p role="status">{t("loading")}</p>;
      return <FitResult fit={fit} result={shown.result} address={humanSubsetAddress(shown.subset.id, fit.id)} />;
  }
}
