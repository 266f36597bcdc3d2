"""Figures as a table that people read."""

from collections.abc import Iterable
from typing import Any

HEAD = (
    "| projects | page | queries | SQL ms | p50 ms | p95 ms | × limit | CPU ms | KB | per second |"
)
RULE = "|---:|---|---:|---:|---:|---:|---:|---:|---:|---:|"


def table(figures: dict[int, dict[str, dict[str, Any]]]) -> str:
    lines = [HEAD, RULE]
    for count in sorted(figures):
        lines += [_line(count, name, row) for name, row in figures[count].items()]
    return "\n".join(lines)


def _line(count: int, name: str, row: dict[str, Any]) -> str:
    if row["faults"]:
        return f"| {count} | {name} | failed: {row['faults'][0][:80]} |" + " |" * 7
    rate = row.get("per_second")
    cells: Iterable[Any] = (
        count,
        name,
        row["queries"],
        row["sql_ms"],
        f"{row['p50']:.1f}",
        f"{row['p95']:.1f}",
        f"{row['ratio']:.2f}" if row["ratio"] else "",
        f"{row['cpu_ms']:.1f}",
        f"{row['bytes'] / 1024:.0f}",
        f"{rate:.0f}" if rate else "",
    )
    return "| " + " | ".join(str(cell) for cell in cells) + " |"
