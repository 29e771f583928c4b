import { FieldError, Label, RadioButton, RadioField, RadioGroup, Text } from "react-aria-components";
import { useTranslation } from "react-i18next";

import type { DimensionShown } from "../api/participation";
import { Icon } from "../design/Icon";

interface ScaleFieldProps {
  readonly dimension: DimensionShown;
  readonly value: number | null;
  readonly problem: string | null;
  readonly onChange: (score: number) => void;
}

/** One dimension from 1 to 6, each value described. */
export function ScaleField({ dimension, value, problem, onChange }: ScaleFieldProps) {
  const { t } = useTranslation();
  return (
    <RadioGroup
      className="scale panel"
      value={value === null ? null : String(value)}
      onChange={(score) => {
        onChange(Number(score));
      }}
      isInvalid={problem !== null}
      isRequired
      validationBehavior="aria"
    >
      <div>
        <Label>
          <span className="scale-title">{dimension.title}</span>
        </Label>
        <Text slot="description" className="scale-question">
          {dimension.question} <span className="hint">{t("rating.choose")}</span>
        </Text>
      </div>
      <FieldError className="problem">
        <Icon name="alert" />
        <span>{problem}</span>
      </FieldError>
      <div className="scale-values">
        {dimension.anchors.map((anchor) => (
          <RadioField key={anchor.score} value={String(anchor.score)} className="scale-value">
            <RadioButton className="scale-choice">
              <span className="scale-number">{anchor.score}</span> <span className="scale-label">{anchor.label}</span>
            </RadioButton>
            <Text slot="description" className="scale-description">
              {anchor.description}
            </Text>
          </RadioField>
        ))}
      </div>
    </RadioGroup>
  );
}
