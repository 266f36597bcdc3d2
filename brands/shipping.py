"""The programmes that come with the product, as data files: a migration ships them once."""

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).with_name("shipped")


def shipped() -> list[dict[str, Any]]:
    files = sorted(FOLDER.glob("*.json"))
    return [json.loads(file.read_text(encoding="utf-8")) for file in files]


def ship(programmes: Any, forms: Any) -> None:
    """Create what is missing; a programme that the bureau has changed stays as it is.

    `programmes` and `forms` are the managers, so that a migration can pass its own: what its model
    does not know yet a later migration fills in.
    """
    known = {column.name for column in programmes.model._meta.fields}
    for facts in shipped():
        form = facts.pop("form")
        facts = {name: value for name, value in facts.items() if name in known}
        programme, made = programmes.get_or_create(key=facts.pop("key"), defaults=facts)
        if made:
            forms.create(programme=programme, version=1, content=form)
