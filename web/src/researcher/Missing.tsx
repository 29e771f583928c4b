import { Problem } from "../api/problem";
import { Callout } from "../design/Callout";
import { Failed } from "./Failed";

interface MissingProps {
  readonly error: Error;
  /** What to say where there is no such thing, or no longer. */
  readonly notFound: string;
  readonly onAgain: () => void;
}

/** Why one thing could not be shown. */
export function Missing({ error, notFound, onAgain }: MissingProps) {
  if (!(error instanceof Problem) || error.status !== 404) return <Failed error={error} onAgain={onAgain} />;
  return (
    <Callout tone="warn" role="alert">
      {notFound}
    </Callout>
  );
}
