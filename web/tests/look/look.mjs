// Looks at every page in a real Chromium: screenshots at two widths in light and dark, axe-core, policy violations.
//
//     npm run build && npm run look [-- page …]      pictures go to node_modules/.cache/look
import { mkdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

import { pages } from "./pages.mjs";
import { hasLivekit, startRooms } from "./room.mjs";
import { serve } from "./server.mjs";

const OUT = fileURLToPath(new URL("../../node_modules/.cache/look/", import.meta.url));
const AXE = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const SIZES = [
  { name: "1280", width: 1280, height: 900, colorScheme: "light" },
  { name: "390", width: 390, height: 844, colorScheme: "light" },
  { name: "dark", width: 1280, height: 900, colorScheme: "dark" },
];
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** Answers the fixtures refuse on purpose; and the waveform library's own style, in place of which the page adopts a sheet. */
const EXPECTED = /Failed to load resource|WebSocket|ERR_|sha256-gXnHDepVZ6KF6fKGOD\+GVc9BynM50JQqht95p3HpemI=/;

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
const chosen = pages.filter((each) => wanted.length === 0 || wanted.some((name) => each.name.includes(name)));
const rooms = hasLivekit && chosen.some((page) => page.needsRoom) ? await startRooms() : null;
let faults = 0;
for (const page of chosen) {
  if (page.needsRoom && rooms === null) console.log(`left out ${page.name}: no LiveKit server here (set LIVEKIT_SERVER)`);
  else for (const size of SIZES) faults += await look(page, size);
}
await browser.close();
await rooms?.close();
console.log(faults === 0 ? "No faults." : `${faults} faults.`);
process.exitCode = faults === 0 ? 0 : 1;

async function look({ name, path, study, prepare, needsRoom }, size) {
  const state = { calls: [], refusals: {}, connection: null, signedIn: true, ...structuredClone(study) };
  const roomName = `${name}-${size.name}`;
  if (needsRoom) state.connection = rooms.join(roomName);
  const room = { send: (...bodies) => rooms.send(roomName, ...bodies) };
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
    if (message.type() === "error" && !EXPECTED.test(message.text())) found.push(`console: ${message.text()}`);
  });
  tab.on("pageerror", (error) => found.push(`page error: ${error.message}`));
  try {
    await tab.goto(server.url + path);
    await tab.getByRole("heading", { level: 1 }).waitFor({ timeout: 5000 });
    await prepare?.(tab, state, room);
    const overflow = await tab.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    if (overflow > 0) found.push(`is ${overflow} px wider than the window`);
    await tab.evaluate(AXE);
    const result = await tab.evaluate((tags) => globalThis.axe.run(document, { runOnly: tags }), TAGS);
    for (const violation of result.violations) {
      found.push(`axe ${violation.id}: ${violation.nodes.map((node) => `${node.target.join(" ")} ${node.html.slice(0, 120)} ${node.any[0]?.message ?? ""}`).slice(0, 3).join(" | ")}`);
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
