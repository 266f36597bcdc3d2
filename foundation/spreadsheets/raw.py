"""A row of an import between its upload and its confirmation, to be kept as JSON."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from foundation.spreadsheets.reading import Row


@dataclass(frozen=True, slots=True)
class RawRow:
    """`number` as Excel shows it, `values` by title, `formulas` the columns that hold one."""

    number: int
    values: dict[str, str]
    formulas: tuple[str, ...] = ()

    @classmethod
    def of(cls, row: Row, titles: Sequence[str]) -> "RawRow":
        """What these columns say, as far as the sheet has them."""
        values = {title: row.values[title] for title in titles if title in row.values}
        return cls(row.number, values, tuple(title for title in titles if title in row.formulas))

    def as_json(self) -> dict[str, Any]:
        return {"number": self.number, "values": self.values, "formulas": list(self.formulas)}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "RawRow":
        return cls(stored["number"], stored["values"], tuple(stored["formulas"]))
