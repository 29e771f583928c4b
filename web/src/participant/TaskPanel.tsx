import { useEffect, useRef, useState } from "react";
import { ProgressBar } from "react-aria-components";
import { useTranslation } from "react-i18next";

import type { ToolCallShown, VerificationReport } from "../api/generated/roomEvent";
import { Icon } from "../design/Icon";
import { CallList } from "./CallList";

interface TaskPanelProps {
  readonly report: VerificationReport | null;
  readonly calls: readonly ToolCallShown[];
  /** The card's own steps, shown until the first report comes. */
  readonly steps: readonly string[];
}

/** The task's steps as they are verified, and each thing the assistant did. */
export function TaskPanel({ report, calls, steps }: TaskPanelProps) {
  const { t } = useTranslation();
  const shown = report?.steps ?? steps.map((label, index) => ({ step_id: String(index), label, met: false, why: "" }));
  const met = shown.filter((step) => step.met).length;
  const value = t("conversation.progressValue", { met, all: shown.length });
  return (
    <section className="panel task" aria-labelledby="task">
      <div>
        <h2 id="task">{t("conversation.progress")}</h2>
        <p className="hint">{t("conversation.progressHint")}</p>
      </div>
      <ProgressBar className="task-progress" aria-label={t("conversation.progress")} value={met} maxValue={shown.length} valueLabel={value}>
        {({ percentage }) => (
          <>
            <span className="task-bar" aria-hidden="true">
              <span style={{ inlineSize: `${String(percentage)}%` }} />
            </span>
            <span>{value}</span>
          </>
        )}
      </ProgressBar>
      <NewlyDone steps={shown} />
      <ol className="ticks">
        {shown.map((step) => (
          <li key={step.step_id} className={step.met ? "is-met" : undefined}>
            <Icon name={step.met ? "checkCircle" : "circle"} />
            <div>
              <p>
                <span className="unseen">{step.met ? t("conversation.stepDone") : t("conversation.stepOpen")} </span>
                {step.label}
              </p>
              {step.why === "" ? null : <p className="hint">{step.why}</p>}
            </div>
          </li>
        ))}
      </ol>
      {report?.complete === true ? (
        <p className="with-icon task-complete" role="status">
          <Icon name="checkCircle" />
          {t("conversation.complete")}
        </p>
      ) : null}
      {report === null || report.violations.length === 0 ? null : (
        <section className="violations">
          <h3 className="with-icon">
            <Icon name="alert" />
            {t("conversation.violations")}
          </h3>
          <ul className="bullets">
            {report.violations.map((violation) => (
              <li key={`${violation.rule_id} ${violation.call_id ?? ""}`}>{violation.why}</li>
            ))}
          </ul>
        </section>
      )}
      <CallList calls={calls} heading="h3" />
    </section>
  );
}

/** Says once which step was just done. */
function NewlyDone({ steps }: { readonly steps: VerificationReport["steps"] }) {
  const { t } = useTranslation();
  const [said, setSaid] = useState("");
  const before = useRef<ReadonlySet<string> | null>(null);
  useEffect(() => {
    const now = new Set(steps.filter((step) => step.met).map((step) => step.step_id));
    const known = before.current;
    before.current = now;
    const fresh = known === null ? [] : steps.filter((step) => step.met && !known.has(step.step_id));
    if (fresh.length > 0) setSaid(`${t("conversation.stepDone")} ${fresh.map((step) => step.label).join(", ")}`);
  }, [steps, t]);
  return (
    <p className="unseen" role="status">
      {said}
    </p>
  );
}
