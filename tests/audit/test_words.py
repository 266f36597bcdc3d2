"""An auditor reads what happened in words."""

import ast
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse

from brands.forms import building
from brands.models import ApplicationForm, Programme, Project
from brands.services import programmes
from dashboard.audit_changes import changes_of
from dashboard.audit_words import WORDS, actions_called, words_of
from foundation.audit.models import AuditEvent
from foundation.audit.services import record
from schools.models import Role
from tests.factories.people import person
from tests.factories.schools import RootFactory

OURS = ("foundation", "schools", "brands", "reviews", "checkups", "dashboard", "portal")


def _recorded(path: Path) -> set[str]:
    """The actions that a module names where it calls `record`."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args)
    named = (call.args[0] for call in calls if getattr(call.func, "id", "") == "record")
    return {
        part.value
        for first in named
        for part in (ast.walk(first) if isinstance(first, ast.IfExp) else [first])
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    }


def test_every_action_has_words():
    root = Path(settings.BASE_DIR)
    found = {
        action for app in OURS for path in (root / app).rglob("*.py") for action in _recorded(path)
    }

    assert len(found) > 40
    assert found - set(WORDS) == set()


@pytest.mark.django_db
def test_the_auditor_reads_and_finds_words(client):
    auditor = person(Role.AUDITOR, RootFactory())
    record("project.submit", name="品牌甲")
    record("quota.transfer", name="批次乙")
    client.force_login(auditor)

    page = client.get(reverse("dashboard:audit"), {"action": "提交"}).text

    submit = f"{Project._meta.verbose_name}：提交"
    assert words_of("project.submit").startswith(submit)
    assert "project.submit" in actions_called("提交")
    assert "品牌甲" in page
    assert "批次乙" not in page
    assert words_of("nobody.knows") == "nobody.knows"


@pytest.mark.django_db
def test_the_auditor_reads_what_was_changed_and_no_whole_number(client):
    record(
        "person_changed",
        name="某人",
        changed={
            "联系电话": ["13812345678", "13912345678"],
            "备注": ["", "证号320501199001011234"],
        },
        note="内部意见",
    )
    client.force_login(person(Role.AUDITOR, RootFactory()))

    page = client.get(reverse("dashboard:audit")).text

    assert "138****5678" in page
    assert "139****5678" in page
    assert "证号3205**********1234" in page
    assert "（空）" in page
    assert "内部意见" not in page
    for whole in ("13812345678", "13912345678", "320501199001011234"):
        assert whole not in page


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("action", "detail", "read"),
    [
        ("project.submit", {"source": "draft", "target": "district_review"},
         [("状态", "草稿", "待区（市）推荐")]),
        ("round.window", {"before": "2026-11-30 10:00:00+00:00", "after": "2026-12-01 10:00:00+00:00"},
         [("期限", "2026-11-30 18:00", "2026-12-01 18:00")]),
        ("branch-new", {"after": {"名称": "第一支部", "书记": ""}}, [("名称", "（空）", "第一支部")]),
        ("export", {"rows": 3}, []),
    ],
)  # fmt: skip
def test_each_kind_of_change_is_told_in_words(action, detail, read):
    event = record(action, **detail)
    event.object_type = "brands.project"

    assert changes_of(event) == read


@pytest.mark.django_db
def test_a_changed_form_stands_on_record_with_what_it_was():
    form = ApplicationForm.objects.get(programme=Programme.SCHOOL_BRAND)
    spec = form.spec
    first, second = spec.sections[0], spec.sections[1]
    slogan = next(field for field in spec.fields if field.key == "slogan")
    home = spec.section_of("slogan").key
    renamed = replace(slogan, label="新口号", required=False)

    for change in (
        lambda spec: building.with_field(spec, home, renamed),
        lambda spec: building.moved(spec, second.key, -1),
        lambda spec: building.without(spec, "slogan"),
    ):
        programmes.change_form(form, change, by=None, via=None)

    told = [changes_of(event) for event in AuditEvent.objects.filter(action="form.change")][::-1]
    ((name, before, after),) = told[0]
    assert name == f"字段“{slogan.label}”"
    assert before.startswith(f"{slogan.label}，")
    assert after.startswith("新口号，")
    assert "选填" in after
    ((name, before, after),) = told[1]
    assert name == "顺序"
    assert before.index(first.title) < before.index(second.title)
    assert after.index(second.title) < after.index(first.title)
    assert told[2][-1][0] == "字段“新口号”"
    assert told[2][-1][2] == "（空）"
