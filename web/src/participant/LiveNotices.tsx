import { useTranslation } from "react-i18next";

import type { NoticeKind } from "../api/generated/roomEvent";
import { Action } from "../design/Action";
import { Callout, type Tone } from "../design/Callout";
import type { LiveState } from "../live/liveState";
import type { Session } from "../live/session";
import type { MicrophoneState } from "../microphone/useMicrophone";
import { MicrophoneChoice } from "./MicrophoneChoice";

const TONE: Readonly<Record<NoticeKind, Tone>> = {
  provider_failed: "warn",
  provider_timed_out: "warn",
  long_turn: "warn",
  no_audio: "warn",
  agent_lost: "warn",
  agent_returned: "good",
  time_nearly_up: "info",
};

interface LiveNoticesProps {
  readonly state: LiveState;
  readonly session: Session;
  readonly microphone: MicrophoneState;
  readonly isMuted: boolean;
  readonly isSilent: boolean;
  readonly isApiAway: boolean;
  readonly onOpenMicrophone: () => void;
}

/** What the participant should know or do now, each with its way out. */
export function LiveNotices(props: LiveNoticesProps) {
  const { t } = useTranslation();
  const { state, session, microphone, isMuted, isSilent, isApiAway } = props;
  if (state.phase === "ended") return null;
  const hasPlayback = state.phase === "in_room" || state.phase === "reconnecting";
  return (
    <div className="notices">
      {state.phase === "elsewhere" ? (
        <Callout
          tone="warn"
          role="alert"
          title={t("conversation.elsewhereTitle")}
          action={<Action onPress={() => { session.joinHere(); }}>{t("conversation.here")}</Action>}
        >
          {t("conversation.elsewhereText")}
        </Callout>
      ) : null}
      {hasPlayback && state.playback === "blocked" ? (
        <Callout
          tone="warn"
          role="alert"
          action={
            <Action kind="main" icon="speaker" onPress={() => void session.startPlayback().catch(() => undefined)}>
              {t("conversation.hear")}
            </Action>
          }
        >
          {t("conversation.hearText")}
        </Callout>
      ) : null}
      <MicrophoneNotice microphone={microphone} onOpen={props.onOpenMicrophone} />
      {state.phase === "joining" && state.attempt > 1 ? (
        <Callout
          tone="warn"
          role="status"
          action={<Action onPress={() => { session.joinNow(); }}>{t("conversation.rejoinNow")}</Action>}
        >
          {t(state.conversation.heardAtMs === null ? "conversation.stillJoining" : "conversation.rejoining")}
        </Callout>
      ) : null}
      {isMuted ? <Callout tone="info" role="status">{t("conversation.mutedText")}</Callout> : null}
      {isSilent ? (
        <Callout tone="warn" role="status" title={t("conversation.silentTitle")}>
          <p>{t("conversation.silentText")}</p>
          <MicrophoneChoice />
        </Callout>
      ) : null}
      {state.conversation.notices.map((kind) => (
        <Callout
          key={kind}
          tone={TONE[kind]}
          role="status"
          action={
            kind === "agent_lost" ? null : (
              <Action kind="quiet" onPress={() => { session.dismiss(kind); }}>
                {t("conversation.dismiss")}
              </Action>
            )
          }
        >
          {t(`conversation.notice.${kind}`)}
        </Callout>
      ))}
      {isApiAway ? <Callout tone="info" role="status">{t("conversation.apiAway")}</Callout> : null}
    </div>
  );
}

function MicrophoneNotice({ microphone, onOpen }: { readonly microphone: MicrophoneState; readonly onOpen: () => void }) {
  const { t } = useTranslation();
  const again = (
    <Action kind="main" icon="microphone" onPress={onOpen}>
      {t("conversation.reopen")}
    </Action>
  );
  switch (microphone.kind) {
    case "open":
    case "closed":
      return null;
    case "opening":
      return <Callout tone="info" role="status">{t("microphone.opening")}</Callout>;
    case "lost":
      return (
        <Callout tone="bad" role="alert" title={t("conversation.lostMicrophoneTitle")} action={again}>
          <p>{t("conversation.lostMicrophoneText")}</p>
          <MicrophoneChoice />
        </Callout>
      );
    case "failed":
      return (
        <Callout tone="bad" role="alert" title={t(`microphone.failed.${microphone.failure}.title`)} action={again}>
          <p>{t(`microphone.failed.${microphone.failure}.advice`)}</p>
          <p>{t("conversation.needMicrophone")}</p>
        </Callout>
      );
  }
}
