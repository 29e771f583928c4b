// A real room for the conversation's pictures: a LiveKit server on the loopback, and events as a study server sends them.
import { spawn } from "node:child_process";
import { createHmac, randomUUID } from "node:crypto";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";

const BINARY = process.env.LIVEKIT_SERVER ?? join(homedir(), ".cache/earwitness/bin/livekit-server-v1.13.5");
const KEY = "look";
const SECRET = randomUUID() + randomUUID();

export const hasLivekit = existsSync(BINARY);

/** Starts a server; `join` makes a participant's connection, `send` a room event, `close` ends it. */
export async function startRooms() {
  const [port, tcp, udp] = await Promise.all([freePort(), freePort(), freePort()]);
  const folder = await mkdtemp(join(tmpdir(), "look-"));
  const config = join(folder, "livekit.yaml");
  await writeFile(
    config,
    JSON.stringify({
      port,
      bind_addresses: ["127.0.0.1"],
      keys: { [KEY]: SECRET },
      rtc: { tcp_port: tcp, udp_port: udp, node_ip: "127.0.0.1", use_external_ip: false, interfaces: { includes: ["lo"] }, enable_loopback_candidate: true },
      logging: { level: "error" },
    }),
  );
  const server = spawn(BINARY, ["--config", config], { stdio: "ignore" });
  const url = `http://127.0.0.1:${port}`;
  await answers(url);
  return {
    join(room) {
      const video = { roomJoin: true, room, canPublish: true, canPublishSources: ["microphone"], canPublishData: false, canSubscribe: true };
      return { url: url.replace("http", "ws"), token: token({ sub: "participant", video }) };
    },
    async send(room, ...bodies) {
      for (const body of bodies) {
        const data = Buffer.from(JSON.stringify({ sent_at: new Date().toISOString(), body })).toString("base64");
        const response = await fetch(`${url}/twirp/livekit.RoomService/SendData`, {
          method: "POST",
          headers: { "Content-Type": "application/json", Authorization: `Bearer ${token({ video: { roomAdmin: true, room } })}` },
          body: JSON.stringify({ room, data, kind: "RELIABLE", topic: "earwitness", nonce: randomNonce() }),
        });
        if (!response.ok) throw new Error(`The room refused an event: ${response.status} ${await response.text()}`);
      }
    },
    async close() {
      server.kill();
      await once(server, "exit");
      await rm(folder, { recursive: true });
    },
  };
}

function randomNonce() {
  return Buffer.from(randomUUID().replaceAll("-", "").slice(0, 32), "hex").toString("base64");
}

function token(claims) {
  const now = Math.floor(Date.now() / 1000);
  const encode = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const signed = `${encode({ alg: "HS256", typ: "JWT" })}.${encode({ iss: KEY, nbf: now - 5, exp: now + 600, ...claims })}`;
  return `${signed}.${createHmac("sha256", SECRET).update(signed).digest("base64url")}`;
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  return port;
}

async function answers(url) {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    if (await fetch(url).then((response) => response.ok, () => false)) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("The LiveKit server did not start.");
}
