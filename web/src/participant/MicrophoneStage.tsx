import { useCallback, useEffect, useRef, useState } from "react";
import { Meter } from "react-aria-components";
import { useTranslation } from "react-i18next";

import { type MicrophoneReport, type ViewAt, reportMicrophone } from "../api/participation";
import { Action } from "../design/Action";
import { Callout } from "../design/Callout";
import { Icon, type IconName } from "../design/Icon";
import type { Microphone } from "../microphone/capture";
import { type MicrophoneFailure, lacking } from "../microphone/failure";
import { FLOOR_DBFS, type LevelWord, PeakHold, wordFor } from "../microphone/level";
import { useLevel } from "../microphone/useLevel";
import { useMicrophone } from "../microphone/useMicrophone";
import { LONGEST_S, useSample } from "../microphone/useSample";
import { MicrophoneChoice } from "./MicrophoneChoice";
import { Page } from "./Page";
import { StepError } from "./StepError";
import { useStep } from "./useParticipation";

/** Opens the microphone, shows that it hears, lets the participant hear it, and keeps it open for the conversation. */
export function MicrophoneStage({ view }: { readonly view: ViewAt<"microphone"> }) {
  const { t } = useTranslation();
  const { state, open } = useMicrophone();
  const lack = lacking();
  const failure = lack ?? (state.kind === "failed" ? state.failure : state.kind === "lost" ? "notFound" : null);
  return (
    <Page title={t("microphone.title")} stage="microphone" study={view.study}>
      <p className="lead">{t("microphone.lead")}</p>
      {failure === null ? null : <Failure failure={failure} />}
      {state.kind === "open" ? (
        <Check microphone={state.microphone} />
      ) : (
        <div className="actions">
          <Action
            kind="main"
            icon="microphone"
            isPending={state.kind === "opening"}
            isDisabled={lack !== null}
            onPress={() => { open(); }}
          >
            {failure === null ? t("microphone.use") : t("app.tryAgain")}
          </Action>
          <p className="hint" role="status">
            {state.kind === "opening" ? t("microphone.opening") : failure === null ? t("microphone.before") : ""}
          </p>
        </div>
      )}
    </Page>
  );
}

function Failure({ failure }: { readonly failure: MicrophoneFailure }) {
  const { t } = useTranslation();
  return (
    <Callout tone="bad" role="alert" title={t(`microphone.failed.${failure}.title`)}>
      {t(`microphone.failed.${failure}.advice`)}
    </Callout>
  );
}

function Check({ microphone }: { readonly microphone: Microphone }) {
  const { t } = useTranslation();
  const step = useStep(reportMicrophone);
  const loudest = useRef(FLOOR_DBFS);
  const [isMissing, setMissing] = useState(false);
  const onLoudest = useCallback((dbfs: number) => {
    loudest.current = Math.max(loudest.current, dbfs);
    if (wordFor(dbfs) !== "nothing") setMissing(false);
  }, []);
  const goOn = () => {
    if (wordFor(loudest.current) === "nothing") setMissing(true);
    else step.mutate(reportOf(microphone.track, loudest.current));
  };
  return (
    <>
      <section className="panel check">
        <MicrophoneChoice />
        <LevelMeter stream={microphone.stream} onLevel={onLoudest} />
      </section>
      <Playback stream={microphone.stream} />
      {isMissing ? (
        <Callout tone="warn" role="alert">
          {t("microphone.notHeard")}
        </Callout>
      ) : null}
      <StepError error={step.error} />
      <div className="actions">
        <Action kind="main" isPending={step.isPending} onPress={goOn}>
          {t("microphone.goOn")}
        </Action>
      </div>
    </>
  );
}

const LEVEL_SIGN: Readonly<Record<LevelWord, IconName>> = {
  nothing: "microphoneOff",
  quiet: "alert",
  fine: "checkCircle",
  loud: "alert",
};

function LevelMeter({ stream, onLevel }: { readonly stream: MediaStream; readonly onLevel: (dbfs: number) => void }) {
  const { t } = useTranslation();
  const [now, setNow] = useState(FLOOR_DBFS);
  const [word, setWord] = useState<LevelWord>("nothing");
  const hold = useRef(new PeakHold(1_500));
  useLevel(stream, (dbfs, atMs) => {
    setNow(dbfs);
    setWord(wordFor(hold.current.push(dbfs, atMs)));
    onLevel(dbfs);
  });
  return (
    <div className={`level level-${word}`}>
      <p className="level-label" aria-hidden="true">
        {t("microphone.meter")}
      </p>
      <Meter aria-label={t("microphone.meter")} value={now} minValue={FLOOR_DBFS} maxValue={0} valueLabel={t(`microphone.level.${word}`)}>
        {({ percentage }) => (
          <div className="level-bar" aria-hidden="true">
            <span style={{ inlineSize: `${String(percentage)}%` }} />
          </div>
        )}
      </Meter>
      <SettledWord word={word} />
    </div>
  );
}

/** The word for the level, said once it has stood for a moment. */
function SettledWord({ word }: { readonly word: LevelWord }) {
  const { t } = useTranslation();
  const [settled, setSettled] = useState(word);
  useEffect(() => {
    const timer = setTimeout(() => { setSettled(word); }, 400);
    return () => { clearTimeout(timer); };
  }, [word]);
  return (
    <p className="with-icon level-word" role="status">
      <Icon name={LEVEL_SIGN[settled]} />
      {t(`microphone.level.${settled}`)}
    </p>
  );
}

function Playback({ stream }: { readonly stream: MediaStream }) {
  const { t } = useTranslation();
  const { sample, record, stop, play } = useSample(stream);
  return (
    <section className="panel" aria-labelledby="listen">
      <h2 id="listen">{t("microphone.listenTitle")}</h2>
      <p>{t("microphone.listenText")}</p>
      <div className="actions">
        {sample.kind === "recording" ? (
          <Action icon="stop" onPress={stop}>
            {t("microphone.stop")}
          </Action>
        ) : (
          <Action icon="record" isDisabled={sample.kind === "playing"} onPress={record}>
            {sample.kind === "none" ? t("microphone.record") : t("microphone.again")}
          </Action>
        )}
        {sample.kind === "ready" || sample.kind === "playing" ? (
          <Action icon="play" isPending={sample.kind === "playing"} onPress={play}>
            {t("microphone.play")}
          </Action>
        ) : null}
      </div>
      <p className="hint" role="status">
        {sample.kind === "recording" ? t("microphone.recording", { seconds: LONGEST_S }) : null}
        {sample.kind === "ready" ? t("microphone.recorded") : null}
        {sample.kind === "playing" ? t("microphone.playing") : null}
        {sample.kind === "failed" ? t("microphone.playFailed") : null}
      </p>
    </section>
  );
}

function reportOf(track: MediaStreamTrack, loudestDbfs: number): MicrophoneReport {
  const settings = track.getSettings();
  const flag = (value: unknown) => (typeof value === "boolean" ? value : null);
  return {
    peak_dbfs: Math.round(loudestDbfs * 10) / 10,
    echo_cancellation: flag(settings.echoCancellation),
    noise_suppression: flag(settings.noiseSuppression),
    auto_gain_control: flag(settings.autoGainControl),
    sample_rate_hz: settings.sampleRate ?? null,
  };
}
