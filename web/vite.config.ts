import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const API = process.env.EARWITNESS_API_URL ?? "http://127.0.0.1:8000";

export default defineConfig({
  plugins: [react()],
  build: {
    target: "es2022",
    sourcemap: false,
    // The page's policy forbids inline data; every asset is its own file.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700,
  },
  server: { host: "127.0.0.1", proxy: { "/api": API } },
  test: {
    maxWorkers: 1,
    projects: [
      {
        extends: true,
        test: { name: "core", environment: "node", include: ["tests/{live,core}/**/*.test.ts"] },
      },
      {
        extends: true,
        test: {
          name: "pages",
          environment: "jsdom",
          include: ["tests/pages/**/*.test.{ts,tsx}"],
          setupFiles: ["tests/setup.ts"],
          restoreMocks: true,
          // Several times what a page takes alone: other work may have the machine's cores.
          testTimeout: 20_000,
          isolate: false,
        },
      },
    ],
  },
});
