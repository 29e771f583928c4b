import type { ReactNode } from "react";

import { Icon, type IconName } from "./Icon";

export type Tone = "info" | "good" | "warn" | "bad";

const SIGNS: Readonly<Record<Tone, IconName>> = {
  info: "info",
  good: "checkCircle",
  warn: "alert",
  bad: "crossCircle",
};

interface CalloutProps {
  readonly tone: Tone;
  readonly title?: string;
  readonly children: ReactNode;
  readonly action?: ReactNode;
  /** `alert` interrupts, `status` waits for a pause; without one it is read in its place. */
  readonly role?: "alert" | "status";
}

/** Something the reader should know now, and what to do about it. */
export function Callout({ tone, title, children, action, role }: CalloutProps) {
  return (
    <div className={`callout callout-${tone}`} role={role}>
      <Icon name={SIGNS[tone]} />
      <div className="callout-words">
        {title === undefined ? null : <p className="callout-title">{title}</p>}
        <div>{children}</div>
      </div>
      {action === undefined ? null : <div className="callout-action">{action}</div>}
    </div>
  );
}
