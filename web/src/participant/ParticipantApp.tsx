import { Suspense, lazy, useEffect } from "react";
import { useTranslation } from "react-i18next";

import { Problem, Unreachable } from "../api/problem";
import { Action } from "../design/Action";
import { Callout } from "../design/Callout";
import { MicrophoneContext, useMicrophoneKeeper } from "../microphone/useMicrophone";
import { ConsentStage } from "./ConsentStage";
import { FinishedStage } from "./FinishedStage";
import { LandingStage } from "./LandingStage";
import { MicrophoneStage } from "./MicrophoneStage";
import { Page } from "./Page";
import { RatingStage } from "./RatingStage";
import { ScenarioStage } from "./ScenarioStage";
import { type Reading, useParticipation } from "./useParticipation";
import "./participant.css";

// The room's library is most of the page's weight: it comes while the participant reads the scenario.
const loadConversation = () => import("./ConversationStage");
const ConversationStage = lazy(() => loadConversation().then((module) => ({ default: module.ConversationStage })));

/** The participant's whole path: shows exactly the stage that the server says they are at. */
export function ParticipantApp({ study }: { readonly study: string }) {
  const { t } = useTranslation();
  const microphone = useMicrophoneKeeper();
  const participation = useParticipation(study);
  const { data: reading, error } = participation;

  if (reading === undefined) {
    if (error === null) return <Waiting />;
    return (
      <Page title={t("arrival.failedTitle")}>
        <Callout tone="bad" role="alert">
          {t(arrivalWords(error))}
        </Callout>
        <div className="actions">
          <Action kind="main" isPending={participation.isFetching} onPress={() => void participation.refetch()}>
            {t("app.tryAgain")}
          </Action>
        </div>
      </Page>
    );
  }
  return (
    <MicrophoneContext value={microphone}>
      <StageOf reading={reading} isApiAway={isAwayFor(participation)} />
    </MicrophoneContext>
  );
}

function StageOf({ reading, isApiAway }: { readonly reading: Reading; readonly isApiAway: boolean }) {
  const { view } = reading;
  useEffect(() => {
    if (view.stage === "microphone" || view.stage === "scenario") void loadConversation().catch(() => undefined);
  }, [view.stage]);
  switch (view.stage) {
    case "landing":
      return <LandingStage view={view} />;
    case "consent":
      return <ConsentStage view={view} />;
    case "microphone":
      return <MicrophoneStage view={view} />;
    case "scenario":
      return <ScenarioStage view={view} />;
    case "conversation":
      return (
        <Suspense fallback={<Waiting />}>
          <ConversationStage view={view} askedAtMs={reading.askedAtMs} isApiAway={isApiAway} />
        </Suspense>
      );
    case "rating":
      return <RatingStage view={view} />;
    case "finished":
      return <FinishedStage view={view} />;
  }
}

/** One unanswered question is no news; several seconds without an answer are. */
const AWAY_AFTER_MS = 5_000;

function isAwayFor(participation: ReturnType<typeof useParticipation>): boolean {
  return participation.error !== null && participation.errorUpdatedAt - participation.dataUpdatedAt > AWAY_AFTER_MS;
}

function Waiting() {
  const { t } = useTranslation();
  return (
    <main className="waiting">
      <p role="status">{t("app.loading")}</p>
    </main>
  );
}

function arrivalWords(error: Error) {
  if (error instanceof Unreachable) return "arrival.unreachable";
  if (!(error instanceof Problem)) return "arrival.other";
  switch (error.status) {
    case 401:
      return "arrival.noCookie";
    case 404:
      return "arrival.unknownStudy";
    case 422:
      return "arrival.badLink";
    default:
      return "arrival.other";
  }
}
