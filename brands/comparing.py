"""What changed between two submitted versions, character by character."""

from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher

from brands.forms import spec
from brands.forms.fields import Field
from brands.models import Project, ProjectVersion

Op = tuple[str, str]  # ("equal" | "delete" | "insert", text)


@dataclass(frozen=True, slots=True)
class Difference:
    field: Field
    ops: list[Op]


def ops_of(old: str, new: str) -> list[Op]:
    """How `old` becomes `new`; Chinese has no spaces to cut at, so characters are compared."""
    found: list[Op] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(("equal", old[a:b]))
            continue
        if b > a:
            found.append(("delete", old[a:b]))
        if d > c:
            found.append(("insert", new[c:d]))
    return found


def differences(
    project: Project, old: ProjectVersion, new: ProjectVersion, *, full_phone: bool
) -> list[Difference]:
    """Only the fields whose words differ, in the form's order."""
    found = []
    for field in spec.form_of(project.batch).fields:
        was, now = spec.value_of(old, field.key), spec.value_of(new, field.key)
        if was != now:
            before = spec.answer(field, was, full_phone=full_phone).shown
            after = spec.answer(field, now, full_phone=full_phone).shown
            found.append(Difference(field, ops_of(before, after)))
    return found


def file_changes(old: ProjectVersion, new: ProjectVersion) -> list[tuple[str, str]]:
    """(新增 | 删除 | 替换, name): replaced is what has the old name and other bytes."""
    before, after = Counter(_marks(old)), Counter(_marks(new))
    gone, come = list((before - after).elements()), list((after - before).elements())
    found = []
    for name, _ in come:
        twin = next((mark for mark in gone if mark[0] == name), None)
        if twin is not None:
            gone.remove(twin)
        found.append(("替换" if twin else "新增", name))
    return [*found, *(("删除", name) for name, _ in gone)]


def _marks(version: ProjectVersion) -> list[tuple[str, str]]:
    return [(file["name"], file["sha256"]) for file in version.files]
