"""The form is changed while a batch opens with it: no answers ever against a form that changed."""

import pytest
from django.db import transaction
from django.urls import reverse

from brands.forms import building
from brands.models import ApplicationForm, BatchStatus
from brands.services import batches, programmes
from foundation.verdict import Conflict
from foundation.workflow.engine import perform
from tests.brands.test_programmes import _field_data, _ready_batch
from tests.crowd import CROWD, at_once, browsers, press

pytestmark = pytest.mark.django_db(transaction=True)


@CROWD
def test_the_form_is_changed_before_the_opening_or_not_at_all(bureau, crowd):
    for turn in range(crowd.times):
        batch = _ready_batch()
        form = programmes.new_version(batch.programme, by=bureau, via=None)
        windows = browsers(bureau, 4)
        field = reverse("brands:form-field", args=[form.pk, "basics", "new"])
        opening = (windows[0], reverse("brands:batch-open", args=[batch.pk]), {"version": 0})
        edits = [
            (window, field, _field_data(label=f"新{turn}{number}"))
            for number, window in enumerate(windows[1:])
        ]

        answers = press([opening, *edits])

        assert answers[0].status_code == 302
        batch.refresh_from_db()
        assert (batch.status, batch.form_id) == (BatchStatus.OPEN, form.pk)
        fixed = {field.label for field in ApplicationForm.objects.get(pk=form.pk).spec.fields}
        for number, answer in enumerate(answers[1:]):
            assert answer.status_code in {302, 409}
            assert (f"新{turn}{number}" in fixed) == (answer.status_code == 302)
        late = browsers(bureau, 1)[0].post(field, _field_data(label="太晚"))
        assert late.status_code == 409


def test_what_breaks_after_the_check_is_met_under_the_lock(bureau):
    """The move asks its verdict first; somebody may be quicker than the lock of the form."""
    batch = _ready_batch()
    form = programmes.new_version(batch.programme, by=bureau, via=None)
    programmes.change_form(
        form, lambda plan: building.with_section(plan, "new", "空栏目", ""), by=bureau, via=None
    )
    with pytest.raises(Conflict, match="空栏目"), transaction.atomic():
        batches.opened(batch, by=bureau, note="")
    assert not ApplicationForm.objects.get(pk=form.pk).frozen


@CROWD
def test_a_batch_never_opens_with_a_form_broken_meanwhile(bureau, crowd):
    for turn in range(crowd.times):
        batch = _ready_batch()
        form = programmes.new_version(batch.programme, by=bureau, via=None)

        def break_it(form=form, turn=turn):
            programmes.change_form(
                form,
                lambda plan: building.with_section(plan, "new", f"空栏目{turn}", ""),
                by=bureau,
                via=None,
            )

        raised = at_once([lambda batch=batch: perform(batch, "open", by=bureau), break_it])

        batch.refresh_from_db()
        broken = bool(ApplicationForm.objects.get(pk=form.pk).spec.faults())
        assert broken == (batch.status != BatchStatus.OPEN)
        assert [type(error) for error in raised if error] == [Conflict]
        if broken:
            key = ApplicationForm.objects.get(pk=form.pk).spec.sections[-1].key
            programmes.change_form(
                form, lambda plan, key=key: building.without(plan, key), by=bureau, via=None
            )
