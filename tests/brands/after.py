"""People and projects of the stretch after the scores."""

from types import SimpleNamespace

from brands.models import Publicity
from brands.services import publishing
from foundation.workflow.engine import perform
from schools.models import Role
from tests.factories.brands import BatchFactory, ProjectFactory
from tests.factories.people import person
from tests.factories.schools import RootFactory, UnitFactory


def city():
    """One of each city role; the bureau has a second person."""
    root = RootFactory()
    return SimpleNamespace(
        bureau=person(Role.BUREAU, root),
        second=person(Role.BUREAU, root),
        leader=person(Role.LEADER, root),
        supervision=person(Role.SUPERVISION, root),
    )


def ranked(count, status="scored", **batch):
    """A batch with `count` projects, ranks 1, 2, … and falling scores."""
    batch = BatchFactory(status="open", **batch)
    return batch, [
        ProjectFactory(batch=batch, status=status, rank=n + 1, score=95 - n) for n in range(count)
    ]


def draft(batch, projects, by, **fields):
    fields = {
        "title": "拟定名单的公示",
        "text": "现予公示。",
        "contact_office": "组织处",
        "contact_phone": "0512-00000000",
        "contact_address": "示例路1号",
        **fields,
    }
    return publishing.save_draft(
        Publicity(batch=batch, **fields), [project.pk for project in projects], by=by
    )


def published(people, count=2, **batch):
    """A confirmed publicity and its projects."""
    batch, projects = ranked(count, status="approved", **batch)
    publicity = draft(batch, projects, people.bureau)
    perform(publicity, "confirm", by=people.second)
    for project in projects:
        project.refresh_from_db()
    return publicity, projects


def secretary_of(project):
    return person(Role.SECRETARY, project.organisation)


def unit():
    return UnitFactory()
