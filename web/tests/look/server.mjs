// Serves web/dist under the page's real policy, with a study server made of fixtures behind it.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

import { researcherAnswer } from "./researcherFixtures.mjs";

const DIST = fileURLToPath(new URL("../../dist/", import.meta.url));
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml" };
const POLICY =
  "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self' blob:; " +
  "connect-src 'self' ws: wss:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'";

/** Answers `study.view` as the participant's view; `study.calls` collects what the page sends. */
export async function serve(study) {
  const server = createServer((request, response) => {
    answer(study, request, response).catch((error) => {
      response.writeHead(500).end(String(error));
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}

async function answer(study, request, response) {
  const url = new URL(request.url, "http://localhost");
  if (url.pathname.startsWith("/api/participation")) return participation(study, request, url, response);
  if (url.pathname.startsWith("/api/researcher")) return researcherAnswer(study, request, url, response);
  const asked = normalize(url.pathname);
  const path = extname(asked) === "" ? "index.html" : asked;
  try {
    const body = await readFile(join(DIST, path));
    response.writeHead(200, { "Content-Type": TYPES[extname(path)] ?? "application/octet-stream", "Content-Security-Policy": POLICY });
    response.end(body);
  } catch {
    response.writeHead(404).end();
  }
}

async function participation(study, request, url, response) {
  let body = "";
  for await (const piece of request) body += piece;
  const call = `${request.method} ${url.pathname.replace("/api/participation", "") || "/"}`;
  study.calls.push({ call, body: body === "" ? null : JSON.parse(body) });
  if (study.isAway) {
    response.destroy();
    return;
  }
  const refusal = study.refusals[call];
  if (refusal !== undefined) {
    response.writeHead(refusal.status, { "Content-Type": "application/problem+json" }).end(JSON.stringify(refusal));
  } else if (call === "PUT /rating-draft") {
    response.writeHead(204).end();
  } else {
    response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify(call === "GET /connection" ? study.connection : study.view));
  }
}
