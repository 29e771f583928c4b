import { useMemo, useState } from "react";
import { Input, Label, SearchField, ToggleButton, ToggleButtonGroup } from "react-aria-components";
import { useTranslation } from "react-i18next";

import type { EventShown } from "../api/researcher";
import { Action } from "../design/Action";
import { Icon } from "../design/Icon";
import { clockTime, timeOfDay } from "../words/format";
import { type EventGroup, GROUPS, groupOf, summaryOf, titleOf } from "./eventWords";
import type { Player } from "./usePlayer";

const AT_FIRST: readonly EventGroup[] = ["turns", "tools", "verification", "errors", "path"];

/** Every event in order; by kind, by words, and each a place to listen from. */
export function EventLog({ events, player }: { readonly events: readonly EventShown[]; readonly player: Player }) {
  const { t } = useTranslation("researcher");
  const [groups, setGroups] = useState<ReadonlySet<string>>(() => new Set(AT_FIRST));
  const [search, setSearch] = useState("");
  const shown = useMemo(() => {
    const wanted = search.trim().toLowerCase();
    return events.filter(
      ({ body }) => groups.has(groupOf(body)) && (wanted === "" || JSON.stringify(body).toLowerCase().includes(wanted)),
    );
  }, [events, groups, search]);
  return (
    <section className="panel" aria-labelledby="events">
      <h2 id="events">{t("events.title")}</h2>
      <div className="event-filters">
        <SearchField className="field" value={search} onChange={setSearch}>
          <Label>{t("events.search")}</Label>
          <Input />
        </SearchField>
        <ToggleButtonGroup
          className="toggles"
          aria-label={t("events.kinds")}
          selectionMode="multiple"
          selectedKeys={groups}
          onSelectionChange={(keys) => { setGroups(new Set([...keys].map(String))); }}
        >
          {GROUPS.map((group) => (
            <ToggleButton key={group} id={group} className="toggle">
              <Icon name={groups.has(group) ? "check" : "circle"} size={16} />
              {t(`events.group.${group}`)}
            </ToggleButton>
          ))}
        </ToggleButtonGroup>
      </div>
      <p className="hint" role="status">
        {shown.length === 0 ? t("events.none") : t("events.count", { count: shown.length })}
      </p>
      <ol className="events">
        {shown.map((event) => (
          <EventRow key={event.position} event={event} player={player} />
        ))}
      </ol>
    </section>
  );
}

function EventRow({ event, player }: { readonly event: EventShown; readonly player: Player }) {
  const { t } = useTranslation("researcher");
  const seconds = player.secondsOf(event.at);
  return (
    <li className={`event event-${groupOf(event.body)}`}>
      <time dateTime={event.at}>{timeOfDay(event.at)}</time>
      <div className="event-words">
        <p>
          <strong>{titleOf(event.body)}</strong> {summaryOf(event.body)}
        </p>
        <details>
          <summary>{t("events.details")}</summary>
          <pre>
            <code>{JSON.stringify(event.body, null, 2)}</code>
          </pre>
        </details>
      </div>
      {seconds === null ? null : (
        <Action kind="quiet" icon="play" aria-label={t("events.playFrom", { time: clockTime(seconds) })} onPress={() => { player.player.playFrom(seconds); }}>
          {clockTime(seconds)}
        </Action>
      )}
    </li>
  );
}
