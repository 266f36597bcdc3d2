"""T3: until the outcome is out, no byte of any answer differs by what was decided about a project."""

import re

import pytest
from django.db.models import F

from brands.models import Project, ProjectStatus
from reviews.models import RoundStatus
from tests.factories.reviews import AssignmentFactory, EntryFactory, RoundFactory
from tests.matrix.addresses import ARGUMENTS
from tests.matrix.asking import address, ask, signed_in
from tests.matrix.world import World

pytestmark = pytest.mark.django_db
S = ProjectStatus
BELOW = ("anonymous", "secretary", "district", "dual")
APPS = ("brands", "dashboard", "portal", "reviews")
# Tokens, which differ from one answer to the next.
CHANCE = re.compile(rb"""(nonce|value|content|hx-headers)=("[\w+/-]{22,}={0,2}"|'[^']*')""")
MOVES = ("brands:project-transition", "brands:project-confirm", "brands:stamped-add")
# The project that waited for its district, and the one that the experts read.
DECIDED = [(S.PROPOSED, S.DECLINED), (S.APPROVED, S.SCORED)]


def _answers(world, clients):
    found = {}
    for line in ARGUMENTS:
        if line.partition(":")[0] not in APPS:
            continue
        for role, client in clients.items():
            for method in ("GET", "POST") if line.startswith(MOVES) else ("GET",):
                url = address(world, line)
                response, body, _ = ask(client, method, url, posted={"version": 0, "note": "理由"})
                if not body.startswith(b"PK"):  # A workbook holds the second of its making.
                    found[method, line, role] = (response.status_code, CHANCE.sub(b"", body))
    return found


def test_no_answer_below_the_city_tells_what_was_decided():
    world = World()
    clients = {role: signed_in(world, role) for role in BELOW}
    keys = [world.keys["project"], world.keys["review_project"]]
    Project.objects.filter(pk__in=keys).update(status=S.IN_REVIEW)
    for project in Project.objects.filter(pk__in=keys, entries=None):  # Judged, like the other.
        round = RoundFactory(status=RoundStatus.OPEN, batch=project.batch)
        version = project.versions.create(
            number=1, title=project.title, content=project.content, by=project.created_by
        )
        AssignmentFactory(entry=EntryFactory(round=round, project=project, version=version))
    before, faults = _answers(world, clients), []

    for statuses in DECIDED:
        for key, status in zip(keys, statuses, strict=True):
            rows = Project.objects.filter(pk=key)
            rows.update(status=status, version=F("version") + 1, score=95, rank=key % 7 + 1)
            rows.get().events.create(
                name="propose", label="列入拟定名单", source=S.SCORED, target=status,
                by=world.people["bureau"], note="内部理由",
            )  # fmt: skip
        after = _answers(world, clients)
        faults += [f"{statuses}: {asked}" for asked in before if before[asked] != after[asked]]

    assert not faults, "\n".join(faults)
