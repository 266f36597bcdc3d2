"""The rubrics that a programme may name: the reviews keep them, and fill this when the program starts."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Criterion:
    code: str
    label: str
    most: int
    looks_at: str
    step: Decimal


# callable() → (code, title) of each rubric, by its newest version.
CHOICES: list[Callable[[], list[tuple[str, str]]]] = []
# callable(code) → the criteria of its newest version.
CRITERIA: list[Callable[[str], list[Criterion]]] = []
# callable(code): something is to be scored by its newest version, which changes no more. Raises
# Conflict where its weights do not add up.
FREEZE: list[Callable[[str], None]] = []


def choices() -> list[tuple[str, str]]:
    return [choice for fill in CHOICES for choice in fill()]


def criteria_of(code: str) -> list[Criterion]:
    return [one for fill in CRITERIA for one in fill(code)]


def freeze(code: str) -> None:
    for tell in FREEZE:
        tell(code)
