import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";

import type { ViewAt } from "../api/participation";
import { Action } from "../design/Action";
import { Icon } from "../design/Icon";
import { useMicrophone } from "../microphone/useMicrophone";
import { dollars } from "../words/format";
import { Page } from "./Page";

/** The outcome, the completion code and the way back. */
export function FinishedStage({ view }: { readonly view: ViewAt<"finished"> }) {
  const { t } = useTranslation();
  const { close } = useMicrophone();
  useEffect(close, [close]);
  return (
    <Page title={t(`finished.${view.outcome}.title`)} stage="finished" study={view.study}>
      <p className="lead">{t(`finished.${view.outcome}.text`)}</p>
      <CompletionCode code={view.completion_code} url={view.completion_url} />
      {view.outcome === "no_consent" ? null : <Earned pay={view.pay} />}
    </Page>
  );
}

function CompletionCode({ code, url }: { readonly code: string; readonly url: string | null }) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState<"copied" | "copyFailed" | null>(null);
  const copy = () => {
    const clipboard = (navigator as { clipboard?: Clipboard }).clipboard;
    (clipboard?.writeText(code) ?? Promise.reject(new Error("no clipboard"))).then(
      () => { setCopied("copied"); },
      () => { setCopied("copyFailed"); },
    );
  };
  return (
    <section className="panel code" aria-labelledby="code">
      <h2 id="code">{t("finished.code")}</h2>
      <p className="code-value">{code}</p>
      <div className="actions">
        {url === null ? null : (
          <a className="action action-main" href={url} rel="noreferrer">
            <Icon name="arrow" />
            {t("finished.back")}
          </a>
        )}
        <Action icon="copy" onPress={copy}>
          {t("finished.copy")}
        </Action>
        <p role="status">{copied === null ? "" : t(`finished.${copied}`)}</p>
      </div>
      <p className="hint">{url === null ? t("finished.noBack") : t("finished.backText")}</p>
    </section>
  );
}

function Earned({ pay }: { readonly pay: ViewAt<"finished">["pay"] }) {
  const { t } = useTranslation();
  const rows = [
    [t("finished.payBase"), pay.base_usd],
    [t("finished.payTime", { minutes: Math.round(pay.minutes * 10) / 10 }), pay.time_usd],
    [t("finished.payTask"), pay.task_completed_usd],
    [t("finished.payFeedback"), pay.feedback_usd],
  ] as const;
  return (
    <section className="panel" aria-labelledby="earned">
      <h2 id="earned">{t("finished.pay")}</h2>
      <dl className="sums">
        {rows.map(([label, amount]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{dollars(amount)}</dd>
          </div>
        ))}
        <div className="sums-total">
          <dt>{t("finished.payTotal")}</dt>
          <dd>{dollars(pay.total_usd)}</dd>
        </div>
      </dl>
    </section>
  );
}
