"""What the form of a page posts when somebody presses a button that moves a row."""

from typing import Any


def drawn(row: Any, **fields: Any) -> dict[str, Any]:
    """The version that a page drawn now would carry, and `fields`."""
    return {"version": _now(row), **fields}


def chosen(*projects: Any, **fields: Any) -> dict[str, Any]:
    """Several projects, each with the version that a page drawn now would carry."""
    return {"project": [f"{project.pk}.{_now(project)}" for project in projects], **fields}


def _now(row: Any) -> int:
    version: int = type(row).objects.values_list("version", flat=True).get(pk=row.pk)
    return version
