"""Audio: encrypted where it lies, readable for the researcher, in parts, until the key is gone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.conversations.byte_range import requested
from api.privacy.envelope import DataKey, DecryptionError, MasterKey
from api.privacy.withdrawal import withdraw
from tests.api.house import MICROPHONE, House, some_wav

pytestmark = pytest.mark.anyio


@given(st.binary(max_size=500), st.text(max_size=20))
def test_what_is_encrypted_decrypts_in_its_place_and_nowhere_else(plain: bytes, place: str) -> None:
    master = MasterKey(bytes(32))
    wrapped = master.new_wrapped_key("somebody")
    key = master.unwrap(wrapped, "somebody")
    sealed = key.encrypt(plain, context=place)
    assert key.decrypt(sealed, context=place) == plain
    for wrong in (lambda: key.decrypt(sealed, context=place + "x"), lambda: master.unwrap(wrapped, "another")):
        with pytest.raises(DecryptionError):
            wrong()
    with pytest.raises(DecryptionError):
        DataKey(bytes(32)).decrypt(sealed, context=place)


@given(st.binary(min_size=1, max_size=40), st.integers(0, 60), st.integers(0, 60))
def test_a_range_is_the_slice_it_names(content: bytes, first: int, last: int) -> None:
    try:
        part = requested(f"bytes={first}-{last}", len(content))
    except ValueError:
        assert first >= len(content)
        return
    if part is None:
        assert last < first
    else:
        assert content[part[0] : part[1] + 1] == content[first : last + 1]


@pytest.mark.parametrize(
    ("header", "part"),
    [
        (None, None),
        ("bytes=0-", (0, 9)),
        ("bytes=-3", (7, 9)),
        ("bytes=-30", (0, 9)),
        ("bytes=2-100", (2, 9)),
        ("bytes=0-1,4-5", None),
        ("lines=1-2", None),
        ("bytes=-", None),
    ],
)
def test_ranges_are_read_as_the_standard_says(header: str | None, part: tuple[int, int] | None) -> None:
    assert requested(header, 10) == part


async def test_a_recording_lies_encrypted_and_is_heard_whole_or_in_parts(house: House) -> None:
    sound = b"OggS" + bytes(range(256)) * 50
    async with house.participant() as walker:
        conversation_id = await walker.to_conversation()
        async with house.worker(conversation_id) as job:
            assert (await job.put("/recordings/1", sound)).status_code == 204
    [blob] = house.context.settings.blob_dir.glob("*/*")
    assert b"OggS" not in blob.read_bytes()
    assert bytes(range(256)) not in blob.read_bytes()
    url = f"/api/researcher/conversations/{conversation_id}/recordings/1"
    async with house.researcher() as researcher:
        whole = await researcher.get(url)
        assert (whole.status_code, whole.content, whole.headers["accept-ranges"]) == (200, sound, "bytes")
        assert whole.headers["content-disposition"] == 'attachment; filename="recording-1.ogg"'
        part = await researcher.get(url, headers={"Range": "bytes=100-199"})
        assert (part.status_code, part.content) == (206, sound[100:200])
        assert part.headers["content-range"] == f"bytes 100-199/{len(sound)}"
        assert (await researcher.get(url, headers={"Range": f"bytes={len(sound)}-"})).status_code == 416
        assert (await researcher.get(url.replace("/1", "/2"))).status_code == 404
    async with house.client() as stranger:
        assert (await stranger.get(url)).status_code == 401


async def test_who_withdraws_is_heard_by_nobody_again_and_cannot_be_traced(house: House) -> None:
    async with house.participant() as walker:
        ids = {"prolific_pid": "5f3a", "prolific_study_id": "65f0", "prolific_session_id": "77aa"}
        await walker.step("", {"study": "demo", **ids})
        await walker.step("/begin")
        await walker.step("/consent", {"accepted": True, "version": house.context.study.consent.version})
        await walker.step("/microphone", MICROPHONE)
        await walker.step("/conversation")
        conversation_id = house.rooms.dispatched[-1]
        async with house.worker(conversation_id) as job:
            await job.put("/turns/1/audio", some_wav())
    async with house.researcher() as researcher:
        shown = (await researcher.get(f"/api/researcher/conversations/{conversation_id}")).json()
        participant_id = shown["summary"]["participant_id"]
        for _ in range(2):
            assert await withdraw(house.context, participant_id)
        assert not await withdraw(house.context, "nobody")
        assert (await researcher.get(shown["turns"][0]["url"])).status_code == 410
    assert not [path for path in house.context.settings.blob_dir.glob("*/*") if path.is_file()]
    async with house.client() as browser:
        browser.cookies = walker.client.cookies
        assert (await browser.get("/api/participation")).status_code == 401
    async with house.participant() as again:
        assert (await again.step("", {"study": "demo", **ids}))["stage"] == "landing"
