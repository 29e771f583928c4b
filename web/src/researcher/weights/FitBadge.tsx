import { useTranslation } from "react-i18next";

import type { FitListed } from "../../api/humanSubsets";
import { Icon, type IconName } from "../../design/Icon";
import { VERDICTS } from "./verdict";

const SIGNS: Readonly<Record<FitListed["state"], IconName>> = {
  queued: "clock",
  running: "dots",
  done: "checkCircle",
  refused: "info",
  failed: "crossCircle",
};

/** Where a computation stands; once it is done, what came of it. */
export function FitBadge({ fit }: { readonly fit: FitListed }) {
  const { t } = useTranslation("researcher");
  const verdict = fit.verdict === null ? undefined : VERDICTS[fit.verdict];
  return (
    <span className={`with-icon fit-${verdict?.word ?? fit.state}`}>
      <Icon name={verdict?.sign ?? SIGNS[fit.state]} size={18} />
      {verdict === undefined ? t(`weights.state.${fit.state}`) : t(`weights.verdict.${verdict.word}`)}
    </span>
  );
}
