"""What changed between two submitted versions, character by character."""

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


def differences(project: Project, old: ProjectVersion, new: ProjectVersion) -> list[Difference]:
    """Only the fields whose words differ, in the form's order."""
    found = []
    for field in spec.form_of(project.batch).fields:
        before = spec.answer(field, spec.value_of(old, field.key)).shown
        after = spec.answer(field, spec.value_of(new, field.key)).shown
        if before != after:
            found.append(Difference(field, ops_of(before, after)))
    return found
