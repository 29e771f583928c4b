import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Action } from "../design/Action";
import { Confirm } from "../design/Confirm";

interface ControlsProps {
  readonly isMuted: boolean;
  readonly onMuted: (muted: boolean) => void;
  readonly isEnding: boolean;
  readonly onEnd: () => void;
}

/** The microphone and the way out. */
export function Controls({ isMuted, onMuted, isEnding, onEnd }: ControlsProps) {
  const { t } = useTranslation();
  const [isAsking, setAsking] = useState(false);
  return (
    <div className="controls">
      <Action icon={isMuted ? "microphoneOff" : "microphone"} kind={isMuted ? "main" : "plain"} isDisabled={isEnding} onPress={() => { onMuted(!isMuted); }}>
        {isMuted ? t("conversation.unmute") : t("conversation.mute")}
      </Action>
      <Action kind="danger" icon="leave" isPending={isEnding} onPress={() => { setAsking(true); }}>
        {isEnding ? t("conversation.ending") : t("conversation.end")}
      </Action>
      <Confirm
        isOpen={isAsking && !isEnding}
        onClose={() => { setAsking(false); }}
        title={t("conversation.endTitle")}
        text={t("conversation.endText")}
        confirm={t("conversation.endConfirm")}
        back={t("conversation.endBack")}
        onConfirm={onEnd}
      />
    </div>
  );
}
