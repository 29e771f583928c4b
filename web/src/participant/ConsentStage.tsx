import { useState } from "react";
import { useTranslation } from "react-i18next";

import { type ViewAt, consent } from "../api/participation";
import { Action } from "../design/Action";
import { Confirm } from "../design/Confirm";
import { Page } from "./Page";
import { StepError } from "./StepError";
import { useStep } from "./useParticipation";

/** The consent text and a decision: both ways are plain buttons, nothing is chosen beforehand. */
export function ConsentStage({ view }: { readonly view: ViewAt<"consent"> }) {
  const { t } = useTranslation();
  const [isLeaving, setLeaving] = useState(false);
  const step = useStep((accepted: boolean) => consent(accepted, view.consent.version));
  return (
    <Page title={t("consent.title")} stage="consent" study={view.study}>
      <article className="panel prose" aria-labelledby="consent-title">
        <h2 id="consent-title">{view.consent.title}</h2>
        {view.consent.paragraphs.map((paragraph) => (
          <p key={paragraph}>{paragraph}</p>
        ))}
      </article>
      <StepError error={step.error} />
      <fieldset className="decision">
        <legend>{t("consent.question")}</legend>
        <div className="actions">
          <Action kind="main" isPending={step.isPending} onPress={() => { step.mutate(true); }}>
            {t("consent.accept")}
          </Action>
          <Action isDisabled={step.isPending} onPress={() => { setLeaving(true); }}>
            {t("consent.decline")}
          </Action>
        </div>
      </fieldset>
      <Confirm
        isOpen={isLeaving}
        onClose={() => { setLeaving(false); }}
        title={t("consent.declineTitle")}
        text={t("consent.declineText")}
        confirm={t("consent.declineConfirm")}
        back={t("consent.declineBack")}
        onConfirm={() => { step.mutate(false); }}
      />
    </Page>
  );
}
