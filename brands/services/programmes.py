"""Setting up a programme and its application form."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from brands.forms.building import Change
from brands.forms.differing import changes
from brands.forms.fields import Field, FormSpec, Section
from brands.models import ApplicationForm, Programme
from foundation import clock
from foundation.audit.differences import difference, facts_of
from foundation.audit.services import record
from foundation.verdict import Conflict

FIRST_FORM = FormSpec(
    name="申报表",
    sections=(Section("s1", "基本信息", (Field("title", "项目名称", max_length=30),)),),
)


def found_programme(programme: Programme, *, by: Any, via: Any) -> Programme:
    """A new programme with a form that asks for the name only."""
    with transaction.atomic():
        programme.save(force_insert=True)
        content = FIRST_FORM.write() | {"name": f"{programme.name}申报表"}
        ApplicationForm.objects.create(programme=programme, content=content, by=by)
        record("programme.new", by=by, via=via, obj=programme, name=programme.name)
    return programme


def change_programme(programme: Programme, names: Iterable[str], *, by: Any, via: Any) -> None:
    """Save its settings: the form's fields and what is made of them, with what they were before."""
    columns = [*names, "checklist", "labels", "rubrics"]
    with transaction.atomic():
        before = facts_of(Programme.objects.select_for_update().get(pk=programme.pk), columns)
        programme.save(update_fields=columns)
        changed = difference(before, facts_of(programme, columns))
        record("programme.save", by=by, via=via, obj=programme, changed=changed)


def change_form(form: ApplicationForm, change: Change, *, by: Any, via: Any) -> None:
    """Apply one change. Raises Conflict once a batch has opened with this version."""
    with transaction.atomic():
        current = ApplicationForm.objects.select_for_update(of=("self",)).get(pk=form.pk)
        if current.frozen:
            raise Conflict("这一版申报表已启用，不能再修改。请先建立新版本，再在新版本上修改。")
        before, after = current.spec, change(current.spec)
        current.content = after.write()
        current.save(update_fields=["content"])
        changed = changes(before, after)
        record("form.change", by=by, via=via, obj=current, version=current.version, changed=changed)


def new_version(programme: Programme, *, by: Any, via: Any) -> ApplicationForm:
    """A copy of the newest version to work on; the newest itself while it is not in use."""
    with transaction.atomic():
        Programme.objects.select_for_update().get(pk=programme.pk)
        newest = programme.newest_form
        if not newest.frozen:
            return newest
        form = ApplicationForm.objects.create(
            programme=programme,
            version=newest.version + 1,
            content=newest.content,
            by=by,
            at=clock.now(),
        )
        record("form.version", by=by, via=via, obj=form, version=form.version)
    return form
