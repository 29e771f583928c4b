import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import { type DimensionShown, type ViewAt, submitRating } from "../api/participation";
import { Problem } from "../api/problem";
import { Action } from "../design/Action";
import { Callout } from "../design/Callout";
import { useMicrophone } from "../microphone/useMicrophone";
import { spokenTime } from "../words/format";
import { FeedbackField } from "./FeedbackField";
import { Page } from "./Page";
import { ScaleField } from "./ScaleField";
import { StepError } from "./StepError";
import { type MissingPart, missingParts, partOfField } from "./rating";
import { useDraft } from "./useDraft";
import { useStep } from "./useParticipation";

type Problems = ReadonlyMap<MissingPart, string>;

/** Five scales and a reason. What is missing is marked, and the first of it gets the focus. */
export function RatingStage({ view }: { readonly view: ViewAt<"rating"> }) {
  const { t } = useTranslation();
  const { close } = useMicrophone();
  useEffect(close, [close]);
  const { draft, change, isKept, forget } = useDraft(view.draft);
  const [hasTried, setTried] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const step = useStep(() => submitRating(draft.scores, draft.feedback.trim()));

  const ids = view.dimensions.map((dimension) => dimension.id);
  const missing = hasTried ? missingParts(draft, ids) : [];
  const refused = problemsOf(step.error, view.dimensions);
  const problemWith = (part: MissingPart) => {
    if (missing.includes(part)) return t(part === "feedback" ? "rating.missingFeedback" : "rating.missingScore");
    return refused.get(part) ?? null;
  };

  const submit = () => {
    setTried(true);
    const first = missingParts(draft, ids)[0];
    if (first !== undefined) focusPart(form.current, first);
    else step.mutate(undefined, { onSuccess: forget });
  };

  const firstRefused = [...refused.keys()][0] ?? null;
  useEffect(() => {
    if (firstRefused !== null) focusPart(form.current, firstRefused);
  }, [firstRefused, step.submittedAt]);

  return (
    <Page title={t("rating.title")} stage="rating" study={view.study} wide>
      <div className="rating-intro">
        <p className="lead">
          {t("rating.scenario", { title: view.card.title })}{" "}
          {t(`rating.ended.${view.ended_reason}`, { time: spokenTime(view.talked_s) })}
        </p>
        <p>{t("rating.lead")}</p>
        <p className="hint">{t("rating.kept")}</p>
      </div>
      <form
        ref={form}
        className="rating"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        {missing.length > 0 ? (
          <Callout tone="bad" role="alert">
            {t("rating.missing", { count: missing.length })}
          </Callout>
        ) : null}
        {view.dimensions.map((dimension) => (
          <div key={dimension.id} data-part={dimension.id}>
            <ScaleField
              dimension={dimension}
              value={draft.scores[dimension.id] ?? null}
              problem={problemWith(dimension.id)}
              onChange={(score) => {
                change({ ...draft, scores: { ...draft.scores, [dimension.id]: score } });
              }}
            />
          </div>
        ))}
        <div data-part="feedback">
          <FeedbackField
            value={draft.feedback}
            problem={problemWith("feedback")}
            onChange={(feedback) => {
              change({ ...draft, feedback });
            }}
          />
        </div>
        {isKept ? null : (
          <Callout tone="warn" role="status">
            {t("rating.notKept")}
          </Callout>
        )}
        {refused.size > 0 ? null : <StepError error={step.error} />}
        <div className="actions">
          <Action kind="main" type="submit" isPending={step.isPending}>
            {step.isPending ? t("rating.sending") : t("rating.submit")}
          </Action>
        </div>
      </form>
    </Page>
  );
}

function problemsOf(error: Error | null, dimensions: readonly DimensionShown[]): Problems {
  const found = new Map<MissingPart, string>();
  if (!(error instanceof Problem)) return found;
  const ids = dimensions.map((dimension) => dimension.id);
  for (const [field, message] of error.fields) {
    const part = partOfField(field, ids);
    if (part !== null) found.set(part, message);
  }
  return found;
}

function focusPart(form: HTMLFormElement | null, part: MissingPart): void {
  form?.querySelector<HTMLElement>(`[data-part="${part}"] :is(input, textarea)`)?.focus();
}
