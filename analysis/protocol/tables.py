"""Table 1 and its companions as CSV, Markdown and LaTeX."""

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from analysis.protocol.plan import label_of
from analysis.protocol.summary import Row, Summary

CSV_COLUMNS = ("method", "n_items", "pearson", "sem", "spearman", "kendall", "aucc", "pool_low", "pool_high")


@dataclass(frozen=True)
class Table:
    """Cells as text; ``best`` marks the cells to be set in bold."""

    caption: str
    header: tuple[str, ...]
    body: tuple[tuple[str, ...], ...]
    best: frozenset[tuple[int, int]] = frozenset()

    def markdown(self) -> str:
        """A pipe table with its caption above."""
        lines = [self.caption, "", "| " + " | ".join(self.header) + " |", "|" + "---|" * len(self.header)]
        for r, row in enumerate(self.body):
            cells = [f"**{cell}**" if (r, c) in self.best else cell for c, cell in enumerate(row)]
            lines.append("| " + " | ".join(cells) + " |")
        return "\n".join(lines) + "\n"

    def latex(self) -> str:
        """A booktabs table."""
        lines = [r"\begin{table}", r"\centering\small", r"\begin{tabular}{l" + "c" * (len(self.header) - 1) + "}"]
        lines += [r"\toprule", " & ".join(_tex(cell) for cell in self.header) + r" \\", r"\midrule"]
        for r, row in enumerate(self.body):
            cells = [rf"\textbf{{{_tex(cell)}}}" if (r, c) in self.best else _tex(cell) for c, cell in enumerate(row)]
            lines.append(" & ".join(cells) + r" \\")
        lines += [r"\bottomrule", r"\end{tabular}", rf"\caption{{{_tex(self.caption)}}}", r"\end{table}"]
        return "\n".join(lines) + "\n"


def _tex(text: str) -> str:
    for character in "&%_#":
        text = text.replace(character, "\\" + character)
    return text.replace("±", r"$\pm$").replace("≥", r"$\geq$").replace("τ", r"$\tau$").replace("–", "--")


def write_tables(summary: Summary, folder: Path, refused: dict[str, str]) -> None:
    """``table1.csv``, ``table1.md``, ``table1.tex`` and ``thresholds.csv``, ``composition.csv`` in the folder."""
    with (folder / "table1.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(CSV_COLUMNS)
        for row in summary.rows:
            writer.writerow([_csv(getattr(row, column)) for column in CSV_COLUMNS])
    with (folder / "thresholds.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["method", "metric", "aucc", "level", "n_items"])
        for t in summary.thresholds:
            writer.writerow([t.method, t.metric, _csv(t.aucc), t.low_level, _csv(t.low_size)])
            writer.writerow([t.method, t.metric, _csv(t.aucc), t.high_level, _csv(t.high_size)])
    tables = all_tables(summary)
    notes = [f"Not run: {label_of(name)} ({reason})." for name, reason in refused.items()]
    (folder / "table1.md").write_text("\n".join([*(t.markdown() for t in tables), *notes]) + "\n")
    (folder / "table1.tex").write_text("\n".join(t.latex() for t in tables))


def write_composition(summary: Summary, tasks: Sequence[str], folder: Path) -> None:
    """``composition.csv``: each task's share of the items chosen (Appendix E)."""
    with (folder / "composition.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["method", "n_items", "task", "share"])
        for composition in summary.compositions:
            for n, shares in zip(composition.sizes, composition.shares, strict=True):
                for task, share in zip(tasks, shares, strict=True):
                    writer.writerow([composition.method, n, task, f"{share:.6f}"])


def all_tables(summary: Summary) -> list[Table]:
    """Pearson (Table 1), Spearman (Table 6), Kendall (Table 7), and the spread over pools of models."""
    out = []
    for metric, name in (("pearson", "Pearson"), ("spearman", "Spearman"), ("kendall", "Kendall")):
        out.append(_correlation_table(summary, metric, name))
    sizes = _sizes(summary)
    out.append(
        _table(
            summary,
            f"95 % interval of the Pearson mean over other pools of models like these {summary.n_models} "
            "(jackknife over models). Two methods whose intervals overlap widely are ranked by this pool only.",
            sizes,
            lambda row: f"{row.pool_low:.2f} to {row.pool_high:.2f}",
        )
    )
    return out


def _sizes(summary: Summary) -> tuple[int, ...]:
    return tuple(sorted({row.n_items for row in summary.rows}))


def _correlation_table(summary: Summary, metric: str, name: str) -> Table:
    sizes = _sizes(summary)
    sem_name = {"pearson": "sem", "spearman": "spearman_sem", "kendall": "kendall_sem"}[metric]
    table = _table(
        summary,
        f"{name} correlation between subset and full scores of held-out models "
        f"(mean ± SEM over {summary.n_evaluations} evaluations; the SEM knows only this pool of models).",
        sizes,
        lambda row: f"{getattr(row, metric):.3f} ± {getattr(row, sem_name):.3f}",
    )
    found = {t.method: t for t in summary.thresholds if t.metric == metric}
    first = next(iter(found.values()))
    low, high = round(100 * first.low_level), round(100 * first.high_level)
    methods = list(dict.fromkeys(row.method for row in summary.rows))
    body = [
        (*cells, _number(found[m].aucc), f"{_size(found[m].low_size)} / {_size(found[m].high_size)}")
        for m, cells in zip(methods, table.body, strict=True)
    ]
    values = np.array([[getattr(row, metric) for row in summary.of(m)] for m in methods])
    best = {(int(values[:, c].argmax()), c + 1) for c in range(values.shape[1])}
    auccs = np.array([found[m].aucc for m in methods])
    if not np.isnan(auccs).all():
        best.add((int(np.nanargmax(auccs)), len(sizes) + 1))
    return Table(table.caption, (*table.header, "AUCC", f"N{low} / N{high}"), tuple(body), frozenset(best))


def _table(summary: Summary, caption: str, sizes: tuple[int, ...], cell: Callable[[Row], str]) -> Table:
    methods = list(dict.fromkeys(row.method for row in summary.rows))
    body = tuple((label_of(m), *(cell(row) for row in summary.of(m))) for m in methods)
    return Table(caption, ("Method", *(f"n = {n}" for n in sizes)), body)


def _csv(value: object) -> object:
    return f"{value:.6f}" if isinstance(value, float) and not np.isnan(value) else ("" if value != value else value)


def _number(value: float) -> str:
    return "–" if np.isnan(value) else f"{value:.3f}"


def _size(value: float) -> str:
    return "–" if np.isnan(value) else f"{value:.0f}"
