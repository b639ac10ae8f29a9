"""`python -m bench` (make bench): every budget measured in one run, whole orders first. `--only`: one part; `--full`:
up to 10^5 documents; `--write`: the figures go into docs/performance.md as well."""

import argparse
import os
import platform
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import astuple

from bench import backend, budgets, cpu, flows, imports, limits, load, page, scaling, waiting
from bench.use_cases import CASES, Scene
from tests import world as worlds
from tests.world import World

Sizes = tuple[int, ...]


def main() -> int:
    """Prints the tables; 1 when something exceeds its budget."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--only", choices=(*OUTSIDE, *INSIDE), help="one part")
    parser.add_argument("--full", action="store_true", help="scaling up to 100,000 documents (several minutes)")
    parser.add_argument("--write", action="store_true", help="write the figures into docs/performance.md")
    arguments = parser.parse_args()
    if arguments.write and arguments.only:
        parser.error("--write needs all parts")
    os.environ["POWERTOOLS_LOG_LEVEL"] = "CRITICAL"
    began = time.monotonic()
    report = Report()
    _measure(report, arguments.only, arguments.full)
    report.say("", f"Measured in {time.monotonic() - began:.0f} s on Python {platform.python_version()}, {_machine()}.")
    if arguments.write:
        page.write("performance.md", "figures", report.text())
    for failure in report.failures:
        print(f"OVER BUDGET: {failure}")
    return int(bool(report.failures))


def _measure(report: "Report", only: str | None, is_full: bool) -> None:
    for name, part in OUTSIDE.items():
        if only in (None, name):
            part(report)
    if only in OUTSIDE:
        return
    sizes = scaling.FULL_SIZES if is_full else scaling.SIZES
    with worlds.running() as world:
        for name, measured in INSIDE.items():
            if only in (None, name):
                measured(report, world, sizes)


def _machine() -> str:
    return f"{os.cpu_count()} CPUs, load {os.getloadavg()[0]:.1f} at the end"


class Report:
    """Markdown tables, printed as they come."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self.failures: list[str] = []

    def say(self, *lines: str) -> None:
        for line in lines:
            print(line, flush=True)
            self._lines.append(line)

    def table(self, title: str, heads: str, rows: Iterable[tuple[str, ...]]) -> None:
        columns = heads.split("|")
        self.say("", f"### {title}", "")
        self.say("| " + " | ".join(columns) + " |", "|---|" + "--:|" * (len(columns) - 1))
        for row in rows:
            self.say("| " + " | ".join(row) + " |")

    def check(self, what: str, value: float, ceiling: float) -> str:
        if value > ceiling:
            self.failures.append(f"{what}: {value:.2f} > {ceiling:g}")
        return f"{value:.2f}"

    def text(self) -> str:
        return "\n".join(self._lines).strip()


def _flows(report: Report) -> None:
    def rows() -> Iterable[tuple[str, ...]]:
        with backend.running() as started:
            flows.warm_up(started)
            for clients, goal in flows.GOALS.items():
                rate = flows.measure(started, clients)
                rates.append(rate)
                limits = (f"{flows.FLOORS[clients]:g}", f"{goal:g}")
                steps = (f"{milliseconds:.0f}" for milliseconds in rate.median_ms.values())
                yield str(clients), f"{rate.per_second:.1f}", *limits, *steps

    rates: list[flows.Rate] = []
    heads = "Clients|Flows a second|Floor|Goal|Create, ms|Confirm, ms|Pick, ms|Pack, ms|Ship, ms"
    report.table("Whole orders of 10 lines over HTTP, everything running as `make run` does", heads, rows())
    parts = list(dict.fromkeys(part for rate in rates for part in rate.cpu_ms))
    spent = ((str(rate.clients), *(f"{rate.cpu_ms.get(part, 0):.0f}" for part in parts)) for rate in rates)
    report.table("CPU milliseconds of one flow, by process", "|".join(["Clients", *parts]), spent)


def _load(report: Report) -> None:
    with backend.running() as started:
        outcome = load.measure(started)
    row = (
        f"{sum(outcome.done.values()) / outcome.seconds:.0f}",
        str(outcome.refused),
        f"{outcome.late_seconds:.1f}",
        f"{load.GOAL_SECONDS:g}",
    )
    heads = "Commands a second|Refused|A backorder is filled after, s|Goal, s"
    report.table(f"At the end of a mixed load of {load.CLIENTS} clients, {load.SECONDS:g} s", heads, [row])


def _imports(report: Report) -> None:
    def rows() -> Iterable[tuple[str, ...]]:
        for name, cost in imports.measure().items():
            ceiling = imports.ceiling(name)
            ratio = report.check(f"start of {name}", cost.ratio, ceiling or float("inf"))
            yield name, f"{cost.milliseconds:.0f}", ratio, f"{ceiling:g}" if ceiling else ""

    report.table("Cold starts, against `import boto3` and one client", "Start|CPU ms|Ratio|Ceiling", rows())


