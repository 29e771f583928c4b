import type { ReactNode } from "react";
import { Button, type ButtonProps, ProgressBar } from "react-aria-components";
import { useTranslation } from "react-i18next";

import { Icon, type IconName } from "./Icon";

interface ActionProps extends Omit<ButtonProps, "className" | "children" | "style"> {
  readonly kind?: "main" | "plain" | "quiet" | "danger";
  readonly icon?: IconName;
  readonly children: ReactNode;
}

/** A button with words, perhaps a sign before them. While pending it stays focusable and says what it waits for. */
export function Action({ kind = "plain", icon, children, ...rest }: ActionProps) {
  const { t } = useTranslation();
  const sign = icon === undefined ? null : <Icon name={icon} />;
  return (
    <Button {...rest} className={`action action-${kind}`}>
      {rest.isPending === true ? <ProgressBar isIndeterminate aria-label={t("app.pending")} className="spinner" /> : sign}
      <span>{children}</span>
    </Button>
  );
}
