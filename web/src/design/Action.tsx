import type { ReactNode } from "react";
import { Button, type ButtonProps } from "react-aria-components";

import { Icon, type IconName } from "./Icon";

interface ActionProps extends Omit<ButtonProps, "className" | "children" | "style"> {
  readonly kind?: "main" | "plain" | "quiet" | "danger";
  readonly icon?: IconName;
  readonly children: ReactNode;
}

/** A button with words, perhaps a sign before them. While pending it stays focusable and says what it waits for. */
export function Action({ kind = "plain", icon, children, ...rest }: ActionProps) {
  return (
    <Button {...rest} className={`action action-${kind}`}>
      {icon === undefined ? null : <Icon name={icon} />}
      <span>{children}</span>
    </Button>
  );
}
