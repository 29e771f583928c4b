// Looks at every page in a real Chromium: screenshots at two widths in light and dark, axe-core, policy violations.
//
//     npm run build && npm run look [-- page …]      pictures go to node_modules/.cache/look
import { mkdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

import { pages } from "./pages.mjs";
import { serve } from "./server.mjs";

const OUT = fileURLToPath(new URL("../../node_modules/.cache/look/", import.meta.url));
const AXE = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const SIZES = [
  { name: "1280", width: 1280, height: 900, colorScheme: "light" },
  { name: "390", width: 390, height: 844, colorScheme: "light" },
  { name: "dark", width: 1280, height: 900, colorScheme: "dark" },
];
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

const wanted = process.argv.slice(2);
await mkdir(OUT, { recursive: true });
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
  ],
});
let faults = 0;
for (const page of pages.filter((each) => wanted.length === 0 || wanted.some((name) => each.name.includes(name)))) {
  for (const size of SIZES) faults += await look(page, size);
}
await browser.close();
console.log(faults === 0 ? "No faults." : `${faults} faults.`);
process.exitCode = faults === 0 ? 0 : 1;

async function look({ name, path, study, prepare }, size) {
  const state = { calls: [], refusals: {}, connection: null, signedIn: true, ...structuredClone(study) };
  const server = await serve(state);
  const context = await browser.newContext({
    viewport: { width: size.width, height: size.height },
    colorScheme: size.colorScheme,
    reducedMotion: "reduce",
    permissions: ["microphone"],
    bypassCSP: false,
  });
  const tab = await context.newPage();
  const found = [];
  tab.on("console", (message) => {
    if (message.type() === "error" && !/Failed to load resource|WebSocket|ERR_/.test(message.text())) found.push(`console: ${message.text()}`);
  });
  tab.on("pageerror", (error) => found.push(`page error: ${error.message}`));
  try {
    await tab.goto(server.url + path);
    await tab.getByRole("heading", { level: 1 }).waitFor({ timeout: 5000 });
    await prepare?.(tab, state);
    const overflow = await tab.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    if (overflow > 0) found.push(`is ${overflow} px wider than the window`);
    await tab.evaluate(AXE);
    const result = await tab.evaluate((tags) => globalThis.axe.run(document, { runOnly: tags }), TAGS);
    for (const violation of result.violations) {
      found.push(`axe ${violation.id}: ${violation.nodes.map((node) => `${node.target.join(" ")} ${node.any[0]?.message ?? ""}`).slice(0, 3).join(" | ")}`);
    }
  } catch (error) {
    found.push(`failed: ${error.message.split("\n").slice(0, 3).join(" ")}`);
  }
  await tab.screenshot({ path: `${OUT}${name}-${size.name}.png`, fullPage: true });
  await context.close();
  server.close();
  console.log(`${found.length === 0 ? "fine " : "FAULT"} ${name} ${size.name}`);
  for (const fault of found) console.log(`      ${fault}`);
  return found.length;
}
