import "@testing-library/jest-dom/vitest";
import { cleanup, configure } from "@testing-library/react";
import { afterEach } from "vitest";

import "../src/words";

// Whether something is hidden is what a real browser tells (tests/look); here it only costs seconds.
configure({ defaultHidden: true });

// jsdom has none that works.
window.scrollTo = () => undefined;

afterEach(() => {
  cleanup();
  sessionStorage.clear();
});
