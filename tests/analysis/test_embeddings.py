"""Embedders that need no download, the API client against a real server's shape, and the command that adds them."""

from pathlib import Path

import httpx
import numpy as np
import pytest
from scipy.io import wavfile
from typer.testing import CliRunner

from analysis.commands import app
from analysis.embeddings.log_mel import LogMel
from analysis.embeddings.openai_api import OpenAiEmbeddings
from analysis.embeddings.recording import read_mono
from analysis.embeddings.term_frequency import TermFrequency
from analysis.errors import AnalysisError
from analysis.scores.files import load_scores

TEXTS = ["book a table for two", "book a table for four", "what is the capital of France", "capital of Spain", ""]


def _tone(path: Path, hz: float, *, rate: int = 16_000, seconds: float = 0.5) -> Path:
    wave = 0.5 * np.sin(2 * np.pi * hz * np.arange(int(rate * seconds)) / rate)
    wavfile.write(path, rate, (wave * 32767).astype(np.int16))
    return path


def test_texts_with_the_same_words_are_near_and_no_text_breaks_it() -> None:
    rows = TermFrequency(dimensions=3).embed(TEXTS)
    assert rows.shape == (5, 3)
    assert np.linalg.norm(rows[0] - rows[1]) < np.linalg.norm(rows[0] - rows[2])
    np.testing.assert_array_equal(rows, TermFrequency(dimensions=3).embed(TEXTS))


def test_recordings_are_told_apart_by_pitch_not_by_sample_rate(tmp_path: Path) -> None:
    low = _tone(tmp_path / "low.wav", 200)
    again = _tone(tmp_path / "again.wav", 200, rate=48_000)
    high = _tone(tmp_path / "high.wav", 2000)
    rows = LogMel(bands=32).embed([low, again, high])
    assert rows.shape == (3, 97)
    assert np.isfinite(rows).all()
    assert np.linalg.norm(rows[0] - rows[1]) < 0.5 * np.linalg.norm(rows[0] - rows[2])


def test_a_very_short_recording_still_has_a_row_and_a_broken_one_is_named(tmp_path: Path) -> None:
    assert np.isfinite(LogMel().embed([_tone(tmp_path / "short.wav", 300, seconds=0.003)])).all()
    (tmp_path / "broken.wav").write_bytes(b"not audio")
    with pytest.raises(AnalysisError, match=r"broken\.wav"):
        read_mono(tmp_path / "broken.wav", 16_000)


def test_the_endpoint_is_asked_once_per_text_and_again_after_a_temporary_fault() -> None:
    asked: list[list[str]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        import json

        body = json.loads(request.content)
        asked.append(body["input"])
        if len(asked) == 1:
            return httpx.Response(429)
        rows = [{"index": i, "embedding": [float(len(text)), 1.0]} for i, text in enumerate(body["input"])]
        return httpx.Response(200, json={"data": rows[::-1]})

    with httpx.Client(transport=httpx.MockTransport(answer), base_url="http://embeddings") as client:
        rows = OpenAiEmbeddings(client).embed(["aaa", "b", "aaa", ""])
    assert asked == [["aaa", "b", " "]] * 2
    np.testing.assert_array_equal(rows[:, 0], [3, 1, 3, 1])


def test_a_refusal_of_the_endpoint_is_said_without_the_texts() -> None:
    refuses = httpx.MockTransport(lambda _: httpx.Response(401))
    with (
        httpx.Client(transport=refuses, base_url="http://e") as client,
        pytest.raises(AnalysisError, match="401") as refused,
    ):
        OpenAiEmbeddings(client).embed(["a private prompt"])
    assert "private" not in str(refused.value)


def test_the_command_adds_embeddings_so_that_semantic_and_acoustic_methods_run(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    lines = ["item,task,text,audio,audio_in,audio_out," + ",".join(f"m{i}" for i in range(9))]
    for i in range(24):
        _tone(tmp_path / f"{i}.wav", 150 + 40 * i, seconds=0.1)
        scores = ",".join(f"{v:.3f}" for v in rng.random(9))
        lines.append(f"i{i},t{i % 2},say the number {i} and word{i % 5},{i}.wav,1,0,{scores}")
    (tmp_path / "scores.csv").write_text("\n".join(lines))
    command = ["embed", str(tmp_path / "scores.csv"), "--text", "tfidf", "--audio", "logmel"]
    result = CliRunner().invoke(app, [*command, "--out", str(tmp_path / "embedded.npz")])
    assert result.exit_code == 0, result.output
    matrix = load_scores(tmp_path / "embedded.npz")
    assert matrix.features.semantic is not None
    assert matrix.features.acoustic is not None
    assert matrix.features.acoustic.shape == (24, 193)
    for method in ("semantic", "acoustic", "combined"):
        command = ["select", str(tmp_path / "embedded.npz"), "--method", method, "--n", "6"]
        result = CliRunner().invoke(app, [*command, "--out", str(tmp_path / "subset.json")])
        assert result.exit_code == 0, result.output
    command = ["select", str(tmp_path / "scores.csv"), "--method", "semantic", "--n", "6"]
    result = CliRunner().invoke(app, [*command, "--out", str(tmp_path / "x.json")])
    assert result.exit_code == 1
    assert "no semantic embedding" in result.stderr
