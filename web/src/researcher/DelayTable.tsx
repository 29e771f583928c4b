import { useTranslation } from "react-i18next";

import type { ConversationShown } from "../api/researcher";

const PARTS = [
  "vad_hangover_ms",
  "end_of_turn_ms",
  "stt_ms",
  "model_first_token_ms",
  "tools_ms",
  "tts_first_byte_ms",
  "first_frame_ms",
] as const;

/** Each answer's delay in parts, drawn to one scale and written out. */
export function DelayTable({ delays }: { readonly delays: ConversationShown["delays"] }) {
  const { t } = useTranslation("researcher");
  const longest = Math.max(1, ...delays.map((delay) => delay.total_ms));
  return (
    <section className="panel" aria-labelledby="delays">
      <div>
        <h2 id="delays">{t("delays.title")}</h2>
        <p className="hint">{t("delays.lead")}</p>
      </div>
      {delays.length === 0 ? (
        <p>{t("delays.none")}</p>
      ) : (
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls sideways, also by keyboard
        <div className="table-frame" role="region" aria-label={t("delays.table")} tabIndex={0}>
          <table className="table delays">
            <thead>
              <tr>
                <th scope="col">{t("delays.turn")}</th>
                <th scope="col">{t("delays.parts")}</th>
                {PARTS.map((part) => (
                  <th key={part} scope="col" className="is-number">
                    <span className={`key key-${part}`} aria-hidden="true" />
                    {t(`delays.part.${part}`)}
                  </th>
                ))}
                <th scope="col" className="is-number">{t("delays.total")}</th>
              </tr>
            </thead>
            <tbody>
              {delays.map((delay) => (
                <tr key={delay.turn}>
                  <th scope="row">{delay.turn}</th>
                  <td>
                    <span className="delay-bar" aria-hidden="true">
                      {PARTS.map((part) => (
                        <span
                          key={part}
                          className={`key-${part}`}
                          style={{ inlineSize: `${String((100 * Math.max(0, delay.parts[part])) / longest)}%` }}
                        />
                      ))}
                    </span>
                  </td>
                  {PARTS.map((part) => (
                    <td key={part} className="is-number">{Math.round(delay.parts[part])}</td>
                  ))}
                  <td className="is-number"><strong>{Math.round(delay.total_ms)}</strong></td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
