import { useTranslation } from "react-i18next";

import { Problem, Unreachable } from "../api/problem";
import { Callout } from "../design/Callout";

/** Why a step did not work and what to do; nothing for one that only came out of turn. */
export function StepError({ error }: { readonly error: Error | null }) {
  const { t } = useTranslation();
  if (error === null || (error instanceof Problem && error.status === 409)) return null;
  return (
    <Callout tone="bad" role="alert">
      {t(wordsFor(error))}
    </Callout>
  );
}

function wordsFor(error: Error) {
  if (error instanceof Unreachable) return "call.unreachable";
  if (error instanceof Problem && error.status === 401) return "arrival.noCookie";
  return error instanceof Problem && error.status === 422 ? "call.checkFields" : "call.failed";
}
