const DOLLARS = new Intl.NumberFormat("en-US", { style: "currency", currency: "USD" });
const MOMENT = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" });
const CLOCK = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });

export function dollars(amount: number): string {
  return DOLLARS.format(amount);
}

/** 2:05, and 1:00:05 from an hour on; part seconds count as whole ones so that 0:00 means over. */
export function clockTime(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60] as const;
  const tail = `${String(parts[1]).padStart(parts[0] > 0 ? 2 : 1, "0")}:${String(parts[2]).padStart(2, "0")}`;
  return parts[0] > 0 ? `${String(parts[0])}:${tail}` : tail;
}

/** In words, for those who listen: "2 minutes 5 seconds". */
export function spokenTime(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  const minutes = Math.floor(whole / 60);
  const rest = whole % 60;
  const say = (count: number, unit: string) => `${String(count)} ${unit}${count === 1 ? "" : "s"}`;
  if (minutes === 0) return say(rest, "second");
  return rest === 0 ? say(minutes, "minute") : `${say(minutes, "minute")} ${say(rest, "second")}`;
}

/** A whole number of minutes, half a minute up. */
export function minutes(seconds: number): number {
  return Math.max(1, Math.round(seconds / 60));
}

export function moment(iso: string): string {
  return MOMENT.format(new Date(iso));
}

export function timeOfDay(iso: string): string {
  return CLOCK.format(new Date(iso));
}
