import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";

import { type ViewAt, startConversation } from "../api/participation";
import { Problem } from "../api/problem";
import { Action } from "../design/Action";
import { Callout } from "../design/Callout";
import { Icon } from "../design/Icon";
import { minutes } from "../words/format";
import { Page } from "./Page";
import { ScenarioCard } from "./ScenarioCard";
import { StepError } from "./StepError";
import { useStep } from "./useParticipation";

const USUAL_WAIT_S = 10;

/** The scenario to read at leisure; starts the conversation, and waits for a place when all are taken. */
export function ScenarioStage({ view }: { readonly view: ViewAt<"scenario"> }) {
  const { t } = useTranslation();
  const step = useStep(startConversation);
  const { error, mutate } = step;
  const busyS = error instanceof Problem && error.status === 503 ? (error.retryAfterS ?? USUAL_WAIT_S) : null;
  return (
    <Page title={t("scenario.title")} stage="scenario" study={view.study}>
      <ScenarioCard card={view.card} />
      <section className="quick" aria-labelledby="quick">
        <h2 id="quick">{t("scenario.quick")}</h2>
        <ul className="bullets">
          <li>{t("scenario.quickWait")}</li>
          <li>{t("scenario.quickSpeak")}</li>
          <li>{t("scenario.quickInterrupt")}</li>
          <li>{t("scenario.quickRate")}</li>
        </ul>
        <p className="with-icon">
          <Icon name="clock" />
          {t("scenario.time", { minutes: minutes(view.conversation_s) })}
        </p>
      </section>
      {busyS === null ? <StepError error={error} /> : <Busy key={step.submittedAt} seconds={busyS} onOver={mutate} />}
      <div className="actions">
        <Action kind="main" isPending={step.isPending} onPress={() => { mutate(); }}>
          {step.isPending ? t("scenario.starting") : t("scenario.start")}
        </Action>
      </div>
    </Page>
  );
}

/** Counts down to the next attempt. */
function Busy({ seconds, onOver }: { readonly seconds: number; readonly onOver: () => void }) {
  const { t } = useTranslation();
  const [left, setLeft] = useState(() => Math.max(1, Math.ceil(seconds)));
  useEffect(() => {
    if (left <= 0) {
      onOver();
      return undefined;
    }
    const timer = setTimeout(() => {
      setLeft(left - 1);
    }, 1000);
    return () => {
      clearTimeout(timer);
    };
  }, [left, onOver]);
  return <Callout tone="info">{t("scenario.busy", { seconds: left })}</Callout>;
}
