import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";

import { type Filters, listConversations, readSession } from "../api/researcher";
import { Action } from "../design/Action";
import { Choice } from "../design/Choice";
import { Icon } from "../design/Icon";
import { ConversationTable } from "./ConversationTable";
import { Exports } from "./Exports";
import { Failed } from "./Failed";
import { CATEGORIES, STAGES } from "./listing";

const PER_PAGE = 25;
const ALL = "all";
const route = getRouteApi("/researcher/");

/** The list of conversations with its filters, which stand in the address. */
export function ConversationsPage() {
  const { t } = useTranslation("researcher");
  const { page, ...filters } = route.useSearch();
  const navigate = route.useNavigate();
  const offset = (page - 1) * PER_PAGE;
  const list = useQuery({
    queryKey: ["researcher", "conversations", filters, offset],
    queryFn: () => listConversations(filters, offset, PER_PAGE),
    placeholderData: keepPreviousData,
    refetchInterval: 10_000,
    retry: false,
  });
  useEffect(() => {
    document.title = `${t("list.title")} – Earwitness`;
  }, [t]);

  const goTo = (next: Filters & { readonly page: number }) => void navigate({ search: next });
  const isFiltered = Object.keys(filters).length > 0;
  return (
    <>
      <div className="desk-title">
        <h1>{t("list.title")}</h1>
        {list.data === undefined ? null : <p className="hint">{t("list.count", { count: list.data.total })}</p>}
      </div>
      <FilterBar filters={filters} onChange={(next) => { goTo({ ...next, page: 1 }); }} />
      {list.error === null ? null : <Failed error={list.error} onAgain={() => void list.refetch()} />}
      {list.isPending ? <p role="status">{t("loading")}</p> : null}
      {list.data?.total === 0 ? <Empty isFiltered={isFiltered} onClear={() => { goTo({ page: 1 }); }} /> : null}
      {list.data !== undefined && list.data.items.length > 0 ? (
        <>
          <ConversationTable items={list.data.items} />
          <nav className="pages" aria-label={t("list.pages")}>
            <Action icon="back" isDisabled={page <= 1} onPress={() => { goTo({ ...filters, page: page - 1 }); }}>
              {t("list.previous")}
            </Action>
            <p className="hint">
              {t("list.range", { from: offset + 1, to: offset + list.data.items.length, total: list.data.total })}
            </p>
            <Action icon="arrow" isDisabled={offset + PER_PAGE >= list.data.total} onPress={() => { goTo({ ...filters, page: page + 1 }); }}>
              {t("list.next")}
            </Action>
          </nav>
        </>
      ) : null}
      <Exports />
    </>
  );
}

function FilterBar({ filters, onChange }: { readonly filters: Filters; readonly onChange: (filters: Filters) => void }) {
  const { t } = useTranslation("researcher");
  const { data: session } = useQuery({ queryKey: ["researcher", "session"], queryFn: readSession, retry: false, enabled: false });
  const all = { id: ALL, label: t("filters.all") };
  const chosen = (id: string) => (id === ALL ? undefined : id);
  return (
    <section className="filters" aria-label={t("filters.label")}>
      <Choice
        label={t("filters.model")}
        value={filters.model ?? ALL}
        options={[all, ...(session?.models ?? []).map(({ id, label }) => ({ id, label }))]}
        onChange={(id) => { onChange({ ...filters, model: chosen(id) }); }}
      />
      <Choice
        label={t("filters.scenario")}
        value={filters.scenario ?? ALL}
        options={[all, ...(session?.scenarios ?? []).map(({ id, title }) => ({ id, label: title }))]}
        onChange={(id) => { onChange({ ...filters, scenario: chosen(id) }); }}
      />
      <Choice
        label={t("filters.category")}
        value={filters.category ?? ALL}
        options={[all, ...CATEGORIES.map((id) => ({ id, label: t(`category.${id}`) }))]}
        onChange={(id) => { onChange({ ...filters, category: CATEGORIES.find((each) => each === id) }); }}
      />
      <Choice
        label={t("filters.stage")}
        value={filters.stage ?? ALL}
        options={[all, ...STAGES.map((id) => ({ id, label: t(`stage.${id}`) }))]}
        onChange={(id) => { onChange({ ...filters, stage: STAGES.find((each) => each === id) }); }}
      />
    </section>
  );
}

function Empty({ isFiltered, onClear }: { readonly isFiltered: boolean; readonly onClear: () => void }) {
  const { t } = useTranslation("researcher");
  return (
    <section className="panel empty" role="status">
      <Icon name="ear" size={36} />
      <h2>{t(isFiltered ? "list.nothingTitle" : "list.emptyTitle")}</h2>
      <p>{t(isFiltered ? "list.nothing" : "list.empty")}</p>
      {isFiltered ? <Action onPress={onClear}>{t("filters.clear")}</Action> : null}
    </section>
  );
}
