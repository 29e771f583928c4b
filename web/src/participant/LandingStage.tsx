import { useTranslation } from "react-i18next";

import { type Pay, type ViewAt, begin } from "../api/participation";
import { Action } from "../design/Action";
import { Callout } from "../design/Callout";
import { Icon, type IconName } from "../design/Icon";
import { lacking } from "../microphone/failure";
import { dollars } from "../words/format";
import { Page } from "./Page";
import { StepError } from "./StepError";
import { useStep } from "./useParticipation";

const NEEDS = [
  ["clock", "landing.needQuiet"],
  ["microphone", "landing.needMicrophone"],
  ["signal", "landing.needBrowser"],
] as const satisfies readonly (readonly [IconName, string])[];

/** What will happen, how long it takes, what it pays and what it needs; tells an unfit browser before any time is spent. */
export function LandingStage({ view }: { readonly view: ViewAt<"landing"> }) {
  const { t } = useTranslation();
  const step = useStep(begin);
  const lack = lacking();
  return (
    <Page title={t("landing.title")} stage="landing" study={view.study}>
      <p className="lead">{t("landing.lead", { minutes: view.minutes })}</p>
      {lack === null ? null : (
        <Callout tone="warn" title={t(`microphone.failed.${lack}.title`)}>
          {t(`microphone.failed.${lack}.advice`)}
        </Callout>
      )}
      <div className="pair">
        <section className="panel" aria-labelledby="what">
          <h2 id="what">{t("landing.what")}</h2>
          <ol className="steps">
            {view.steps.map((each) => (
              <li key={each}>{each}</li>
            ))}
          </ol>
        </section>
        <section className="panel" aria-labelledby="pay">
          <h2 id="pay">{t("landing.pay")}</h2>
          <PayTable pay={view.pay} />
        </section>
      </div>
      <section aria-labelledby="need" className="needs">
        <h2 id="need">{t("landing.need")}</h2>
        <ul>
          {NEEDS.map(([icon, key]) => (
            <li key={key}>
              <Icon name={icon} />
              <span>{t(key)}</span>
            </li>
          ))}
        </ul>
      </section>
      <StepError error={step.error} />
      <div className="actions">
        <Action kind="main" isPending={step.isPending} onPress={() => { step.mutate(); }}>
          {t("landing.start")}
        </Action>
        <p className="hint">{t("landing.next")}</p>
      </div>
    </Page>
  );
}

function PayTable({ pay }: { readonly pay: Pay }) {
  const { t } = useTranslation();
  const rows = [
    [t("landing.payBase"), pay.base_usd],
    [t("landing.payMinute"), pay.per_minute_usd],
    [t("landing.payTask"), pay.task_completed_usd],
    [t("landing.payFeedback"), pay.feedback_usd],
  ] as const;
  return (
    <dl className="sums">
      {rows.map(([label, amount]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{dollars(amount)}</dd>
        </div>
      ))}
      <div className="sums-total">
        <dt>{t("landing.payMost")}</dt>
        <dd>{dollars(pay.most_usd)}</dd>
      </div>
    </dl>
  );
}
