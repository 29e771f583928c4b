import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";

import { type SubsetListed, listSubsets } from "../../api/humanSubsets";
import { Icon } from "../../design/Icon";
import { moment } from "../../words/format";
import { Failed } from "../Failed";
import { FitBadge } from "./FitBadge";
import { UploadSubset } from "./UploadSubset";
import { SUBSETS } from "./cacheKeys";
import { isOpen } from "./choosing";
import "./weights.css";

/** Subsets of the benchmark, each with what the study's ratings say of it. */
export function WeightsPage() {
  const { t } = useTranslation("researcher");
  const list = useQuery({
    queryKey: SUBSETS,
    queryFn: listSubsets,
    retry: false,
    refetchInterval: ({ state }) =>
      state.data?.some(({ latest_fit: fit }) => fit !== null && isOpen(fit)) === true ? 2_000 : 15_000,
  });
  useEffect(() => {
    document.title = `${t("weights.title")} – Earwitness`;
  }, [t]);
  return (
    <>
      <div>
        <h1>{t("weights.title")}</h1>
        <p className="hint">{t("weights.lead")}</p>
      </div>
      {list.error === null ? null : <Failed error={list.error} onAgain={() => void list.refetch()} />}
      {list.isPending ? <p role="status">{t("loading")}</p> : null}
      {list.data?.length === 0 ? <HowTo /> : null}
      {list.data !== undefined && list.data.length > 0 ? <SubsetTable subsets={list.data} /> : null}
      {list.data === undefined ? null : <UploadSubset />}
    </>
  );
}

function HowTo() {
  const { t } = useTranslation("researcher");
  return (
    <section className="panel empty" aria-labelledby="how">
      <Icon name="ear" size={36} />
      <h2 id="how">{t("weights.how.title")}</h2>
      <p>{t("weights.how.text")}</p>
      <code className="command">{t("weights.how.command")}</code>
      <p className="hint">{t("weights.how.models")}</p>
    </section>
  );
}

function SubsetTable({ subsets }: { readonly subsets: readonly SubsetListed[] }) {
  const { t } = useTranslation("researcher");
  return (
    <div className="table-frame">
      <table className="table">
        <caption className="unseen">{t("weights.list.caption")}</caption>
        <thead>
          <tr>
            <th scope="col">{t("weights.list.subset")}</th>
            <th scope="col">{t("weights.list.latest")}</th>
            <th scope="col" className="is-number">{t("weights.list.items")}</th>
            <th scope="col" className="is-number">{t("weights.list.models")}</th>
            <th scope="col">{t("weights.list.uploaded")}</th>
          </tr>
        </thead>
        <tbody>
          {subsets.map((subset) => (
            <tr key={subset.id}>
              <th scope="row">
                <Link to="/researcher/weights/$subset" params={{ subset: subset.id }} search={{}}>
                  {subset.label}
                </Link>
                <span className="hint">{subset.method}</span>
              </th>
              <td>{subset.latest_fit === null ? t("weights.unknown") : <Latest fit={subset.latest_fit} />}</td>
              <td className="is-number">
                <span className="named">{t("weights.list.items")}</span> {subset.n_items}
              </td>
              <td className="is-number">
                <span className="named">{t("weights.list.models")}</span> {subset.n_models}
              </td>
              <td>{moment(subset.uploaded_at)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Latest({ fit }: { readonly fit: NonNullable<SubsetListed["latest_fit"]> }) {
  const { t } = useTranslation("researcher");
  return (
    <>
      <FitBadge fit={fit} />
      {fit.n_ratings === null ? null : <span className="hint">{t("weights.list.ratings", { count: fit.n_ratings })}</span>}
    </>
  );
}
