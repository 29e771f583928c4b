import { useTranslation } from "react-i18next";

import type { Card } from "../api/participation";
import { Icon, type IconName } from "../design/Icon";

const KIND = {
  open_chat: ["waves", "card.openChat"],
  goal_oriented: ["person", "card.goalOriented"],
  tool_task: ["wrench", "card.toolTask"],
} as const satisfies Record<Card["category"], readonly [IconName, string]>;

/** What the participant is asked to talk about, in one of three forms. */
export function ScenarioCard({ card }: { readonly card: Card }) {
  const { t } = useTranslation();
  const [icon, kind] = KIND[card.category];
  return (
    <article className="panel card" aria-labelledby="card-title">
      <header>
        <p className="card-kind">
          <Icon name={icon} size={18} />
          {t(kind)}
        </p>
        <h2 id="card-title">{card.title}</h2>
      </header>
      <CardBody card={card} />
    </article>
  );
}

function CardBody({ card }: { readonly card: Card }) {
  const { t } = useTranslation();
  switch (card.category) {
    case "open_chat":
      return <p>{card.description}</p>;
    case "goal_oriented":
      return (
        <>
          <p>{card.description}</p>
          <section>
            <h3>{t("card.goals")}</h3>
            <ul className="bullets">
              {card.goals.map((goal) => (
                <li key={goal}>{goal}</li>
              ))}
            </ul>
            <p className="hint">{t("card.goalsHint")}</p>
          </section>
        </>
      );
    case "tool_task":
      return <ToolTask card={card} />;
  }
}

function ToolTask({ card }: { readonly card: Extract<Card, { category: "tool_task" }> }) {
  const { t } = useTranslation();
  return (
    <>
      <section className="card-goal">
        <h3>{t("card.yourGoal")}</h3>
        <p>{card.goal}</p>
      </section>
      {card.identity === null ? null : <Identity identity={card.identity} />}
      <section>
        <h3>{t("card.situation")}</h3>
        <p>{card.situation}</p>
      </section>
      {card.key_details.length === 0 ? null : (
        <section>
          <h3>{t("card.details")}</h3>
          <ul className="bullets">
            {card.key_details.map((detail) => (
              <li key={detail}>{detail}</li>
            ))}
          </ul>
        </section>
      )}
      <section>
        <h3>{t("card.steps")}</h3>
        <ol className="steps">
          {card.steps.map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
      </section>
      {card.note === null ? null : (
        <p className="card-note">
          <strong>{t("card.note")}:</strong> {card.note}
        </p>
      )}
      <p className="hint">{t("card.simulated")}</p>
    </>
  );
}

function Identity({ identity }: { readonly identity: { readonly name: string; readonly credentials: Readonly<Record<string, string>> } }) {
  const { t } = useTranslation();
  const credentials = Object.entries(identity.credentials);
  return (
    <section className="card-identity">
      <h3>
        {t("card.identity")} {identity.name}
      </h3>
      {credentials.length === 0 ? null : (
        <dl>
          {credentials.map(([label, value]) => (
            <div key={label}>
              <dt>{label}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      )}
      <p className="hint">{t("card.identityHint")}</p>
    </section>
  );
}
