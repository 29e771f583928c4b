import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, Outlet } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { isSignedOut } from "../api/problem";
import { readSession, signOut } from "../api/researcher";
import { Action } from "../design/Action";
import { Icon } from "../design/Icon";
import { words } from "../words";
import { researcher } from "../words/enResearcher";
import { Failed } from "./Failed";
import { SignIn } from "./SignIn";
import "./researcher.css";

words.addResourceBundle("en", "researcher", researcher);

export const SESSION = ["researcher", "session"] as const;

/** The dashboard: a sign-in, then the pages below it. */
export function ResearcherApp() {
  const { t } = useTranslation("researcher");
  const cache = useQueryClient();
  const session = useQuery({ queryKey: SESSION, queryFn: readSession, retry: false, refetchInterval: 15_000 });

  if (isSignedOut(session.error)) {
    return (
      <Frame>
        <SignIn onSignedIn={(signedIn) => { cache.setQueryData(SESSION, signedIn); }} />
      </Frame>
    );
  }
  if (session.data === undefined) {
    return (
      <Frame>
        {session.error === null ? (
          <p role="status">{t("loading")}</p>
        ) : (
          <>
            <h1>{t("title")}</h1>
            <Failed error={session.error} onAgain={() => void session.refetch()} />
          </>
        )}
      </Frame>
    );
  }
  const leave = () => {
    void signOut().finally(() => {
      cache.removeQueries({ queryKey: ["researcher"] });
      void session.refetch();
    });
  };
  return (
    <Frame
      study={session.data.study.title}
      pages={
        <nav className="desk-pages" aria-label={t("pages.label")}>
          <Link to="/researcher" search={{ page: 1 }} activeOptions={{ exact: true, includeSearch: false }}>
            {t("pages.conversations")}
          </Link>
          <Link to="/researcher/weights">{t("pages.weights")}</Link>
        </nav>
      }
      actions={
        <>
          <p className="hint">{t("running", { running: session.data.running, places: session.data.places })}</p>
          <Action kind="quiet" icon="leave" onPress={leave}>
            {t("signOut")}
          </Action>
        </>
      }
    >
      <Outlet />
    </Frame>
  );
}

interface FrameProps {
  readonly study?: string;
  readonly pages?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

function Frame({ study, pages, actions, children }: FrameProps) {
  const { t } = useTranslation("researcher");
  const { t: page } = useTranslation();
  return (
    <div className="desk">
      <a className="skip" href="#content">
        {page("app.skip")}
      </a>
      <header className="desk-head">
        <p className="wordmark">
          <Icon name="ear" size={26} />
          <span>
            {page("app.name")} <span className="desk-study">{study ?? t("title")}</span>
          </span>
        </p>
        {pages}
        <div className="desk-actions">{actions}</div>
      </header>
      <main id="content" className="desk-main" tabIndex={-1}>
        {children}
      </main>
    </div>
  );
}
