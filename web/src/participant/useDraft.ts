import { useEffect, useState } from "react";

import { keepDraft } from "../api/participation";
import { DraftKeeper } from "./draftKeeper";
import type { Draft } from "./rating";

/** In this tab, for what was typed within the last moment before a reload. */
const KEPT = "earwitness.rating-draft";

export interface KeptDraft {
  readonly draft: Draft;
  readonly change: (draft: Draft) => void;
  /** False while the server does not have what is shown and a first attempt has failed. */
  readonly isKept: boolean;
  /** Ends the keeping: the rating was sent. */
  readonly forget: () => void;
}

/** A draft that survives reloads: at once in this tab, soon after on the server. */
export function useDraft(fromServer: Draft): KeptDraft {
  const [draft, setDraft] = useState<Draft>(() => fromTab() ?? fromServer);
  const [isKept, setKept] = useState(true);
  const [keeper] = useState(
    () => new DraftKeeper({ send: ({ scores, feedback }) => keepDraft(scores, feedback), onKept: setKept }),
  );
  useEffect(
    () => () => {
      keeper.stop();
    },
    [keeper],
  );

  const change = (next: Draft) => {
    setDraft(next);
    sessionStorage.setItem(KEPT, JSON.stringify(next));
    keeper.put(next);
  };
  const forget = () => {
    keeper.stop();
    sessionStorage.removeItem(KEPT);
  };
  return { draft, change, isKept, forget };
}

function fromTab(): Draft | null {
  const kept = sessionStorage.getItem(KEPT);
  return kept === null ? null : (JSON.parse(kept) as Draft);
}
