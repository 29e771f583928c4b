import { useTranslation } from "react-i18next";

import { EXPORTS } from "../api/researcher";
import { Icon } from "../design/Icon";

const FILES = Object.keys(EXPORTS) as (keyof typeof EXPORTS)[];

/** Everything recorded, as files. */
export function Exports() {
  const { t } = useTranslation("researcher");
  return (
    <section className="panel" aria-labelledby="exports">
      <div>
        <h2 id="exports">{t("exports.title")}</h2>
        <p className="hint">{t("exports.lead")}</p>
      </div>
      <ul className="exports">
        {FILES.map((file) => (
          <li key={file}>
            <a className="action" href={EXPORTS[file]} download>
              <Icon name="download" size={18} />
              {t(`exports.${file}`)}
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}
