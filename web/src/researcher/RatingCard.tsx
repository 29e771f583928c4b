import { useTranslation } from "react-i18next";

import type { ConversationShown } from "../api/researcher";
import { DIMENSIONS } from "./dimensions";

/** The five scores and the reason. */
export function RatingCard({ rating }: { readonly rating: ConversationShown["rating"] }) {
  const { t } = useTranslation("researcher");
  return (
    <section className="panel" aria-labelledby="rating">
      <h2 id="rating">{t("one.rating")}</h2>
      {rating === null ? (
        <p className="hint">{t("one.notRated")}</p>
      ) : (
        <>
          <dl className="scores">
            {DIMENSIONS.map((dimension) => {
              const score = rating.scores[dimension];
              return (
                <div key={dimension}>
                  <dt>{t(`dimension.${dimension}`)}</dt>
                  <dd>
                    <span className="score-bar" aria-hidden="true">
                      {[1, 2, 3, 4, 5, 6].map((value) => (
                        <span key={value} className={score !== undefined && value <= score ? "is-filled" : undefined} />
                      ))}
                    </span>
                    {score === undefined ? t("list.none") : t("one.ofSix", { score })}
                  </dd>
                </div>
              );
            })}
          </dl>
          <h3>{t("one.feedback")}</h3>
          <blockquote>{rating.feedback}</blockquote>
        </>
      )}
    </section>
  );
}
