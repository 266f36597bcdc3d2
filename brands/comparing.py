"""What changed between two submitted versions, side by side."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from brands.edits import Op, ops_of
from brands.forms import spec
from brands.forms.fields import Field
from brands.forms.spec import Value
from brands.models import Project, ProjectVersion


@dataclass(frozen=True, slots=True)
class Difference:
    """`before` holds what stayed and what went, `after` what stayed and what came."""

    field: Field
    before: list[Op]
    after: list[Op]


@dataclass(frozen=True, slots=True)
class Comparison:
    """In the form's order. `same` are the answers that both versions give."""

    changed: list[Difference]
    same: list[spec.Answer]

    @property
    def changed_keys(self) -> set[str]:
        return {difference.field.key for difference in self.changed}


def compare(
    project: Project, old: ProjectVersion, new: ProjectVersion, *, full_phone: bool
) -> Comparison:
    """What neither version asks is left out; what one alone asks is empty in the other."""
    found = Comparison([], [])
    for field, was, now in _both(project, old, new):
        after = spec.answer(field, now, full_phone=full_phone)
        if was == now:
            found.same.append(after)
            continue
        ops = (
            _ops_of_files(was, now)
            if field.is_file
            else ops_of(spec.answer(field, was, full_phone=full_phone).shown, after.shown)
        )
        before_side = [op for op in ops if op[0] != "insert"]
        after_side = [op for op in ops if op[0] != "delete"]
        found.changed.append(Difference(field, before_side, after_side))
    return found


def _both(
    project: Project, old: ProjectVersion, new: ProjectVersion
) -> Iterator[tuple[Field, Value, Value]]:
    form = spec.form_of(project.batch)
    for section in form.sections:
        was = {field.key: value for field, value in spec.given(old, section)}
        now = {field.key: value for field, value in spec.given(new, section)}
        for field in section.fields:
            if field.key in was or field.key in now:
                yield field, was.get(field.key) or "", now.get(field.key) or ""
    was_loose, now_loose = (spec.files_of(version).get("") or "" for version in (old, new))
    if was_loose or now_loose:
        yield Field("", form.loose_files, "file", required=False), was_loose, now_loose


def _ops_of_files(was: Value, now: Value) -> list[Op]:
    """Whole names, a line each; what has the old name and other bytes says so."""
    before, after = _marks(was), _marks(now)
    gone = {name for name, _ in set(before) - set(after)}
    found = [("equal" if mark in after else "delete", f"{mark[0]}\n") for mark in before]
    found += [
        ("insert", f"{name}{'（内容已替换）' if name in gone else ''}\n")
        for name, digest in after
        if (name, digest) not in before
    ]
    return [
        (kind, "".join(text for _, text in run)) for kind, run in groupby(found, lambda op: op[0])
    ]


def _marks(value: Value) -> list[tuple[str, str]]:
    return [(file["name"], file["sha256"]) for file in value] if isinstance(value, list) else []
