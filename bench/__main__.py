"""`python -m bench` (make bench): every budget measured in one run. `--full`: up to 10^5 documents; `--write`: the
figures go into docs/performance.md as well."""

import argparse
import os
import platform
import sys
import time
from collections.abc import Iterable
from dataclasses import astuple

from bench import budgets, cpu, flows, imports, limits, page, scaling
from bench.use_cases import CASES, Scene
from infra.local.server import serve
from tests import world as worlds
from tests.world import World


def main() -> int:
    """Prints the tables; 1 when something exceeds its budget."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--full", action="store_true", help="scaling up to 100,000 documents (several minutes)")
    parser.add_argument("--write", action="store_true", help="write the figures into docs/performance.md")
    arguments = parser.parse_args()
    os.environ["POWERTOOLS_LOG_LEVEL"] = "CRITICAL"
    began = time.monotonic()
    report = Report()
    _imports(report)
    with worlds.running() as world:
        _capacity(report, world)
        _cpu(report, world)
        _flows(report, world)
        _limits(report, world)
        _scaling(report, world, scaling.FULL_SIZES if arguments.full else scaling.SIZES)
    report.say(f"Measured in {time.monotonic() - began:.0f} s on Python {platform.python_version()}, {_machine()}.")
    if arguments.write:
        page.write("performance.md", "figures", report.text())
    for failure in report.failures:
        print(f"OVER BUDGET: {failure}")
    return int(bool(report.failures))


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


def _imports(report: Report) -> None:
    def rows() -> Iterable[tuple[str, ...]]:
        for name, cost in imports.measure().items():
            ceiling = imports.CEILINGS.get(name, float("inf"))
            shown = f"{ceiling:g}" if name in imports.CEILINGS else ""
            yield name, f"{cost.milliseconds:.0f}", report.check(f"import of {name}", cost.ratio, ceiling), shown

    report.table("Imports, against `import boto3` and one client", "Import|CPU ms|Ratio|Ceiling", rows())


def _capacity(report: Report, world: World) -> None:
    scene = Scene(world)

    def rows() -> Iterable[tuple[str, ...]]:
        for name in CASES:
            spent, allowed = budgets.used(scene.measure(name)), budgets.BUDGETS[name]
            if over := budgets.over(spent, allowed):
                report.failures.append(f"{name}: {over}")
            note = "lower the budget" if budgets.slack(spent, allowed) else "over" if over else ""
            yield name, *(f"{value:g}" for value in astuple(spent)), note

    report.table("Use cases", "Use case|Transactions|Reads|Other writes|Write units|Read units|Note", rows())


def _cpu(report: Report, world: World) -> None:
    def rows() -> Iterable[tuple[str, ...]]:
        for cost in cpu.measure(Scene(world)):
            figures = (cost.product, cost.outside, cost.bare)
            yield cost.name, str(cost.calls), *(f"{figure:.2f}" for figure in figures), f"{cost.ratio:.2f}"

    heads = "Request|Store calls|Whole handler, CPU ms|Outside botocore, CPU ms|Bare boto3 handler, CPU ms|Whole / bare"
    report.table("CPU of a request", heads, rows())


def _flows(report: Report, world: World) -> None:
    scene = Scene(world)
    items = [scene.items, *([scene.shop.item(on_hand=100_000)["id"] for _ in range(10)] for _ in range(3))]

    def rows() -> Iterable[tuple[str, ...]]:
        with serve(world.gateway) as server:
            for clients in (1, 4):
                rate = flows.measure(server.url, scene.acme.token, scene.shop.warehouse, items, clients)
                yield str(clients), f"{rate.per_second:.1f}", *(f"{ms:.0f}" for ms in rate.median_ms.values())

    heads = "Clients|Flows a second|Create, ms|Confirm, ms|Ship, ms"
    report.table(f"Orders of 10 lines over HTTP (goal: {flows.GOAL:g} flows a second with one client)", heads, rows())


def _limits(report: Report, world: World) -> None:
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


def _scaling(report: Report, world: World, sizes: tuple[int, ...]) -> None:
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


if __name__ == "__main__":
    sys.exit(main())
