import { type MicrophoneFailure, failureOf, lacking } from "./failure";

/** An open microphone. The same stream serves the check and the conversation. */
export interface Microphone {
  readonly stream: MediaStream;
  readonly track: MediaStreamTrack;
  readonly deviceId: string | null;
}

export type Opened =
  | { readonly ok: true; readonly microphone: Microphone }
  | { readonly ok: false; readonly failure: MicrophoneFailure };

/** Which device was checked; survives a reload, not the tab. */
const REMEMBERED = "earwitness.microphone";

/**
 * Asks the browser for a microphone: this device, or the remembered one, or the default.
 *
 * Echo cancellation keeps the assistant from hearing itself over loudspeakers; automatic gain stays off because it
 * raises the room's noise between words, which is where turns are detected. `navigator.mediaDevices.getUserMedia` is
 * the only way in: an end-to-end test speaks by replacing it before the page loads.
 */
export async function openMicrophone(deviceId: string | null = null): Promise<Opened> {
  const lack = lacking();
  if (lack !== null) return { ok: false, failure: lack };
  const remembered = deviceId === null ? sessionStorage.getItem(REMEMBERED) : null;
  const device = deviceId !== null ? { exact: deviceId } : remembered !== null ? { ideal: remembered } : null;
  try {
    const stream = await navigator.mediaDevices.getUserMedia({
      audio: {
        echoCancellation: true,
        noiseSuppression: true,
        autoGainControl: false,
        ...(device === null ? {} : { deviceId: device }),
      },
    });
    return opened(stream);
  } catch (error) {
    return { ok: false, failure: failureOf(error) };
  }
}

export function closeMicrophone(microphone: Microphone): void {
  for (const track of microphone.stream.getTracks()) track.stop();
}

/** The audio inputs; their names are empty until a microphone was allowed. */
export async function listMicrophones(): Promise<readonly MediaDeviceInfo[]> {
  const devices = await navigator.mediaDevices.enumerateDevices();
  return devices.filter((each) => each.kind === "audioinput" && each.deviceId !== "");
}

function opened(stream: MediaStream): Opened {
  const track = stream.getAudioTracks()[0];
  if (track === undefined) return { ok: false, failure: "notFound" };
  const deviceId = track.getSettings().deviceId ?? null;
  if (deviceId !== null) sessionStorage.setItem(REMEMBERED, deviceId);
  return { ok: true, microphone: { stream, track, deviceId } };
}
