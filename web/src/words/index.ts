import i18next from "i18next";
import { initReactI18next } from "react-i18next";

import { en } from "./en";
import type { researcher } from "./enResearcher";

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "translation";
    resources: { translation: typeof en; researcher: typeof researcher };
  }
}

/** The page's words, ready before anything is shown; the dashboard brings its own. React escapes, so the words do not. */
export const words = i18next.use(initReactI18next);

await words.init({
  lng: "en",
  fallbackLng: "en",
  resources: { en: { translation: en } },
  interpolation: { escapeValue: false },
  showSupportNotice: false,
});
