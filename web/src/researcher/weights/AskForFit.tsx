import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Form, Input, Label, NumberField, Text } from "react-aria-components";
import { useTranslation } from "react-i18next";

import { type FitListed, askForFit } from "../../api/humanSubsets";
import { Action } from "../../design/Action";
import { Choice } from "../../design/Choice";
import { Failed } from "../Failed";
import { DIMENSIONS, type Dimension } from "../dimensions";
import { fitsOf } from "./cacheKeys";

const LARGEST_SEED = 2 ** 31 - 1;

interface AskForFitProps {
  readonly subset: string;
  readonly before: FitListed;
  readonly onAsked: (fit: FitListed) => void;
}

/** Asks for a computation now, with a dimension and a seed of one's own. */
export function AskForFit({ subset, before, onAsked }: AskForFitProps) {
  const { t } = useTranslation("researcher");
  const cache = useQueryClient();
  const [dimension, setDimension] = useState<Dimension>(before.dimension);
  const [seed, setSeed] = useState(before.seed);
  const ask = useMutation({
    mutationFn: () => askForFit(subset, { dimension, seed }),
    onSuccess: async (fit) => {
      await cache.invalidateQueries({ queryKey: fitsOf(subset), exact: true });
      onAsked(fit);
    },
  });
  return (
    <section className="panel" aria-labelledby="ask">
      <div>
        <h2 id="ask">{t("weights.ask.title")}</h2>
        <p className="hint">{t("weights.ask.lead")}</p>
      </div>
      <Form
        className="ask"
        onSubmit={(event) => {
          event.preventDefault();
          ask.mutate();
        }}
      >
        <Choice
          label={t("weights.ask.dimension")}
          value={dimension}
          options={DIMENSIONS.map((id) => ({ id, label: t(`dimension.${id}`) }))}
          onChange={(id) => { setDimension(DIMENSIONS.find((each) => each === id) ?? dimension); }}
        />
        <NumberField
          className="field"
          value={seed}
          minValue={0}
          maxValue={LARGEST_SEED}
          step={1}
          formatOptions={{ useGrouping: false }}
          onChange={(value) => { setSeed(Number.isNaN(value) ? 0 : value); }}
        >
          <Label>{t("weights.ask.seed")}</Label>
          <Input />
          <Text slot="description" className="hint">
            {t("weights.ask.seedHint")}
          </Text>
        </NumberField>
        <div className="actions">
          <Action type="submit" isPending={ask.isPending}>
            {t("weights.ask.submit")}
          </Action>
        </div>
      </Form>
      {ask.error === null ? null : <Failed error={ask.error} onAgain={() => { ask.mutate(); }} />}
    </section>
  );
}
