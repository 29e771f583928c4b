import { useTranslation } from "react-i18next";

import type { Category, ConversationShown } from "../api/researcher";
import { Callout } from "../design/Callout";
import { Icon } from "../design/Icon";

interface VerdictCardProps {
  readonly category: Category;
  readonly verdict: ConversationShown["verdict"];
}

/** What was verified, step by step, and whether replaying the calls agrees. */
export function VerdictCard({ category, verdict }: VerdictCardProps) {
  const { t } = useTranslation("researcher");
  const report = verdict.live ?? verdict.replayed;
  return (
    <section className="panel" aria-labelledby="verdict">
      <h2 id="verdict">{t("one.verdict")}</h2>
      {report === null ? <p className="hint">{t(category === "tool_task" ? "one.verdictNone" : "one.noVerdict")}</p> : null}
      {report === null ? null : (
        <>
          <p className={`with-icon verdict ${report.complete ? "is-good" : "is-bad"}`}>
            <Icon name={report.complete ? "checkCircle" : "crossCircle"} />
            {t(report.complete ? "one.complete" : "one.incomplete")},{" "}
            {t("one.steps", { met: report.steps.filter((step) => step.met).length, all: report.steps.length })}
          </p>
          <ol className="ticks">
            {report.steps.map((step) => (
              <li key={step.step_id} className={step.met ? "is-met" : undefined}>
                <Icon name={step.met ? "checkCircle" : "circle"} />
                <div>
                  <p>
                    <span className="unseen">{t(step.met ? "one.met" : "one.unmet")} </span>
                    {step.label}
                  </p>
                  <p className="hint">{step.why}</p>
                </div>
              </li>
            ))}
          </ol>
          {report.violations.length === 0 ? null : (
            <Callout tone="warn" title={t("one.violations")}>
              <ul className="bullets">
                {report.violations.map((violation) => (
                  <li key={`${violation.rule_id} ${violation.call_id ?? ""}`}>{violation.why}</li>
                ))}
              </ul>
            </Callout>
          )}
          {verdict.agrees === false ? (
            <Callout tone="bad">{t("one.disagrees")}</Callout>
          ) : (
            <p className="hint">{t(verdict.agrees === null ? "one.notReplayed" : "one.agrees")}</p>
          )}
        </>
      )}
    </section>
  );
}
