/** Why there is no microphone; each has its own advice. */
export type MicrophoneFailure =
  | "notAllowed"
  | "notFound"
  | "notReadable"
  | "overconstrained"
  | "insecure"
  | "aborted"
  | "unsupported"
  | "unknown";

const BY_NAME: Readonly<Record<string, MicrophoneFailure>> = {
  NotAllowedError: "notAllowed",
  PermissionDeniedError: "notAllowed",
  NotFoundError: "notFound",
  DevicesNotFoundError: "notFound",
  NotReadableError: "notReadable",
  TrackStartError: "notReadable",
  OverconstrainedError: "overconstrained",
  ConstraintNotSatisfiedError: "overconstrained",
  SecurityError: "insecure",
  AbortError: "aborted",
};

/** The failure behind what getUserMedia threw. */
export function failureOf(error: unknown): MicrophoneFailure {
  const name = typeof error === "object" && error !== null && "name" in error ? error.name : null;
  return (typeof name === "string" ? BY_NAME[name] : undefined) ?? "unknown";
}

/** What this browser lacks before anything is asked of it, or null. */
export function lacking(scope: typeof globalThis = globalThis): MicrophoneFailure | null {
  if (!scope.isSecureContext) return "insecure";
  const media = (scope.navigator as { mediaDevices?: Partial<MediaDevices> }).mediaDevices;
  const parts = [media?.getUserMedia, scope.RTCPeerConnection, scope.AudioContext] as readonly unknown[];
  return parts.every((part) => typeof part === "function") ? null : "unsupported";
}
