import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";

import { Unreachable, isSignedOut } from "../api/problem";
import { Action } from "../design/Action";
import { Callout } from "../design/Callout";

/** Why something could not be shown; a session that has run out leads back to the sign-in. */
export function Failed({ error, onAgain }: { readonly error: Error; readonly onAgain: () => void }) {
  const { t } = useTranslation("researcher");
  const cache = useQueryClient();
  const isOut = isSignedOut(error);
  useEffect(() => {
    if (isOut) void cache.invalidateQueries({ queryKey: ["researcher", "session"] });
  }, [isOut, cache]);
  return (
    <Callout tone="bad" role="alert" action={<Action onPress={onAgain}>{t("again")}</Action>}>
      {t(error instanceof Unreachable ? "unreachable" : "failed")}
    </Callout>
  );
}
