import { useQuery } from "@tanstack/react-query";
import { Link, getRouteApi } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";

import { type ConversationShown, readConversation } from "../api/researcher";
import { Callout } from "../design/Callout";
import { Icon } from "../design/Icon";
import { clockTime, dollars, moment } from "../words/format";
import { DelayTable } from "./DelayTable";
import { EventLog } from "./EventLog";
import { Missing } from "./Missing";
import { RatingCard } from "./RatingCard";
import { Replay } from "./Replay";
import { VerdictCard } from "./VerdictCard";
import { usePlayer } from "./usePlayer";

const route = getRouteApi("/researcher/$conversation");

/** One conversation with everything recorded of it. */
export function ConversationPage() {
  const { t } = useTranslation("researcher");
  const { conversation: id } = route.useParams();
  const shown = useQuery({
    queryKey: ["researcher", "conversation", id],
    queryFn: () => readConversation(id),
    retry: false,
    refetchInterval: ({ state }) => (state.data?.summary.ended_at === null ? 3_000 : false),
  });
  return (
    <>
      <Link to="/researcher" search={{ page: 1 }} className="with-icon back">
        <Icon name="back" size={18} />
        {t("one.back")}
      </Link>
      {shown.data === undefined && shown.error === null ? <p role="status">{t("loading")}</p> : null}
      {shown.data === undefined && shown.error !== null ? <h1>{t("one.title")}</h1> : null}
      {shown.error === null ? null : <Missing error={shown.error} notFound={t("one.notFound")} onAgain={() => void shown.refetch()} />}
      {shown.data === undefined ? null : <Whole conversation={shown.data} />}
    </>
  );
}

function Whole({ conversation }: { readonly conversation: ConversationShown }) {
  const { t } = useTranslation("researcher");
  const heading = useRef<HTMLHeadingElement>(null);
  const player = usePlayer(conversation);
  const { summary } = conversation;
  useEffect(() => {
    document.title = `${summary.scenario_title} – Earwitness`;
    heading.current?.focus({ preventScroll: true });
  }, [summary.scenario_title]);
  return (
    <>
      <div className="desk-title">
        <h1 ref={heading} tabIndex={-1}>
          {summary.scenario_title}
        </h1>
        <p className="hint">
          {t(`category.${summary.category}`)} · {t(`stage.${summary.stage}`)}
        </p>
      </div>
      <div className="desk-cards">
        <Facts conversation={conversation} />
        <VerdictCard category={summary.category} verdict={conversation.verdict} />
        <RatingCard rating={conversation.rating} />
      </div>
      <Replay conversation={conversation} player={player} />
      <DelayTable delays={conversation.delays} />
      <EventLog events={conversation.events} player={player} />
    </>
  );
}

function Facts({ conversation }: { readonly conversation: ConversationShown }) {
  const { t } = useTranslation("researcher");
  const { summary, model } = conversation;
  const rows = [
    [t("one.model"), model.label],
    [t("one.kind"), t(`one.kinds.${model.kind}`)],
    [t("one.started"), moment(summary.created_at)],
    [t("one.talked"), summary.talked_s === null ? t("list.none") : clockTime(summary.talked_s)],
    [t("one.ended"), summary.end_reason === null ? t("one.running") : t(`endReason.${summary.end_reason}`)],
    [t("one.turnTaking"), conversation.turn_taking.preset],
    [t("one.study"), conversation.study_version],
    [t("one.pay"), dollars(conversation.pay.total_usd)],
    [t("one.participant"), summary.participant_id],
    [t("one.agents"), String(conversation.agents.length)],
  ] as const;
  return (
    <section className="panel" aria-labelledby="facts">
      <h2 id="facts">{t("one.facts")}</h2>
      {model.demo ? <Callout tone="warn">{t("one.demo")}</Callout> : null}
      <dl className="facts">
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
