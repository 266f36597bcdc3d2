"""The programmes that come with the product, as data files: a migration ships them once."""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

# Digests of the forms as they were shipped before: who still has one has not changed it.
BEFORE = {
    "school_brand": {"63fa7eeb5749ee1e", "060a08f0ed03bfe0"},
    "secretary": {"f6939608ed922500"},
    "organ_project": {"0485a217944a319a", "cdd906d8a31e3954"},
}
FOLDER = Path(__file__).with_name("shipped")


def shipped() -> list[dict[str, Any]]:
    files = sorted(FOLDER.glob("*.json"))
    return [json.loads(file.read_text(encoding="utf-8")) for file in files]


def digest(form: dict[str, Any]) -> str:
    text = json.dumps(form, sort_keys=True, ensure_ascii=False)
    return sha256(text.encode()).hexdigest()[:16]


def renew(forms: Any) -> None:
    """The shipped forms as they are now, as a new version wherever the bureau still has earlier
    ones unchanged. What batches ask with stays; the next batch to open takes the new one.

    `forms` is the manager, so that a migration can pass its own.
    """
    for facts in shipped():
        newest = forms.filter(programme=facts["key"]).order_by("-version").first()
        if newest is not None and digest(newest.content) in BEFORE.get(facts["key"], ()):
            forms.create(
                programme_id=facts["key"], version=newest.version + 1, content=facts["form"]
            )


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
