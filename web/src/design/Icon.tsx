import type { ReactElement } from "react";

const PATHS = {
  ear: (
    <>
      <path d="M7 10a5 5 0 0 1 10 0c0 3.600-3 4-3.600 7a2.600 2.600 0 0 1-4.900 1" />
      <path d="M10 10.300a2 2 0 0 1 4 0c0 1.500-1.300 1.800-1.600 3.200" />
    </>
  ),
  microphone: (
    <>
      <rect x="9" y="3" width="6" height="11" rx="3" />
      <path d="M5.500 11.500a6.500 6.500 0 0 0 13 0M12 18v3" />
    </>
  ),
  microphoneOff: (
    <>
      <path d="M9 9v2a3 3 0 0 0 4.800 2.400M15 10V6a3 3 0 0 0-5.800-1" />
      <path d="M5.500 11.500a6.500 6.500 0 0 0 10 5.500M18.500 11.500c0 1-.2 1.900-.6 2.700M12 18v3M4 4l16 16" />
    </>
  ),
  check: <path d="m5 12.500 4.500 4.500L19 7.500" />,
  circle: <circle cx="12" cy="12" r="7.500" />,
  checkCircle: (
    <>
      <circle cx="12" cy="12" r="8.500" />
      <path d="m8.300 12.300 2.600 2.600 4.900-5.400" />
    </>
  ),
  cross: <path d="M6.500 6.500l11 11M17.500 6.500l-11 11" />,
  crossCircle: (
    <>
      <circle cx="12" cy="12" r="8.500" />
      <path d="m9.200 9.200 5.600 5.600M14.800 9.200l-5.600 5.600" />
    </>
  ),
  alert: (
    <>
      <path d="M12 4 2.800 19.500h18.400z" />
      <path d="M12 10v4M12 16.800v.2" />
    </>
  ),
  info: (
    <>
      <circle cx="12" cy="12" r="8.500" />
      <path d="M12 11v5M12 8v.2" />
    </>
  ),
  clock: (
    <>
      <circle cx="12" cy="12" r="8.500" />
      <path d="M12 7.500V12l3 2" />
    </>
  ),
  dots: (
    <>
      <circle cx="6.500" cy="12" r="1.200" fill="currentColor" />
      <circle cx="12" cy="12" r="1.200" fill="currentColor" />
      <circle cx="17.500" cy="12" r="1.200" fill="currentColor" />
    </>
  ),
  waves: <path d="M5 10v4M8.500 7.500v9M12 5v14M15.500 7.500v9M19 10v4" />,
  signal: <path d="M5 19v-3M10 19v-7M15 19V8M20 19V4" />,
  signalOff: <path d="M5 19v-3M10 19v-5M15 19v-1M20 19v-9M4 4l16 16" />,
  play: <path d="M8 5.500v13l10.500-6.500z" />,
  pause: <path d="M8.500 5.500v13M15.500 5.500v13" />,
  stop: <rect x="7" y="7" width="10" height="10" rx="1.500" />,
  record: <circle cx="12" cy="12" r="5.500" fill="currentColor" />,
  speaker: (
    <>
      <path d="M4 9.500v5h3.500L12 18.500v-13L7.500 9.500z" />
      <path d="M15.500 9a4 4 0 0 1 0 6M18 6.500a8 8 0 0 1 0 11" />
    </>
  ),
  leave: <path d="M10 4.500H6A1.500 1.500 0 0 0 4.500 6v12A1.500 1.500 0 0 0 6 19.500h4M15 8l4 4-4 4M19 12H9.500" />,
  copy: (
    <>
      <rect x="8.500" y="8.500" width="11" height="11" rx="2" />
      <path d="M15.500 8.500V6.500a2 2 0 0 0-2-2h-7a2 2 0 0 0-2 2v7a2 2 0 0 0 2 2h2" />
    </>
  ),
  arrow: <path d="M5 12h13M12.500 6.500 18 12l-5.500 5.500" />,
  back: <path d="M19 12H6M11.500 6.500 6 12l5.500 5.500" />,
  down: <path d="m6.500 9.500 5.500 5.500 5.500-5.500" />,
  wrench: <path d="M14.500 6.500a4 4 0 0 1 5-1l-3 3 .5 2 2 .5 3-3a4 4 0 0 1-5.500 5L9.500 20a2 2 0 0 1-3-3l7-7a4 4 0 0 1 1-3.500z" transform="translate(-1.500)" />,
  download: <path d="M12 4v11M7 10.500l5 5 5-5M5 19.500h14" />,
  person: (
    <>
      <circle cx="12" cy="8" r="4" />
      <path d="M4.500 20a7.500 7.500 0 0 1 15 0" />
    </>
  ),
} satisfies Record<string, ReactElement>;

export type IconName = keyof typeof PATHS;

/** A sign beside words that say the same; hidden from those who listen. */
export function Icon({ name, size = 20 }: { readonly name: IconName; readonly size?: number }) {
  return (
    <svg
      aria-hidden="true"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.750"
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      {PATHS[name]}
    </svg>
  );
}
