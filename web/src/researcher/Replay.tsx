import { useState } from "react";
import { Slider, SliderThumb, SliderTrack } from "react-aria-components";
import { useTranslation } from "react-i18next";

import type { ConversationShown } from "../api/researcher";
import { Action } from "../design/Action";
import { Choice } from "../design/Choice";
import { Icon } from "../design/Icon";
import { clockTime } from "../words/format";
import { type Lane, marksOf } from "./timeline";
import type { Player } from "./usePlayer";
import { useWaveform } from "./useWaveform";

const LANES = ["user", "assistant", "tool", "error"] as const satisfies readonly Lane[];
const SPEEDS = ["0.75", "1", "1.25", "1.5", "2"] as const;

interface ReplayProps {
  readonly conversation: ConversationShown;
  readonly player: Player;
}

/** The stereo recording: who spoke when, with turns, tool calls and errors below. */
export function Replay({ conversation, player }: ReplayProps) {
  const { t } = useTranslation("researcher");
  const { recordings } = conversation;
  return (
    <section className="panel replay" aria-labelledby="replay">
      <div className="desk-title">
        <h2 id="replay">{t("replay.title")}</h2>
        {recordings.length < 2 ? null : (
          <Choice
            label={t("replay.part")}
            value={String(player.part)}
            options={recordings.map(({ part }) => ({ id: String(part), label: t("replay.partName", { part }) }))}
            onChange={(part) => { player.choosePart(Number(part)); }}
          />
        )}
      </div>
      {recordings.length === 0 ? (
        <p>{t("replay.none")}</p>
      ) : (
        <Recording
          key={player.part}
          url={player.url ?? ""}
          conversation={conversation}
          player={player}
        />
      )}
    </section>
  );
}

function Recording({ url, conversation, player }: ReplayProps & { readonly url: string }) {
  const { t } = useTranslation("researcher");
  const { frame, state } = useWaveform(player.player.audio, url);
  const [speed, setSpeed] = useState("1");
  const { player: recording, isPlaying, positionS, durationS } = player;
  return (
    <>
      {state === "loading" ? <p role="status">{t("replay.loading")}</p> : null}
      {state === "failed" ? <p role="alert">{t("replay.failed")}</p> : null}
      <div ref={frame} className="waveform" aria-hidden="true" />
      <Marks conversation={conversation} player={player} />
      <div className="replay-controls">
        <Action
          kind="main"
          icon={isPlaying ? "pause" : "play"}
          onPress={() => {
            if (isPlaying) recording.pause();
            else recording.play();
          }}
        >
          {t(isPlaying ? "replay.pause" : "replay.play")}
        </Action>
        <Slider
          className="seek"
          aria-label={t("replay.position")}
          value={Math.min(positionS, durationS)}
          minValue={0}
          maxValue={Math.max(durationS, 0.1)}
          step={0.1}
          onChange={(value) => {
            recording.seek(value);
          }}
        >
          <SliderTrack className="seek-track">
            <SliderThumb className="seek-thumb" />
          </SliderTrack>
        </Slider>
        <p className="seek-time">
          {clockTime(Math.floor(positionS))} / {clockTime(durationS)}
        </p>
        <Choice
          label={t("replay.speed")}
          value={speed}
          options={SPEEDS.map((each) => ({ id: each, label: `${each}×` }))}
          onChange={(each) => {
            setSpeed(each);
            recording.setSpeed(Number(each));
          }}
        />
        <a className="action" href={url} download>
          <Icon name="download" size={18} />
          {t("replay.download")}
        </a>
      </div>
      <p className="hint">{t("replay.channels")}</p>
    </>
  );
}

/** The lanes below the waveform; for the keyboard the event log has the same with buttons. */
function Marks({ conversation, player }: ReplayProps) {
  const { t } = useTranslation("researcher");
  const { startS, durationS, positionS } = player;
  if (startS === null || durationS === 0) return null;
  const marks = marksOf(conversation.events, startS, durationS);
  const percent = (seconds: number) => `${String((100 * seconds) / durationS)}%`;
  return (
    <figure className="lanes">
      <figcaption className="unseen">{t("replay.timeline")}</figcaption>
      {LANES.map((lane) => (
        <div key={lane} className="lane">
          <p className="lane-name">{t(`replay.lane.${lane}`)}</p>
          <div className="lane-track" aria-hidden="true">
            {marks
              .filter((mark) => mark.lane === lane)
              .map((mark) => (
                <button
                  key={mark.id}
                  type="button"
                  tabIndex={-1}
                  className={`mark mark-${lane}`}
                  title={`${clockTime(mark.fromS)} ${mark.label}`}
                  style={{ insetInlineStart: percent(mark.fromS), inlineSize: percent(mark.toS - mark.fromS) }}
                  onClick={() => { player.player.playFrom(mark.fromS); }}
                />
              ))}
            <span className="lane-now" style={{ insetInlineStart: percent(positionS) }} />
          </div>
        </div>
      ))}
    </figure>
  );
}
