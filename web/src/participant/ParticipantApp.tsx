import { useTranslation } from "react-i18next";

import { Problem, Unreachable } from "../api/problem";
import { Action } from "../design/Action";
import { Callout } from "../design/Callout";
import { MicrophoneContext, useMicrophoneKeeper } from "../microphone/useMicrophone";
import { ConsentStage } from "./ConsentStage";
import { ConversationStage } from "./ConversationStage";
import { FinishedStage } from "./FinishedStage";
import { LandingStage } from "./LandingStage";
import { MicrophoneStage } from "./MicrophoneStage";
import { Page } from "./Page";
import { RatingStage } from "./RatingStage";
import { ScenarioStage } from "./ScenarioStage";
import { type Reading, useParticipation } from "./useParticipation";
import "./participant.css";

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
      <StageOf reading={reading} failures={participation.failureCount} />
    </MicrophoneContext>
  );
}

function StageOf({ reading, failures }: { readonly reading: Reading; readonly failures: number }) {
  const { view } = reading;
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
      return <ConversationStage view={view} askedAtMs={reading.askedAtMs} isApiAway={failures > 0} />;
    case "rating":
      return <RatingStage view={view} />;
    case "finished":
      return <FinishedStage view={view} />;
  }
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
