import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { removeSubset } from "../../api/humanSubsets";
import { Problem } from "../../api/problem";
import { Action } from "../../design/Action";
import { Callout } from "../../design/Callout";
import { Confirm } from "../../design/Confirm";
import { Failed } from "../Failed";
import { SUBSETS } from "./cacheKeys";

/** Deletes a subset with all that was computed from it, after asking. */
export function RemoveSubset({ subset, onRemoved }: { readonly subset: string; readonly onRemoved: () => void }) {
  const { t } = useTranslation("researcher");
  const cache = useQueryClient();
  const [isAsking, setAsking] = useState(false);
  const remove = useMutation({
    mutationFn: () => removeSubset(subset),
    onSuccess: () => {
      onRemoved();
      cache.removeQueries({ queryKey: SUBSETS });
    },
  });
  const isBusy = remove.error instanceof Problem && remove.error.status === 409;
  return (
    <>
      <div className="actions">
        <Action kind="danger" isPending={remove.isPending} onPress={() => { setAsking(true); }}>
          {t("weights.one.delete")}
        </Action>
      </div>
      {isBusy ? (
        <Callout tone="warn" role="alert">
          {t("weights.one.deleteRefused")}
        </Callout>
      ) : null}
      {remove.error !== null && !isBusy ? <Failed error={remove.error} onAgain={() => { remove.mutate(); }} /> : null}
      <Confirm
        isOpen={isAsking}
        onClose={() => { setAsking(false); }}
        title={t("weights.one.deleteTitle")}
        text={t("weights.one.deleteText")}
        confirm={t("weights.one.delete")}
        back={t("weights.one.deleteBack")}
        onConfirm={() => { remove.mutate(); }}
      />
    </>
  );
}
