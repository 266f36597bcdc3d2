"""Measure the product on full databases: `python -m bench.run [--sqlite] [--gate] 300 3000 10000`.

The sites of all sizes run side by side and are asked in turns, one request at a time, so a noisy
neighbour slows the page and its limit alike. Writes JSON and a markdown table into --dir.
"""

import argparse
import getpass
import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import Any

from bench import gate, http_bench, report, scenarios
from bench.build import NAME
from bench.http_bench import Scenario
from bench.site import ROOT, THREADS, WORKERS, Site

SIZES = [300, 3_000, 10_000]
HANDS, SECONDS, MOST_SAVES = 8, 8, 150

Measured = dict[int, list[Scenario]]


def url_of(options: argparse.Namespace, count: int) -> tuple[str, Path]:
    engine = "sqlite" if options.sqlite else "postgresql"
    folder = options.dir / f"{engine}_{count}"
    if options.sqlite:
        return f"sqlite:///{folder / 'bench.sqlite3'}", folder
    return f"{options.server}/{NAME}_{count}", folder


def warm_up(sites: list[Site], asked: Measured) -> None:
    for site in sites:
        for scenario in asked[site.count]:
            http_bench.warm(scenario, site.client(scenario.who))


def in_turns(sites: list[Site], asked: Measured, *, turns: int, runs: int) -> None:
    """Every page of every size in each turn; what failed once is not asked again."""
    names = [scenario.name for scenario in asked[sites[0].count]]
    for _ in range(turns):
        for position in range(len(names)):
            for site in sites:
                scenario = asked[site.count][position]
                if not scenario.faults:
                    client = site.client(scenario.who)
                    http_bench.measure(scenario, client, runs, site.process.pid)


def rates(sites: list[Site], asked: Measured) -> dict[tuple[int, str], float]:
    """Writes a second by eight hands: the bare one, then the saves."""
    found = {}
    for site in sites:
        for scenario in asked[site.count]:
            if scenario.name in (scenarios.LIMIT_WRITE, scenarios.SAVE) and not scenario.faults:
                most = MOST_SAVES if scenario.name == scenarios.SAVE else 10_000
                found[site.count, scenario.name] = http_bench.throughput(
                    scenario, site.client(scenario.who), hands=HANDS, seconds=SECONDS, most=most
                )
    return found


def figures_of(
    asked: Measured, per_second: dict[tuple[int, str], float]
) -> dict[int, dict[str, dict[str, Any]]]:
    figures: dict[int, dict[str, dict[str, Any]]] = {}
    for count, rows in asked.items():
        limits = {s.name: median(s.latencies) for s in rows if s.latencies}
        figures[count] = {}
        for s in rows:
            limit = scenarios.LIMIT_WRITE if s.name == scenarios.SAVE else scenarios.LIMIT_READ
            limit = s.name if s.name == scenarios.LIMIT_WRITE else limit
            p50 = median(s.latencies or [0.0])
            figures[count][s.name] = {
                "queries": s.queries,
                "sql_ms": s.sql_ms,
                "p50": round(p50, 2),
                "p95": round(http_bench.percentile(s.latencies or [0.0], 0.95), 2),
                "ratio": round(p50 / limits[limit], 2) if limits.get(limit) else 0.0,
                "cpu_ms": round(median(s.cpu_ms or [0.0]), 2),
                "bytes": s.size,
                "runs": len(s.latencies),
                "per_second": per_second.get((count, s.name)),
                "faults": s.faults[:3],
            }
    return figures


def frozen(site: Site) -> dict[str, Any]:
    """The freeze of the round, as a row of the table."""
    took = site.asked("bench.freezing")
    same = {"p50": round(took["ms"], 1), "p95": round(took["ms"], 1), "ratio": None}
    return {
        **same,
        "queries": took["queries"],
        "sql_ms": round(took["sql_ms"], 1),
        "cpu_ms": took["cpu_ms"],
        "bytes": 0,
        "runs": 1,
        "per_second": None,
        "faults": [],
    }


def circumstances(options: argparse.Namespace) -> dict[str, Any]:
    commit = subprocess.run(
        ["git", "describe", "--always", "--dirty"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return {
        "started": time.strftime("%F %T"),
        "commit": commit.stdout.strip(),
        "engine": "SQLite" if options.sqlite else "PostgreSQL",
        "cores": os.cpu_count(),
        "server": f"gunicorn, {WORKERS} workers × {THREADS} threads",
        "load_before": [round(load, 2) for load in os.getloadavg()],
        "calibration_ms": http_bench.calibrate(),
        "runs": options.turns * options.runs,
    }


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("counts", type=int, nargs="*", default=SIZES)
    parser.add_argument("--server", default=f"postgres://{getpass.getuser()}@127.0.0.1:5432")
    parser.add_argument("--sqlite", action="store_true")
    parser.add_argument("--dir", type=Path, default=Path(tempfile.gettempdir()) / NAME)
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--runs", type=int, default=20, help="requests of a page in each turn")
    parser.add_argument("--gate", action="store_true", help="exit 1 when a target is missed")
    return parser.parse_args()


def main() -> None:
    options = parsed()
    result = circumstances(options)
    with ExitStack() as stack:
        sites = [stack.enter_context(Site(n, *url_of(options, n))) for n in options.counts]
        asked = {s.count: scenarios.reads(s.facts) + scenarios.writes(s.facts) for s in sites}
        warm_up(sites, asked)
        in_turns(sites, asked, turns=options.turns, runs=options.runs)
        figures = figures_of(asked, rates(sites, asked))
        for site in sites:
            figures[site.count][scenarios.FREEZE] = frozen(site)
    missed = gate.misses(figures)
    result |= {
        "load_after": [round(load, 2) for load in os.getloadavg()],
        "calibration_after_ms": http_bench.calibrate(),
        "figures": figures,
        "misses": missed,
    }
    name = options.dir / ("sqlite" if options.sqlite else "postgresql")
    name.with_suffix(".json").write_text(json.dumps(result, ensure_ascii=False, indent=1))
    name.with_suffix(".md").write_text(report.table(figures) + "\n")
    print(report.table(figures))
    for sentence in missed:
        print(f"missed: {sentence}")
    print({key: value for key, value in result.items() if key not in ("figures", "misses")})
    if missed and options.gate:
        sys.exit(1)


if __name__ == "__main__":
    main()
