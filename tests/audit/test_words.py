"""An auditor reads what happened in words."""

import ast
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse

from brands.models import Project
from dashboard.audit_words import WORDS, actions_called, words_of
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
