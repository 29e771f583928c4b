import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";

import { type ViewAt, askConnection, endConversation } from "../api/participation";
import type { ConversationReading } from "../live/conversation";
import type { LiveState } from "../live/liveState";
import { openLivekitLink } from "../live/livekitLink";
import { UNWATCHED, watched } from "../live/silence";
import { useSession } from "../live/useSession";
import { useLevel } from "../microphone/useLevel";
import { useMicrophone } from "../microphone/useMicrophone";
import { CallList } from "./CallList";
import { Controls } from "./Controls";
import { LiveNotices } from "./LiveNotices";
import { LiveStates } from "./LiveStates";
import { Page } from "./Page";
import { ScenarioCard } from "./ScenarioCard";
import { StepError } from "./StepError";
import { TaskPanel } from "./TaskPanel";
import { useReadAgain, useStep } from "./useParticipation";

interface ConversationStageProps {
  readonly view: ViewAt<"conversation">;
  readonly askedAtMs: number;
  /** The study's server does not answer at the moment; the room may well go on. */
  readonly isApiAway: boolean;
}

/** The spoken conversation: the scenario, what both sides are doing, the time, and what was done. */
export function ConversationStage({ view, askedAtMs, isApiAway }: ConversationStageProps) {
  const { t } = useTranslation();
  const { state: microphone, open: openMicrophone } = useMicrophone();
  const [isMuted, setMuted] = useState(false);
  const readAgain = useReadAgain();
  const end = useStep(endConversation);
  const stream = microphone.kind === "open" ? microphone.microphone.stream : null;
  const track = microphone.kind === "open" ? microphone.microphone.track : null;
  const { session, state } = useSession(
    { openLink: openLivekitLink, askConnection, onOutOfTouch: readAgain, nowMs: () => performance.now() },
    track,
    isMuted,
  );

  // After a reload the microphone is closed; the permission mostly still holds, so no question is asked.
  useEffect(() => {
    if (microphone.kind === "closed") openMicrophone();
  }, [microphone.kind, openMicrophone]);

  const { agent, remaining_s: remainingS } = view;
  useEffect(() => {
    const reading: ConversationReading = { agent, remainingS, askedAtMs };
    session.readView(reading);
  }, [session, agent, remainingS, askedAtMs]);

  const isSilent = useSilence(stream, isUsersTurn(state) && !isMuted);
  const conversation = state.phase === "ended" ? null : state.conversation;
  const calls = conversation?.calls ?? [];

  return (
    <Page title={t("conversation.title")} stage="conversation" study={view.study} wide>
      <div className="talk">
        <div className="talk-card">
          <ScenarioCard card={view.card} />
        </div>
        <section className="talk-live" aria-label={t("conversation.title")}>
          <LiveStates state={state} isMuted={isMuted} conversationS={view.conversation_s} />
          <LiveNotices
            state={state}
            session={session}
            microphone={microphone}
            isMuted={isMuted}
            isSilent={isSilent && !isMuted}
            isApiAway={isApiAway}
            onOpenMicrophone={openMicrophone}
          />
          <StepError error={end.error} />
          <Controls isMuted={isMuted} onMuted={setMuted} isEnding={end.isPending || state.phase === "ended"} onEnd={end.mutate} />
        </section>
        {view.card.category === "tool_task" ? (
          <div className="talk-task">
            <TaskPanel report={conversation?.report ?? null} calls={calls} steps={view.card.steps} />
          </div>
        ) : calls.length > 0 ? (
          <div className="talk-task">
            <section className="panel task">
              <CallList calls={calls} heading="h2" />
            </section>
          </div>
        ) : null}
      </div>
    </Page>
  );
}

function isUsersTurn(state: LiveState): boolean {
  if (state.phase !== "in_room") return false;
  const { assistant } = state.conversation;
  return assistant.presence === "here" && assistant.state === "listening";
}

/** Whether the microphone has given no sound for a while although the participant had the word. */
function useSilence(stream: MediaStream | null, expected: boolean): boolean {
  const [watch, setWatch] = useState(UNWATCHED);
  useLevel(stream, (peakDbfs, atMs) => {
    setWatch((before) => watched(before, { peakDbfs, atMs, expected }));
  });
  return watch.silent;
}
