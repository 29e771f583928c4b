import { Button, Label, ListBox, ListBoxItem, Popover, Select, SelectValue } from "react-aria-components";

import { Icon } from "./Icon";

export interface Option {
  readonly id: string;
  readonly label: string;
}

interface ChoiceProps {
  readonly label: string;
  readonly options: readonly Option[];
  readonly value: string | null;
  readonly onChange: (id: string) => void;
  readonly placeholder?: string;
}

/** One of several, in a list that opens. */
export function Choice({ label, options, value, onChange, placeholder }: ChoiceProps) {
  return (
    <Select
      className="choice"
      value={value}
      placeholder={placeholder ?? ""}
      onChange={(key) => {
        if (key !== null) onChange(String(key));
      }}
    >
      <Label>{label}</Label>
      <Button className="choice-button">
        <SelectValue />
        <Icon name="down" size={18} />
      </Button>
      <Popover className="choice-list">
        <ListBox items={options}>
          {(option) => (
            <ListBoxItem id={option.id} className="choice-option">
              {option.label}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </Select>
  );
}
