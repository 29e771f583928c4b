import { FieldError, Label, Text, TextArea, TextField } from "react-aria-components";
import { useTranslation } from "react-i18next";

import { Icon } from "../design/Icon";
import { LONGEST_FEEDBACK } from "./rating";

interface FeedbackFieldProps {
  readonly value: string;
  readonly problem: string | null;
  readonly onChange: (feedback: string) => void;
}

/** The written reason, with a count of what fits. */
export function FeedbackField({ value, problem, onChange }: FeedbackFieldProps) {
  const { t } = useTranslation();
  return (
    <TextField
      className="field panel"
      value={value}
      onChange={onChange}
      isRequired
      isInvalid={problem !== null}
      validationBehavior="aria"
      maxLength={LONGEST_FEEDBACK}
    >
      <Label>
        <span className="scale-title">{t("rating.feedback")}</span>
      </Label>
      <Text slot="description" className="hint">
        {t("rating.feedbackHint")}
      </Text>
      <FieldError className="problem">
        <Icon name="alert" />
        <span>{problem}</span>
      </FieldError>
      <TextArea rows={6} />
      <p className="hint count">{t("rating.count", { count: value.length, max: LONGEST_FEEDBACK })}</p>
    </TextField>
  );
}
