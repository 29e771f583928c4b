"""Simulated tools: processor time per call and of the verifier alone, calls per second, memory.

    python -m benchmarks.tools [FUZZ.jsonl.gz]

With a file of recorded sequences their calls are run too; without one, the reference runs of the library alone.
"""

import gzip
import json
import statistics
import sys
import time
import tracemalloc
from pathlib import Path

from benchmarks.results import keep, show
from contracts.scenario import ToolTask
from contracts.tool_call import ToolCall
from scenarios.library import load_library
from tools_sim.authoring import filled_in
from tools_sim.recorded import open_recorded
from tools_sim.session import ToolSession
from tools_sim.verify.verifier import Verifier

_ROUNDS = 5
_SESSIONS = 200


def main(arguments: list[str]) -> None:
    tasks = [scenario for scenario in load_library().values() if isinstance(scenario, ToolTask)]
    calls, verifying = _reference_runs(tasks)
    figures: dict[str, float] = {
        "calls": len(calls),
        "call_and_verdict_median_us": round(statistics.median(calls) * 1e6, 1),
        "call_and_verdict_p99_us": round(statistics.quantiles(calls, n=100)[98] * 1e6, 1),
        "verifier_median_us": round(statistics.median(verifying) * 1e6, 1),
        "verifier_p99_us": round(statistics.quantiles(verifying, n=100)[98] * 1e6, 1),
        "session_kib": round(_memory_kib(tasks), 1),
    }
    for name in arguments:
        count, elapsed = _recorded_calls(Path(name))
        figures["recorded_calls"] = count
        figures["recorded_calls_per_s"] = round(count / elapsed)
    show("Simulated tools", ("what", "figure"), [(name, f"{value:g}") for name, value in figures.items()])
    keep("tools", figures)


def _reference_runs(tasks: list[ToolTask]) -> tuple[list[float], list[float]]:
    """Processor seconds of each call with its verdict, and of the verifier in it."""
    calls: list[float] = []
    verifying: list[float] = []
    observe = Verifier.observe

    def timed(self: Verifier, *rest: object) -> None:
        start = time.thread_time()
        observe(self, *rest)  # type: ignore[arg-type]
        self.report()
        verifying.append(time.thread_time() - start)

    Verifier.observe = timed  # type: ignore[method-assign,assignment]
    try:
        for task in tasks * _ROUNDS:
            session = ToolSession(task, seed=1)
            latest: dict[str, object] = {}
            for number, call in enumerate(task.reference_run):
                arguments = filled_in(call.arguments, latest)  # type: ignore[arg-type]
                start = time.thread_time()
                result = session.call(ToolCall(call_id=str(number), function=call.function, arguments=arguments))
                calls.append(time.thread_time() - start)
                latest[call.function] = json.loads(result.output)
    finally:
        Verifier.observe = observe  # type: ignore[method-assign]
    return calls, verifying


def _memory_kib(tasks: list[ToolTask]) -> float:
    """Memory of a session beyond what all of them share."""
    ToolSession(tasks[0], seed=1)
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    sessions = [ToolSession(tasks[number % len(tasks)], seed=number) for number in range(_SESSIONS)]
    used = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    return used / len(sessions) / 1024


def _recorded_calls(path: Path) -> tuple[int, float]:
    with gzip.open(path, "rt", encoding="utf-8", errors="surrogatepass") as lines:
        sequences = [json.loads(line) for line in lines]
    count = 0
    start = time.thread_time()
    for sequence in sequences:
        name = sequence["class"]
        config = (sequence["initial_config"] or {}).get(name) or {}
        domain = open_recorded(name, config, long_context=sequence["long_context"])
        tools = domain.tools()
        for call in sequence["calls"]:
            domain.invoke(tools[call["function"]], call["args"] or {})
            count += 1
    return count, time.thread_time() - start


if __name__ == "__main__":
    main(sys.argv[1:])
