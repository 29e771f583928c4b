import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import type { ConversationListed } from "../api/researcher";
import { Icon } from "../design/Icon";
import { clockTime, moment } from "../words/format";

/** One row a conversation; the scenario's title leads to it. On a narrow screen each row is a card. */
export function ConversationTable({ items }: { readonly items: readonly ConversationListed[] }) {
  const { t } = useTranslation("researcher");
  return (
    <div className="table-frame">
      <table className="table">
        <caption className="unseen">{t("list.caption")}</caption>
        <thead>
          <tr>
            <th scope="col">{t("list.started")}</th>
            <th scope="col">{t("list.scenario")}</th>
            <th scope="col">{t("list.model")}</th>
            <th scope="col">{t("list.stage")}</th>
            <th scope="col" className="is-number">{t("list.talked")}</th>
            <th scope="col">{t("list.task")}</th>
            <th scope="col" className="is-number">{t("list.overall")}</th>
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <tr key={item.id}>
              <td>{moment(item.created_at)}</td>
              <th scope="row">
                <Link to="/researcher/$conversation" params={{ conversation: item.id }}>
                  {item.scenario_title}
                </Link>
                <span className="hint">{t(`category.${item.category}`)}</span>
              </th>
              <td>
                <code>{item.model_id}</code>
              </td>
              <td>
                {t(`stage.${item.stage}`)}
                {item.end_reason === "technical_failure" ? <span className="problem">{t("endReason.technical_failure")}</span> : null}
              </td>
              <td className="is-number">{item.talked_s === null ? t("list.none") : clockTime(item.talked_s)}</td>
              <td>
                <Task item={item} />
              </td>
              <td className="is-number">{item.overall_recommendation ?? t("list.none")}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Task({ item }: { readonly item: ConversationListed }) {
  const { t } = useTranslation("researcher");
  if (item.task_complete === true) {
    return (
      <span className="with-icon is-good">
        <Icon name="checkCircle" size={18} />
        {t("list.taskDone")}
      </span>
    );
  }
  if (item.task_progress === null) return <span className="hint">{t("list.noTask")}</span>;
  return <>{t("list.taskPart", { percent: Math.round(item.task_progress * 100) })}</>;
}
