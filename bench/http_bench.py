"""Measure scenarios over HTTP: latency one at a time, statements, and throughput of many at once."""

import os
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.client import Answer, Client

TICK = os.sysconf("SC_CLK_TCK")


@dataclass
class Scenario:
    """One address as one person; `path` and `data` are asked anew for every request."""

    name: str
    who: str
    path: Callable[[], tuple[str, dict[str, Any] | None]]
    expect: tuple[int, ...] = (200,)
    contains: str = ""
    share: float = 1  # of the usual number of requests
    latencies: list[float] = field(default_factory=list)
    cpu_ms: list[float] = field(default_factory=list)
    queries: int = 0
    sql_ms: float = 0.0
    size: int = 0
    faults: list[str] = field(default_factory=list)

    def ask(self, client: Client, headers: dict[str, str] | None = None) -> Answer:
        path, data = self.path()
        return client.get(path, headers) if data is None else client.post(path, data, headers)

    def check(self, answer: Answer) -> None:
        if answer.status not in self.expect:
            where = answer.headers.get("location", "")
            self.faults.append(f"status {answer.status} {where} {answer.text[:200]!r}")
        elif self.contains and self.contains not in answer.text:
            self.faults.append(f"missing {self.contains!r}")


def tree_cpu(root: int) -> float:
    """CPU seconds of a process and all below it, those that ended included."""
    children: dict[int, list[int]] = {}
    spent: dict[int, float] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            words = stat.read_text().rpartition(") ")[2].split()
        except OSError:
            continue
        pid = int(stat.parent.name)
        spent[pid] = sum(int(word) for word in words[11:15]) / TICK
        children.setdefault(int(words[1]), []).append(pid)
    total, todo = 0.0, [root]
    while todo:
        pid = todo.pop()
        total += spent.get(pid, 0.0)
        todo += children.get(pid, [])
    return total


def calibrate() -> float:
    """CPU milliseconds of a fixed loop, best of three: how fast the machine is just now."""
    best = float("inf")
    for _ in range(3):
        began = time.process_time()
        x = 0
        for i in range(300_000):
            x += i * i % 7
        best = min(best, (time.process_time() - began) * 1000)
    return round(best, 1)


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    place = (len(ordered) - 1) * share
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def warm(scenario: Scenario, client: Client, times: int = 4) -> None:
    """Both workers have compiled templates and plans; then the statements are counted, untimed."""
    for _ in range(times):
        scenario.check(scenario.ask(client))
    counted = [scenario.ask(client, {"X-Bench": "1"}) for _ in range(3)]
    middle = sorted(counted, key=lambda a: int(a.headers.get("x-bench-queries", 0)))[1]
    scenario.queries = int(middle.headers.get("x-bench-queries", 0))
    scenario.sql_ms = float(middle.headers.get("x-bench-sql-ms", 0))
    scenario.size = len(middle.body)


def measure(scenario: Scenario, client: Client, runs: int, pid: int) -> None:
    """`runs` requests one after another, added to what earlier slices measured."""
    before, runs = tree_cpu(pid), max(1, round(runs * scenario.share))
    for _ in range(runs):
        began = time.perf_counter()
        answer = scenario.ask(client)
        scenario.latencies.append((time.perf_counter() - began) * 1000)
        scenario.check(answer)
    scenario.cpu_ms.append((tree_cpu(pid) - before) * 1000 / runs)


def throughput(
    scenario: Scenario, client: Client, *, hands: int, seconds: float, most: int
) -> float:
    """Requests a second by `hands` threads, until the time or the number is used up."""
    stop = time.perf_counter() + seconds
    lock = threading.Lock()
    left, done = most, 0

    def work() -> None:
        nonlocal left, done
        own = client.clone()
        while time.perf_counter() < stop:
            with lock:
                if not left:
                    return
                left -= 1
            scenario.check(scenario.ask(own))
            with lock:
                done += 1

    began = time.perf_counter()
    threads = [threading.Thread(target=work) for _ in range(hands)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return done / (time.perf_counter() - began)
