import type { ReactNode } from "react";
import { Button, type ButtonProps } from "react-aria-components";

import { Icon, type IconName } from "./Icon";

interface ActionProps extends Omit<ButtonProps, "className" | "children" | "style" | "isPending"> {
  readonly kind?: "main" | "plain" | "quiet" | "danger";
  readonly icon?: IconName;
  /** At work: keeps the focus, takes no press, and shows that it turns. */
  readonly isPending?: boolean;
  readonly children: ReactNode;
}

/**
 * A button with words, perhaps a sign before them.
 *
 * The widget library's own pending state is not used: it announces through an element that is gone as soon as the
 * page moves on, which leaves a nameless image behind for those who listen.
 */
export function Action({ kind = "plain", icon, isPending = false, children, onPress, type = "button", ...rest }: ActionProps) {
  const sign = icon === undefined ? null : <Icon name={icon} />;
  const pressing = isPending || onPress === undefined ? {} : { onPress };
  return (
    <Button
      {...rest}
      {...pressing}
      type={isPending ? "button" : type}
      className={`action action-${kind}${isPending ? " is-pending" : ""}`}
      aria-disabled={isPending}
    >
      {isPending ? <span className="spinner" aria-hidden="true" /> : sign}
      <span>{children}</span>
    </Button>
  );
}
