import { type ReactNode, useEffect, useRef } from "react";
import { Trans, useTranslation } from "react-i18next";

import type { Stage, View } from "../api/participation";
import { Icon } from "../design/Icon";

const STEPS = ["landing", "consent", "microphone", "scenario", "conversation", "rating", "finished"] as const;

interface PageProps {
  readonly title: string;
  readonly children: ReactNode;
  readonly stage?: Stage;
  readonly study?: View["study"];
  readonly wide?: boolean;
}

/** The frame around every stage: where one is, the stage itself, and whom to ask. The title takes the focus. */
export function Page({ title, children, stage, study, wide = false }: PageProps) {
  const { t } = useTranslation();
  const heading = useRef<HTMLHeadingElement>(null);

  useEffect(() => {
    document.title = study === undefined ? `${title} – ${t("app.name")}` : `${title} – ${study.title}`;
    heading.current?.focus({ preventScroll: true });
    window.scrollTo({ top: 0 });
  }, [title, study, t]);

  return (
    <div className={wide ? "page page-wide" : "page"}>
      <a className="skip" href="#content">
        {t("app.skip")}
      </a>
      <header className="page-head">
        <p className="wordmark">
          <Icon name="ear" size={26} />
          <span>{study?.title ?? t("app.name")}</span>
        </p>
        {stage === undefined ? null : <Progress stage={stage} />}
      </header>
      <main id="content" className="page-main" tabIndex={-1}>
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {children}
      </main>
      {study === undefined ? null : (
        <footer className="page-foot">
          <Trans i18nKey="app.contact" values={{ contact: study.contact }} components={{ contact: <Contact address={study.contact} /> }} />
        </footer>
      )}
    </div>
  );
}

function Contact({ address }: { readonly address: string }) {
  return address.includes("@") ? <a href={`mailto:${address}`}>{address}</a> : <span>{address}</span>;
}

function Progress({ stage }: { readonly stage: Stage }) {
  const { t } = useTranslation();
  const step = STEPS.indexOf(stage) + 1;
  return (
    <div className="progress">
      <p>{t("app.step", { step, steps: STEPS.length, name: t(`app.steps.${stage}`) })}</p>
      <div className="progress-dots" aria-hidden="true">
        {STEPS.map((each, index) => (
          <span key={each} className={index < step ? "is-reached" : undefined} />
        ))}
      </div>
    </div>
  );
}
