import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { FileTrigger } from "react-aria-components";
import { useTranslation } from "react-i18next";

import { MOST_BYTES, type SubsetAdded, addSubset } from "../../api/humanSubsets";
import { Problem, Unreachable } from "../../api/problem";
import { Action } from "../../design/Action";
import { Callout } from "../../design/Callout";
import { SUBSETS } from "./cacheKeys";

/** Takes the file of a subset, says while it is checked, and what came of it. */
export function UploadSubset() {
  const { t } = useTranslation("researcher");
  const cache = useQueryClient();
  const [isTooLarge, setTooLarge] = useState(false);
  const upload = useMutation({
    mutationFn: addSubset,
    onSettled: () => cache.invalidateQueries({ queryKey: SUBSETS }),
  });
  const choose = (files: FileList | null) => {
    const file = files?.[0];
    if (file === undefined) return;
    upload.reset();
    setTooLarge(file.size > MOST_BYTES);
    if (file.size <= MOST_BYTES) upload.mutate(file);
  };
  return (
    <section className="panel" aria-labelledby="upload">
      <div>
        <h2 id="upload">{t("weights.upload.title")}</h2>
        <p className="hint">{t("weights.upload.lead")}</p>
      </div>
      <div className="actions">
        <FileTrigger acceptedFileTypes={["application/json", ".json"]} onSelect={choose}>
          <Action kind="main" isPending={upload.isPending}>
            {t("weights.upload.choose")}
          </Action>
        </FileTrigger>
      </div>
      <div role="status">
        {upload.isPending ? <p>{t("weights.upload.pending", { name: upload.variables.name })}</p> : null}
        {upload.data === undefined ? null : <Added added={upload.data} />}
      </div>
      {isTooLarge ? (
        <Callout tone="bad" role="alert">
          {t("weights.upload.tooLarge")}
        </Callout>
      ) : null}
      {upload.error === null ? null : <NotTaken error={upload.error} />}
    </section>
  );
}

function Added({ added }: { readonly added: SubsetAdded }) {
  const { t } = useTranslation("researcher");
  const { label } = added.subset;
  return (
    <Callout tone={added.known ? "info" : "good"}>
      {added.known ? t("weights.upload.known", { label }) : t("weights.upload.added", { label })}
    </Callout>
  );
}

function NotTaken({ error }: { readonly error: Error }) {
  const { t } = useTranslation("researcher");
  const reason = error instanceof Problem ? error.fields.get("file") : undefined;
  const words = error instanceof Unreachable ? t("unreachable") : t("failed");
  return (
    <Callout tone="bad" role="alert">
      {reason === undefined ? words : t("weights.upload.refused", { reason })}
    </Callout>
  );
}