def _capacity(report: Report, world: World, _: Sizes) -> None:
    scene = Scene(world)

    def rows() -> Iterable[tuple[str, ...]]:
        for name in CASES:
            spent, allowed = budgets.used(name, scene.measure(name)), budgets.BUDGETS[name]
            if over := budgets.over(spent, allowed):
                report.failures.append(f"{name}: {over}")
            note = "lower the budget" if budgets.slack(spent, allowed) else "over" if over else ""
            yield name, *(f"{value:g}" for value in astuple(spent)), note

    report.table("Use cases", "Use case|Transactions|Reads|Other writes|Write units|Read units|Note", rows())


def _cpu(report: Report, world: World, _: Sizes) -> None:
    def rows() -> Iterable[tuple[str, ...]]:
        for cost in cpu.measure(Scene(world)):
            figures = (cost.product, cost.outside, cost.bare, cost.ratio)
            yield cost.name, str(cost.calls), *(f"{figure:.2f}" for figure in figures)

    heads = "Request|Store calls|Whole handler, ms|Outside botocore, ms|Bare boto3 handler, ms|Whole / bare"
    report.table(f"CPU of a request (goal: {cpu.GOAL_MS:g} ms outside botocore)", heads, rows())


def _limits(report: Report, world: World, _: Sizes) -> None:
    def counting() -> Iterable[tuple[str, ...]]:
        for requests in (1, 10, 100, limits.CALLER):
            units = limits.write_units(requests)
            yield str(requests), f"{units:g}", f"{units / requests:.2f}", f"{units / requests * 0.625:.2f}"

    heads = "Requests of a caller in a window, one process|Write units|A request|$ a million requests"
    report.table("What counting costs", heads, counting())
    served = ((str(count), str(limits.first_refusal(count))) for count in (1, 2, 5, 10, 20))
    report.table(f"The first refusal of a limit of {limits.CALLER}", "Processes, by chance|Served before", served)

    def sides() -> Iterable[tuple[str, ...]]:
        for seen in limits.neighbours(world):
            counts = (seen.refused, seen.noisy_served, seen.noisy_refused)
            yield seen.name, f"{seen.median:.1f}", f"{seen.slow:.1f}", *map(str, counts)

    heads = "A quiet tenant's reads|Median, ms|p95, ms|Refused|The noisy one's served|Refused of these"
    report.table("A noisy tenant", heads, sides())


def _waiting(report: Report, world: World, _: Sizes) -> None:
    found = waiting.measure(world)
    figures = (found.transactions, found.reads, found.write_units, found.read_units)
    row = f"{found.orders:,}", f"{found.seconds:.1f}", *(f"{figure:.1f}" for figure in figures)
    heads = "Orders of a line|All filled after, s|Transactions|Reads|Write units|Read units"
    report.table("One receipt for all who wait; what each order costs, numbering and consumers included", heads, [row])


def _scaling(report: Report, world: World, sizes: Sizes) -> None:
    found = list(scaling.measure(world, sizes))

    def rows() -> Iterable[tuple[str, ...]]:
        for question in dict.fromkeys(answer.question for answer in found):
            answers = [answer for answer in found if answer.question == question]
            times = [f"{answer.milliseconds:.1f}" for answer in answers]
            last = answers[-1]
            yield (
                question,
                *times,
                f"{last.milliseconds / answers[0].milliseconds:.2f}",
                str(last.reads),
                f"{last.read_units:g}",
            )

    heads = "|".join(
        ["Question", *(f"{size:,} documents, ms" for size in sizes), "Last / first", "Reads", "Read units"]
    )
    report.table("Reads by number of documents", heads, rows())


def _search(report: Report, world: World, _: Sizes) -> None:
    from bench import searches

    def rows() -> Iterable[tuple[str, ...]]:
        for asked in searches.measure(world):
            cpu = report.check(f"CPU of {asked.question}", asked.cpu, searches.GOAL_MS)
            figures = (
                f"{asked.outside:.2f}",
                f"{asked.elapsed:.1f}",
                str(asked.reads),
                f"{asked.read_units:g}",
                str(asked.hits),
            )
            yield asked.question, cpu, *figures

    heads = "Search for|CPU, ms|Outside botocore, ms|Elapsed, ms|Reads|Read units|Hits"
    title = f"Search among {searches.SIZE:,} customers and as many orders (goal: {searches.GOAL_MS:g} ms of CPU)"
    report.table(title, heads, rows())
    seconds = searches.seconds_until_found(Scene(world))
    report.check("seconds until a new document is found", seconds, searches.GOAL_SECONDS)
    report.say("", f"A new customer is found after {seconds:.1f} s (goal: {searches.GOAL_SECONDS:g} s).")


OUTSIDE: dict[str, Callable[[Report], None]] = {"flow": _flows, "load": _load, "imports": _imports}
"""Parts that start processes of their own."""
INSIDE: dict[str, Callable[[Report, World, Sizes], None]] = {
    "capacity": _capacity,
    "cpu": _cpu,
    "limits": _limits,
    "waiting": _waiting,
    "search": _search,
    "scaling": _scaling,
}
"""Parts that run in this process, with the same tables."""


if __name__ == "__main__":
    sys.exit(main())
