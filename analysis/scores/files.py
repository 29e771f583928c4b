"""Score matrices in files: CSV, Parquet and npz, each read back as it was written; and the project's own records.

- CSV and Parquet, long: columns ``model``, ``item``, ``score`` and optionally ``task``; an empty score is not scored.
- CSV and Parquet, wide: a column ``item`` (or ``item_id``), optionally ``task``, ``text``, ``audio`` (a path),
  ``audio_in`` and ``audio_out`` (0 or 1), ``seconds``, ``usd``, and one column per model.
- npz: ``S`` (M × I), ``models``, ``item_id``, and ``task`` as indices into ``tasks``; optionally ``semantic``,
  ``acoustic``, ``metadata``, ``texts``, ``audio``, ``seconds``, ``usd`` for the items.
- JSON lines: results of a benchmark run (``contracts.benchmark.ItemResult``), or a study's ``conversations.jsonl``,
  whose ratings become models × scenarios.
"""

import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pa_parquet

from analysis.errors import ScoresError
from analysis.scores.features import ItemFeatures
from analysis.scores.matrix import ScoreMatrix
from analysis.scores.records import RatedConversation, matrix_of_ratings, matrix_of_results, read_records
from contracts.benchmark import ItemResult

_ITEM_COLUMNS = ("item", "item_id")
_COST_COLUMNS = ("seconds", "usd")
_WORD_COLUMNS = ("text", "audio")
_FLAG_COLUMNS = ("audio_in", "audio_out")
_FEATURES = ("semantic", "acoustic", "metadata", "seconds", "usd")


def load_scores(path: Path) -> ScoreMatrix:
    """The matrix in a ``.csv``, ``.parquet``, ``.npz`` or ``.jsonl`` file."""
    if not path.is_file():
        raise ScoresError(f"{path}: no such file")
    try:
        if path.suffix == ".npz":
            with np.load(path, allow_pickle=False) as arrays:
                return _from_arrays(dict(arrays), path)
        if path.suffix == ".csv":
            keep_text = pa_csv.ConvertOptions(
                strings_can_be_null=True,
                column_types={name: pa.string() for name in ("model", "task", *_ITEM_COLUMNS, *_WORD_COLUMNS)},
            )
            return _from_table(pa_csv.read_csv(path, convert_options=keep_text), path)
        if path.suffix in (".parquet", ".pq"):
            return _from_table(pa_parquet.read_table(path), path)
        if path.suffix == ".jsonl":
            return _from_records(path)
    except (pa.ArrowException, zipfile.BadZipFile, ValueError, OSError) as error:
        raise ScoresError(f"{path}: {error}") from error
    raise ScoresError(f"{path}: {path.suffix!r} is not a kind of score file; allowed: .csv, .parquet, .npz, .jsonl")


def save_scores(matrix: ScoreMatrix, path: Path) -> None:
    """Write the matrix in the form that the suffix names; CSV and Parquet are written wide, without embeddings."""
    if path.suffix == ".npz":
        features: dict[str, Any] = {
            name: value for name in _FEATURES if (value := getattr(matrix.features, name)) is not None
        }
        for name in ("texts", "audio"):
            if (words := getattr(matrix.features, name)) is not None:
                features[name] = np.array(words)
        np.savez_compressed(
            path,
            S=matrix.scores,
            models=np.array(matrix.models),
            task=matrix.task,
            tasks=np.array(matrix.tasks),
            item_id=np.array(matrix.items),
            **features,
        )
        return
    columns: dict[str, Any] = {"item": list(matrix.items), "task": [matrix.tasks[t] for t in matrix.task]}
    for name in _COST_COLUMNS:
        if (cost := getattr(matrix.features, name)) is not None:
            columns[name] = cost
    for name, part in (("text", matrix.features.texts), ("audio", matrix.features.audio)):
        if part is not None:
            columns[name] = list(part)
    if matrix.features.metadata is not None:
        flags = np.asarray(matrix.features.metadata, dtype=np.float64).T
        columns |= dict(zip(_FLAG_COLUMNS, flags, strict=True))
    for row, model in enumerate(matrix.models):
        if model in columns:
            raise ScoresError(f"{path}: a model cannot be called {model!r} in a wide table")
        columns[model] = pa.array(matrix.scores[row], mask=np.isnan(matrix.scores[row]))
    table = pa.table(columns)
    if path.suffix == ".csv":
        pa_csv.write_csv(table, path)
    elif path.suffix in (".parquet", ".pq"):
        pa_parquet.write_table(table, path)
    else:
        raise ScoresError(f"{path}: {path.suffix!r} is not a kind of score file; allowed: .csv, .parquet, .npz")


