"""The table of embedders, by the word that chooses one on the command line."""

from contextlib import ExitStack
from pathlib import Path

from analysis.arrays import FloatArray
from analysis.embeddings.interface import AudioEmbedder, TextEmbedder
from analysis.embeddings.log_mel import LogMel
from analysis.embeddings.openai_api import OpenAiEmbeddings, openai_client
from analysis.embeddings.sentence_model import SentenceModel
from analysis.embeddings.term_frequency import TermFrequency
from analysis.embeddings.wavlm import WavLm
from analysis.errors import AnalysisError, FeaturesMissingError
from analysis.scores.matrix import ScoreMatrix

TEXT_WORDS = "tfidf, openai, or sentence:NAME-OR-PATH"
AUDIO_WORDS = "logmel, or wavlm[:NAME-OR-PATH]"


def embed_texts(matrix: ScoreMatrix, word: str, *, api_key: str | None, base_url: str | None) -> FloatArray:
    """I × D of the items' texts. ``word``: see ``TEXT_WORDS``."""
    if matrix.features.texts is None:
        raise FeaturesMissingError("the items have no texts: a column `text`, or `texts` in an npz file")
    kind, _, name = word.partition(":")
    with ExitStack() as stack:
        embedder: TextEmbedder
        if kind == "tfidf":
            embedder = TermFrequency()
        elif kind == "sentence" and name:
            embedder = SentenceModel(name)
        elif kind == "openai":
            if not api_key:
                raise AnalysisError("openai: no key in OPENAI_API_KEY")
            client = openai_client(api_key, base_url) if base_url else openai_client(api_key)
            embedder = OpenAiEmbeddings(stack.enter_context(client))
        else:
            raise AnalysisError(f"text embedder {word!r}; allowed: {TEXT_WORDS}")
        return embedder.embed(matrix.features.texts)


def embed_audio(matrix: ScoreMatrix, word: str, folder: Path) -> FloatArray:
    """I × D of the items' recordings, whose paths are relative to ``folder``. ``word``: see ``AUDIO_WORDS``."""
    if matrix.features.audio is None:
        raise FeaturesMissingError("the items have no recordings: a column `audio`, or `audio` in an npz file")
    kind, _, name = word.partition(":")
    embedder: AudioEmbedder
    if kind == "logmel":
        embedder = LogMel()
    elif kind == "wavlm":
        embedder = WavLm(name) if name else WavLm()
    else:
        raise AnalysisError(f"audio embedder {word!r}; allowed: {AUDIO_WORDS}")
    return embedder.embed([folder / path for path in matrix.features.audio])
