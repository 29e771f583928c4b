import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";

import { Icon, type IconName } from "../design/Icon";
import { type Assistant, UNHEARD } from "../live/conversation";
import type { LiveState } from "../live/liveState";
import { type Timer, remainingS } from "../live/timer";
import { clockTime, minutes, spokenTime } from "../words/format";

type AssistantWord = "connecting" | "initializing" | "listening" | "thinking" | "speaking" | "lost" | "unavailable";
type UserWord = "listening" | "speaking" | "away" | "muted";

const ASSISTANT_SIGN: Readonly<Record<AssistantWord, IconName>> = {
  connecting: "clock",
  initializing: "clock",
  listening: "ear",
  thinking: "dots",
  speaking: "waves",
  lost: "alert",
  unavailable: "crossCircle",
};

const USER_SIGN: Readonly<Record<UserWord, IconName>> = {
  listening: "person",
  speaking: "waves",
  away: "alert",
  muted: "microphoneOff",
};

const LINK_SIGN: Readonly<Record<LiveState["phase"], IconName>> = {
  joining: "signalOff",
  in_room: "signal",
  reconnecting: "signalOff",
  elsewhere: "signalOff",
  ended: "checkCircle",
};

interface LiveStatesProps {
  readonly state: LiveState;
  readonly isMuted: boolean;
  readonly conversationS: number;
}

/** Assistant, participant, connection and time; each by words, a sign and a shape, told politely as they change. */
export function LiveStates({ state, isMuted, conversationS }: LiveStatesProps) {
  const { t } = useTranslation();
  const conversation = state.phase === "ended" ? UNHEARD : state.conversation;
  const assistant = wordOf(conversation.assistant);
  const user: UserWord = isMuted ? "muted" : conversation.user;
  return (
    <div className="live">
      <div className="live-bar">
        <p className={`with-icon link link-${state.phase}`} role="status">
          <Icon name={LINK_SIGN[state.phase]} />
          {t(`conversation.link.${state.phase}`)}
        </p>
        <TimeLeft timer={conversation.timer} conversationS={conversationS} />
      </div>
      {state.phase === "ended" ? (
        <p className="live-over" role="status">
          {t("conversation.over")}
        </p>
      ) : (
        <>
          <div className={`figure assistant is-${assistant}`}>
            <div className="shape" aria-hidden="true">
              <Icon name={ASSISTANT_SIGN[assistant]} size={44} />
            </div>
            <div>
              <p className="figure-name" id="assistant">
                {t("conversation.assistant")}
              </p>
              <p className="figure-state" role="status" aria-labelledby="assistant assistant-state">
                <span id="assistant-state">{t(`conversation.assistantState.${assistant}`)}</span>
              </p>
              <p className="hint">{t(`conversation.assistantHint.${assistant}`)}</p>
            </div>
          </div>
          <div className={`figure user is-${user}`}>
            <div className="shape" aria-hidden="true">
              <Icon name={USER_SIGN[user]} size={24} />
            </div>
            <div>
              <p className="figure-name" id="you">
                {t("conversation.you")}
              </p>
              <p className="figure-state" aria-labelledby="you your-state" role="group">
                <span id="your-state">{t(`conversation.userState.${user}`)}</span>
              </p>
            </div>
          </div>
        </>
      )}
    </div>
  );
}

function wordOf(assistant: Assistant): AssistantWord {
  return assistant.presence === "here" ? assistant.state : assistant.presence;
}

function TimeLeft({ timer, conversationS }: { readonly timer: Timer; readonly conversationS: number }) {
  const { t } = useTranslation();
  const now = useNow(timer.kind === "running");
  const left = remainingS(timer, now);
  return (
    <div className="time">
      <Icon name="clock" />
      <p role="timer" aria-label={left === null ? t("conversation.timeNotStarted") : t("conversation.timeSpoken", { time: spokenTime(left) })}>
        <span className="time-value">{clockTime(left ?? conversationS)}</span>
        <span className="hint">
          {timer.kind === "running" ? t("conversation.timeLeft") : null}
          {timer.kind === "paused" ? t("conversation.timePaused") : null}
          {timer.kind === "not_started" ? t("conversation.timeNotStarted") : null}
        </span>
      </p>
      <TimeSaid left={left} />
    </div>
  );
}

/** Says the time now and then; a display that changes each second must not be read aloud each second. */
function TimeSaid({ left }: { readonly left: number | null }) {
  const { t } = useTranslation();
  const at = left === null ? null : [60, 120, 300].find((mark) => left <= mark && left > mark - 10);
  return (
    <p className="unseen" role="status">
      {at === null || at === undefined ? "" : t("conversation.timeSpoken", { time: spokenTime(minutes(at) * 60) })}
    </p>
  );
}

function useNow(isRunning: boolean): number {
  const [now, setNow] = useState(() => performance.now());
  useEffect(() => {
    if (!isRunning) return undefined;
    const tick = () => { setNow(performance.now()); };
    tick();
    const timer = setInterval(tick, 250);
    return () => { clearInterval(timer); };
  }, [isRunning]);
  return now;
}