def _from_arrays(arrays: Mapping[str, np.ndarray[Any, Any]], path: Path) -> ScoreMatrix:
    scores = arrays.get("S", arrays.get("scores"))
    if scores is None:
        raise ScoresError(f"{path}: no array called 'S' or 'scores'; there are {sorted(arrays)}")
    items = arrays.get("item_id", arrays.get("items"))

    def words(name: str) -> list[str] | None:
        return [str(value) for value in arrays[name]] if name in arrays else None

    features = ItemFeatures(
        semantic=arrays.get("semantic", arrays.get("sem")),
        acoustic=arrays.get("acoustic", arrays.get("aco")),
        metadata=arrays.get("metadata", arrays.get("meta")),
        texts=tuple(words("texts") or ()) or None,
        audio=tuple(words("audio") or ()) or None,
        seconds=arrays.get("seconds"),
        usd=arrays.get("usd"),
    )
    task = arrays.get("task")
    if task is not None and not np.issubdtype(task.dtype, np.integer):
        task = np.array([str(value) for value in task])
    return ScoreMatrix.of(
        scores,
        task=task,
        models=words("models"),
        items=None if items is None else [str(value) for value in items],
        tasks=words("tasks"),
        features=features,
    )


def _from_records(path: Path) -> ScoreMatrix:
    records = read_records(path)
    conversations = [r for r in records if isinstance(r, RatedConversation)]
    results = [r for r in records if isinstance(r, ItemResult)]
    if not conversations and not results:
        raise ScoresError(f"{path}: there is no benchmark result and no rated conversation")
    return matrix_of_ratings(conversations) if conversations else matrix_of_results(results)


def _from_table(table: pa.Table, path: Path) -> ScoreMatrix:
    names = set(table.column_names)
    item = next((name for name in _ITEM_COLUMNS if name in names), None)
    if item is None:
        raise ScoresError(f"{path}: no column called 'item'; there are {table.column_names[:8]}")
    if {"model", "score"} <= names:
        return _from_long(table, item, path)
    items = [str(value) for value in table[item].to_pylist()]
    known = {item, "task", *_COST_COLUMNS, *_WORD_COLUMNS, *_FLAG_COLUMNS}
    models = [name for name in table.column_names if name not in known]
    if not models:
        raise ScoresError(f"{path}: no column of a model beside {sorted(names)}")
    scores = np.stack([_numbers(table[name], f"{path}, column {name!r}") for name in models])
    task = [str(value) for value in table["task"].to_pylist()] if "task" in names else None
    return ScoreMatrix.of(scores, task=task, models=models, items=items, features=_features(table, path))


def _features(table: pa.Table, path: Path) -> ItemFeatures:
    names = set(table.column_names)
    costs = {name: _numbers(table[name], f"{path}, column {name!r}") for name in _COST_COLUMNS if name in names}
    words = {name: tuple(str(v or "") for v in table[name].to_pylist()) for name in _WORD_COLUMNS if name in names}
    metadata = None
    if set(_FLAG_COLUMNS) <= names:
        metadata = np.stack([_numbers(table[name], f"{path}, column {name!r}") for name in _FLAG_COLUMNS], axis=1)
    return ItemFeatures(
        metadata=metadata,
        texts=words.get("text"),
        audio=words.get("audio"),
        seconds=costs.get("seconds"),
        usd=costs.get("usd"),
    )


def _from_long(table: pa.Table, item: str, path: Path) -> ScoreMatrix:
    rows = [str(value) for value in table["model"].to_pylist()]
    columns = [str(value) for value in table[item].to_pylist()]
    models, items = list(dict.fromkeys(rows)), list(dict.fromkeys(columns))
    row_of, column_of = {m: i for i, m in enumerate(models)}, {name: i for i, name in enumerate(items)}
    values = _numbers(table["score"], f"{path}, column 'score'")
    at = np.array([row_of[m] for m in rows]), np.array([column_of[name] for name in columns])
    if len(set(zip(rows, columns, strict=True))) != len(rows):
        raise ScoresError(f"{path}: a model has two scores on one item")
    scores = np.full((len(models), len(items)), np.nan)
    scores[at] = values
    task = None
    if "task" in table.column_names:
        task_of: dict[str, str] = {}
        for name, word in zip(columns, table["task"].to_pylist(), strict=True):
            if task_of.setdefault(name, str(word)) != str(word):
                raise ScoresError(f"{path}: item {name!r} stands in two tasks, {task_of[name]!r} and {word!r}")
        task = [task_of[name] for name in items]
    return ScoreMatrix.of(scores, task=task, models=models, items=items)


def _numbers(column: pa.ChunkedArray, what: str) -> np.ndarray[Any, np.dtype[np.float64]]:
    try:
        return np.asarray(column.cast(pa.float64()).to_numpy(), dtype=np.float64)
    except pa.ArrowInvalid as error:
        raise ScoresError(f"{what}: {error}") from error
