"""``earwitness analysis``: choose subsets, repeat the paper's protocol, ask what ratings can bear."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from threadpoolctl import threadpool_limits

from analysis.embeddings.table import AUDIO_WORDS, TEXT_WORDS, embed_audio, embed_texts
from analysis.errors import AnalysisError
from analysis.preference.assessment import assess, to_json
from analysis.preference.charts import draw_models, draw_sizes
from analysis.preference.ratings import load_ratings
from analysis.preference.report import write_report
from analysis.preference.sizes import SizeLine, by_size
from analysis.preference.subjects import SIZES, candidates_for, load_subject
from analysis.protocol.charts import draw_all
from analysis.protocol.plan import DEFAULT_METHODS, PAPER_SIZES, Plan
from analysis.protocol.runner import run_protocol
from analysis.protocol.summary import summarise
from analysis.protocol.tables import all_tables, write_composition, write_tables
from analysis.scores.files import load_scores, save_scores
from analysis.subsets.methods import METHODS, PAPER_METHODS
from analysis.subsets.selector import Selector
from analysis.subsets.subset import Subset

app = typer.Typer(help="Which few items rank models, and what they say of people.", no_args_is_help=True)

ScoresFile = Annotated[Path, typer.Argument(help="Models × items: .csv, .parquet or .npz.")]
OutFolder = Annotated[Path, typer.Option(help="Folder for tables and figures; a run cut off goes on from it.")]


@app.command()
def table1(
    scores: ScoresFile,
    out: OutFolder,
    methods: Annotated[
        str, typer.Option(help=f"Comma-separated; 'paper', 'all', or names: {', '.join(METHODS)}, adaptive.")
    ] = ",".join(DEFAULT_METHODS),
    sizes: Annotated[str, typer.Option(help="Comma-separated numbers of items.")] = ",".join(map(str, PAPER_SIZES)),
    repeats: Annotated[int, typer.Option(min=1, help="Repeats of the 3-fold cross-validation.")] = 100,
    seed: Annotated[int, typer.Option(help="The same seed gives the same numbers.")] = 0,
    folds: Annotated[int, typer.Option(min=2, help="Folds over models.")] = 3,
    pool: Annotated[int | None, typer.Option(help="Draw so many models anew for each repeat; by default all.")] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes; by default one per core.")] = None,
) -> None:
    """Repeat Table 1 and Figures 2 and 5 to 15 of the HUMANS paper on these scores."""
    with _said_plainly():
        matrix = load_scores(scores)
        plan = Plan(_methods(methods), _sizes(sizes, matrix.n_items), repeats, folds, seed, pool)
        out.mkdir(parents=True, exist_ok=True)
        processes = workers or os.cpu_count() or 1
        with _progress() as progress:
            task = progress.add_task("repeats", total=repeats)
            results, refused = run_protocol(
                matrix,
                plan,
                out,
                workers=processes,
                on_repeat=lambda done, _: progress.update(task, completed=done),
            )
        if not results[0].estimates:
            raise AnalysisError("; ".join(refused.values()))
        summary = summarise(results, plan, matrix.full_scores)
        write_tables(summary, out, refused)
        write_composition(summary, matrix.tasks, out)
        draw_all(summary, matrix.tasks, out, workers=processes)
        typer.echo(all_tables(summary)[0].markdown())
        for name, reason in refused.items():
            typer.echo(f"Not run: {name} ({reason})")
        typer.echo(f"Tables and figures: {out}")


@app.command()
def select(
    scores: ScoresFile,
    out: Annotated[Path, typer.Option(help="The subset, one JSON file.")],
    method: Annotated[str, typer.Option(help=", ".join(METHODS))] = "automatic",
    n: Annotated[int, typer.Option(min=1, help="Items.")] = 50,
    seed: Annotated[int, typer.Option()] = 0,
    calibrate: Annotated[bool, typer.Option(help="Refit without each model, for intervals.")] = True,
    seconds: Annotated[float | None, typer.Option(help="Instead of n: seconds of audio to spend, c-optimally.")] = None,
    usd: Annotated[float | None, typer.Option(help="Instead of n: US dollars to spend, c-optimally.")] = None,
) -> None:
    """Choose n items and how their scores become an estimate of the full score."""
    with _said_plainly(), threadpool_limits(1):
        selector, matrix = Selector(method=method, n=n, seed=seed, calibrate=calibrate), load_scores(scores)
        with _progress() as progress:
            task = progress.add_task("refits for the interval", total=None)

            def show(done: int, total: int) -> None:
                progress.update(task, completed=done, total=total)

            if seconds is not None:
                subset = selector.fit_within(matrix, seconds, "seconds", on_refit=show)
            elif usd is not None:
                subset = selector.fit_within(matrix, usd, "usd", on_refit=show)
            else:
                subset = selector.fit(matrix, on_refit=show)
        out.parent.mkdir(parents=True, exist_ok=True)
        subset.save(out)
        typer.echo(f"{subset.n} items by {subset.method}: {out}")


@app.command()
def estimate(
    subset: Annotated[Path, typer.Argument(help="A subset's JSON file.")],
    scores: Annotated[Path, typer.Argument(help="Scores of new models on its items (and any others).")],
) -> None:
    """Full-benchmark scores of models from their scores on a subset, with 95 % intervals."""
    with _said_plainly():
        chosen, matrix = Subset.load(subset), load_scores(scores)
        found = chosen.estimate_all(matrix.scores[:, matrix.columns(chosen.items)])
        for model, value in zip(matrix.models, found, strict=True):
            typer.echo(
                f"{model}\t{value.score:.4f}\t{value.low:.4f} to {value.high:.4f}\t{value.n_observed}/{chosen.n} items"
            )


@app.command()
def embed(
    scores: ScoresFile,
    out: Annotated[Path, typer.Option(help="The same scores with embeddings of the items, an .npz file.")],
    text: Annotated[str | None, typer.Option(help=f"Embed the items' texts: {TEXT_WORDS}.")] = None,
    audio: Annotated[str | None, typer.Option(help=f"Embed the items' recordings: {AUDIO_WORDS}.")] = None,
    api_key: Annotated[str | None, typer.Option(envvar="OPENAI_API_KEY", show_default=False)] = None,
    base_url: Annotated[str | None, typer.Option(envvar="OPENAI_BASE_URL")] = None,
) -> None:
    """Add semantic or acoustic embeddings, which the methods of the same names need."""
    with _said_plainly():
        matrix = load_scores(scores)
        features = matrix.features
        if text is not None:
            features = replace(features, semantic=embed_texts(matrix, text, api_key=api_key, base_url=base_url))
        if audio is not None:
            features = replace(features, acoustic=embed_audio(matrix, audio, scores.parent))
        save_scores(replace(matrix, features=features), out.with_suffix(".npz"))
        typer.echo(f"{matrix.n_items} items: {out.with_suffix('.npz')}")


@app.command()
def preference(
    subset: Annotated[Path, typer.Argument(help="A subset's JSON file, or a score file to judge whole.")],
    ratings: Annotated[Path, typer.Argument(help="Ratings of models: .csv, .jsonl or .npz.")],
    out: Annotated[Path, typer.Option(help="Folder for report.html, preference.json and figures.")],
    scores: Annotated[
        Path | None, typer.Option(help="The whole benchmark, for choices nested inside the folds.")
    ] = None,
    methods: Annotated[str, typer.Option(help="Methods that might have been chosen.")] = "anchor,combined,random",
    sizes: Annotated[str, typer.Option(help="Sizes that might have been chosen.")] = ",".join(map(str, SIZES)),
    seeds: Annotated[int, typer.Option(min=1, help="Seeds that might have been chosen.")] = 3,
    scale: Annotated[tuple[float, float] | None, typer.Option(help="The ends of the rating scale.")] = None,
    seed: Annotated[int, typer.Option(help="The same seed gives the same numbers.")] = 0,
) -> None:
    """Ask whether scores on items predict what people think, and whether that can be told from noise."""
    with _said_plainly(), threadpool_limits(1):
        if scores is None and _holds_scores(ratings):
            scores = ratings
        loaded = load_subject(subset, load_ratings(ratings, scale=scale), scores)
        rng = np.random.default_rng(seed)
        matrix = loaded.matrix
        candidates = candidates_for(matrix, _methods(methods), _sizes(sizes, 10**9), seeds) if matrix else []
        console = Console(stderr=True)
        with console.status(f"{loaded.ratings.n_models} rated models: permutations, bootstrap, nested choices"):
            found = assess(loaded.subject, loaded.ratings, matrix=matrix, candidates=candidates, rng=rng)
        lines: tuple[SizeLine, ...] = ()
        if matrix is not None and candidates:
            known = list(dict.fromkeys(c.method for c in candidates))
            n_items = sorted({c.n for c in candidates})
            with console.status(f"{len(known)} methods at {len(n_items)} sizes"):
                lines = by_size(matrix, loaded.ratings, known, n_items, rng=rng, n_seeds=seeds)
        out.mkdir(parents=True, exist_ok=True)
        draw_models(found, out)
        if lines:
            draw_sizes(lines, out)
        data = {**to_json(found), "by_size": [asdict(line) for line in lines], "unmatched": list(loaded.unmatched)}
        (out / "preference.json").write_text(json.dumps(data, indent=1, allow_nan=False) + "\n")
        report = write_report(found, lines, out)
        typer.echo(found.verdict.text)
        if loaded.unmatched:
            typer.echo(f"Rated but without scores, and left out: {', '.join(loaded.unmatched)}")
        typer.echo(f"Report: {report}")


def _holds_scores(path: Path) -> bool:
    if path.suffix != ".npz" or not path.is_file():
        return False
    with np.load(path, allow_pickle=False) as arrays:
        return "S" in arrays


def _methods(words: str) -> tuple[str, ...]:
    chosen: list[str] = []
    for word in words.replace(" ", "").split(","):
        if word == "paper":
            chosen.extend(PAPER_METHODS)
        elif word == "all":
            chosen.extend([*METHODS, "adaptive"])
        elif word:
            chosen.append(word)
    return tuple(dict.fromkeys(chosen))


def _sizes(words: str, n_items: int) -> tuple[int, ...]:
    try:
        sizes = tuple(sorted({int(word) for word in words.split(",") if word.strip()}))
    except ValueError as error:
        raise AnalysisError(f"sizes {words!r}; allowed: whole numbers with commas between them") from error
    if kept := tuple(n for n in sizes if n <= n_items):
        return kept
    raise AnalysisError(f"sizes {words!r}; allowed: up to {n_items}, the items there are")


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    )


@contextmanager
def _said_plainly() -> Iterator[None]:
    """Errors of this package end the command with their message; bugs keep their traceback."""
    try:
        yield
    except AnalysisError as error:
        typer.secho(str(error), fg=typer.colors.RED, err=True)
        raise typer.Exit(1) from None
