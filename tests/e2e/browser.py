"""A participant at a keyboard, with a voice, in a real Chromium.

The page gets its microphone from ``getUserMedia`` alone; here that is a WebAudio stream into which the test plays
utterances, so that what is heard depends on what the assistant says.
"""

import base64
import contextlib
import json
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Error, Page, Playwright, Response, sync_playwright

from participants_sim.speech import Utterance

_VOICE = """
(() => {
  const state = {};
  const open = () => {
    if (!state.context) {
      state.context = new AudioContext({ sampleRate: 48000 });
      state.out = state.context.createMediaStreamDestination();
      const quiet = state.context.createConstantSource();
      quiet.offset.value = 0;
      quiet.connect(state.out);
      quiet.start();
    }
    return state;
  };
  navigator.mediaDevices.getUserMedia = async () =>
    new MediaStream(open().out.stream.getAudioTracks().map((track) => track.clone()));
  window.saySomething = async (base64) => {
    const { context, out } = open();
    await context.resume();
    const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
    const source = context.createBufferSource();
    source.buffer = await context.decodeAudioData(bytes.buffer);
    source.connect(out);
    await new Promise((done) => { source.onended = done; source.start(); });
  };
  window.packets = [];
  const property = Object.getOwnPropertyDescriptor(RTCDataChannel.prototype, "onmessage");
  Object.defineProperty(RTCDataChannel.prototype, "onmessage", {
    ...property,
    set(handler) {
      property.set.call(this, (event) => {
        if (event.data instanceof ArrayBuffer) {
          window.packets.push(Array.from(new Uint8Array(event.data), (byte) => String.fromCharCode(byte)).join(""));
        }
        handler?.call(this, event);
      });
    },
  });
})();
"""

CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
    "--use-fake-ui-for-media-stream",
]


@contextmanager
def chromium_page(width: int = 1280, height: int = 900) -> Iterator[Page]:
    """A page in Debian's Chromium with the WebAudio microphone."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        pytest.fail("Chromium is missing: run `make system-deps` (Debian package chromium)")
    playwright: Playwright
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, headless=True, args=CHROMIUM_FLAGS)
        try:
            context = browser.new_context(viewport={"width": width, "height": height}, permissions=["microphone"])
            context.add_init_script(_VOICE)
            yield context.new_page()
        finally:
            browser.close()


class Overheard:
    """Everything that reaches the browser: responses, signalling, room events."""

    def __init__(self, page: Page) -> None:
        self._seen: list[bytes] = []
        page.on("response", self._on_response)
        page.on("websocket", lambda socket: socket.on("framereceived", self._on_frame))

    def everything(self, page: Page) -> list[bytes]:
        """What was overheard so far; fails when a way in was not overheard at all."""
        packets = [str(packet).encode("latin-1") for packet in page.evaluate("() => window.packets")]
        assert packets, "no data packet was overheard"
        assert any(b"token" in text for text in self._seen), "no connection token was overheard"
        return [*self._seen, *packets]

    def _on_response(self, response: Response) -> None:
        with contextlib.suppress(Error):  # a reload takes the body of what was under way with it
            self._seen.append(response.url.encode() + json.dumps(response.headers).encode() + response.body())

    def _on_frame(self, payload: bytes | str) -> None:
        self._seen.append(payload if isinstance(payload, bytes) else payload.encode())


def say(page: Page, utterance: Utterance) -> None:
    """Speak into the page's microphone; returns when the last sample has been played."""
    page.evaluate("sound => window.saySomething(sound)", base64.b64encode(utterance.wav()).decode())


def press(page: Page, name: str, key: str = "Enter", *, role: str = "button", within: int = 80) -> None:
    """Reach a control by Tab alone and press a key on it."""
    target = page.get_by_role(role, name=name, exact=True)  # type: ignore[arg-type]
    target.wait_for(state="visible", timeout=20_000)
    tab_to(page, lambda: bool(target.evaluate("element => element === document.activeElement")), name, within)
    page.keyboard.press(key)


def tab_to(page: Page, reached: Callable[[], bool], name: str, within: int = 80) -> None:
    """Press Tab until ``reached``; fails when the control cannot be reached by keyboard."""
    for _ in range(within):
        if reached():
            return
        page.keyboard.press("Tab")
    pytest.fail(f"{name!r} cannot be reached by Tab")


def until(condition: Callable[[], bool], what: str, timeout_s: float = 30.0) -> None:
    """Wait until the page or the record says so."""
    if not came_true(condition, timeout_s):
        pytest.fail(f"after {timeout_s:.0f} s still not: {what}")


def came_true(condition: Callable[[], bool], timeout_s: float) -> bool:
    """Whether the condition holds within the time."""
    deadline = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True
