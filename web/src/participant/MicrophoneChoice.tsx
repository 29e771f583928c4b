import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";

import { Choice } from "../design/Choice";
import { listMicrophones } from "../microphone/capture";
import { useMicrophone } from "../microphone/useMicrophone";

/** The picker of microphones; nothing where there is no choice. Follows devices that come and go. */
export function MicrophoneChoice() {
  const { t } = useTranslation();
  const { state, open } = useMicrophone();
  const [devices, setDevices] = useState<readonly MediaDeviceInfo[]>([]);
  const isOpen = state.kind === "open";
  useEffect(() => {
    let isCurrent = true;
    const list = () => {
      listMicrophones().then(
        (found) => {
          if (isCurrent) setDevices(found);
        },
        () => undefined,
      );
    };
    list();
    navigator.mediaDevices.addEventListener("devicechange", list);
    return () => {
      isCurrent = false;
      navigator.mediaDevices.removeEventListener("devicechange", list);
    };
  }, [isOpen]);

  if (devices.length < 2) return null;
  const options = devices.map((device, index) => ({
    id: device.deviceId,
    label: device.label || t("microphone.unnamed", { number: index + 1 }),
  }));
  const current = state.kind === "open" ? state.microphone.deviceId : null;
  return <Choice label={t("microphone.picker")} options={options} value={current} onChange={open} />;
}
