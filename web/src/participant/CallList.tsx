import { useTranslation } from "react-i18next";

import type { ToolCallShown } from "../api/generated/roomEvent";
import { Icon, type IconName } from "../design/Icon";

interface CallListProps {
  readonly calls: readonly ToolCallShown[];
  readonly heading: "h2" | "h3";
}

/** Each thing the assistant did: the call, its arguments, its result. */
export function CallList({ calls, heading: Heading }: CallListProps) {
  const { t } = useTranslation();
  return (
    <section aria-labelledby="calls">
      <Heading id="calls">{t("conversation.calls")}</Heading>
      {calls.length === 0 ? (
        <p className="hint">{t("conversation.noCalls")}</p>
      ) : (
        <ul className="calls" aria-labelledby="calls">
          {calls.map((call) => (
            <Call key={call.call_id} call={call} />
          ))}
        </ul>
      )}
    </section>
  );
}

const CALL_SIGN: Readonly<Record<ToolCallShown["status"], IconName>> = {
  started: "dots",
  succeeded: "check",
  failed: "cross",
};

function Call({ call }: { readonly call: ToolCallShown }) {
  const { t } = useTranslation();
  const details = Object.entries(call.arguments);
  return (
    <li className={`call call-${call.status}`}>
      <p className="call-head">
        <code>{call.function}</code>
        <span className="with-icon">
          <Icon name={CALL_SIGN[call.status]} size={16} />
          {t(`conversation.callStatus.${call.status}`)}
        </span>
      </p>
      <dl>
        <div>
          <dt>{t("conversation.callArguments")}</dt>
          <dd>
            {details.length === 0 ? t("conversation.noArguments") : null}
            {details.map(([name, value]) => (
              <span key={name} className="call-argument">
                <code>{name}</code> {shownValue(value)}
              </span>
            ))}
          </dd>
        </div>
        {call.result === null ? null : (
          <div>
            <dt>{t("conversation.callResult")}</dt>
            <dd>
              <code className="call-result">{call.result}</code>
            </dd>
          </div>
        )}
      </dl>
    </li>
  );
}

function shownValue(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
