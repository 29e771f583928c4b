"""Recordings through WavLM: the mean over time of the last hidden layer. Needs the torch environment."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from analysis.arrays import FloatArray
from analysis.embeddings.recording import read_mono
from analysis.errors import AnalysisError

_RATE_HZ = 16_000
# Attention grows with the square of the length; a minute says what a voice sounds like.
_MOST_S = 60.0
# Seven strided convolutions leave no frame of anything shorter.
_LEAST_SAMPLES = 800


@dataclass(frozen=True)
class WavLm:
    """``model``: a folder, or a name that transformers can find; the paper's is WavLM-Large, 1024 dimensions."""

    model: str = "microsoft/wavlm-large"

    def embed(self, recordings: Sequence[Path]) -> FloatArray:
        """I × D of the model."""
        try:
            import torch
            from transformers import AutoFeatureExtractor, WavLMModel
        except ImportError as error:
            raise AnalysisError("transformers and torch are not installed; they come with the `torch` group") from error
        extractor = AutoFeatureExtractor.from_pretrained(self.model)
        network = WavLMModel.from_pretrained(self.model).eval()
        rows = []
        with torch.no_grad():
            for path in recordings:
                samples = read_mono(path, _RATE_HZ)[: int(_MOST_S * _RATE_HZ)]
                samples = np.pad(samples, (0, max(0, _LEAST_SAMPLES - len(samples))))
                inputs = extractor(samples, sampling_rate=_RATE_HZ, return_tensors="pt")
                rows.append(network(**inputs).last_hidden_state[0].mean(dim=0).numpy())
        return np.array(rows, dtype=np.float64)
