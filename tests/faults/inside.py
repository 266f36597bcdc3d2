"""What a test of killed processes puts into their database and reads from it.

Runs under their own settings: `stack.manage("shell", "-c", …)`; each function prints JSON.
"""

import json
import sys
from collections import Counter
from datetime import timedelta

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction

from brands.models import Project, ProjectStatus
from foundation import clock
from foundation.accounts.models import User
from foundation.audit.models import AuditEvent
from foundation.audit.services import faults
from foundation.jobs import services as jobs
from foundation.jobs.models import Job
from foundation.notifications.models import Notice
from foundation.notifications.services import Letter, tell
from foundation.outbox.models import Message, MessageState
from schools.models import Appointment, Role
from tests.factories.brands import full_content, open_batch, ready_project
from tests.factories.people import person
from tests.factories.schools import AreaCommitteeFactory, RootFactory, UnitFactory


def _say(value: object) -> None:
    sys.stdout.write("\n" + json.dumps(value))


def _people(count: int) -> list[User]:
    # Nobody signs in with a password here, and to hash one for each would take a minute.
    now = clock.wall_now()
    return User.objects.bulk_create(
        User(
            username=f"hand{n}", name=f"测试员{n}", email=f"hand{n}@example.test", password="!",
            must_change_password=False, password_changed_at=now, privacy_accepted_at=now,
        )
        for n in range(count)
    )  # fmt: skip


def _session(user: User) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)


@transaction.atomic
def projects(count: int) -> None:
    """So many complete drafts: [key of the project, session of its secretary] each."""
    committee, batch = AreaCommitteeFactory(), open_batch()
    found = []
    for user in _people(count):
        unit = UnitFactory(parent=committee)
        Appointment.objects.create(user=user, role=Role.SECRETARY, organisation=unit)
        found.append([ready_project(batch, unit, created_by=user).pk, _session(user)])
    _say(found)


def submissions() -> None:
    """The keys of the drafts, and of what is neither a draft nor wholly submitted."""
    audits = Counter(
        AuditEvent.objects.filter(action="project.submit").values_list("object_id", flat=True)
    )
    drafts, torn, numbers = [], [], []
    for project in Project.objects.all():
        is_draft = project.status == ProjectStatus.DRAFT
        left = [project.events.count(), project.versions.count(), audits[str(project.pk)]]
        if left != [int(not is_draft)] * 3 or is_draft != (project.number is None):
            torn.append(project.pk)
        elif is_draft:
            drafts.append(project.pk)
        else:
            numbers.append(project.number)
    wanted = [f"2026-YP-{n:04d}" for n in range(1, len(numbers) + 1)]
    gaps = sorted(numbers) != wanted
    _say({"drafts": drafts, "torn": torn, "gaps": gaps, "faults": list(faults())})


@transaction.atomic
def letters(count: int) -> None:
    """A reminder for each of so many people."""
    tell(
        Letter(user_id=user.pk, key=f"reminder:{user.pk}", subject="催报", text="请尽快提交。")
        for user in _people(count)
    )
    _say(count)


def post() -> None:
    """Messages by state, and how many notices lie in the inboxes, and in how many of these."""
    states = Counter(Message.objects.values_list("state", flat=True))
    owners = Notice.objects.values_list("user", flat=True)
    _say({"states": states, "notices": len(owners), "people": len(set(owners))})


def lapse() -> None:
    """What a killed worker had in hand, its five minutes later."""
    past = clock.wall_now() - timedelta(seconds=1)
    _say(Message.objects.filter(state=MessageState.LEASED).update(lease_until=past))


def export(count: int) -> None:
    """A clerk asks for the sheet of so many projects: the key of the job."""
    with transaction.atomic():
        unit, batch = UnitFactory(), open_batch()
        clerk = person(Role.BUREAU, RootFactory())
        Project.objects.bulk_create(
            Project(
                batch=batch, organisation=unit, area=unit.area, person=f"第{n}人", title=f"品牌{n}",
                status=ProjectStatus.IN_REVIEW, content=full_content(batch.programme_id),
                created_by=clerk,
            )
            for n in range(count)
        )  # fmt: skip
    _say(jobs.start("brands.summary", by=clerk, filename="汇总表.xlsx", query="").pk)


def made(pk: int) -> None:
    """How the job stands, and what the record has of it."""
    job = Job.objects.get(pk=pk)
    exports = AuditEvent.objects.filter(action="export", object_id=str(pk)).count()
    _say({"state": job.state, "stored": job.stored, "exports": exports})


def minutes_pass(pk: int) -> None:
    """The silence after which a worker is taken for dead."""
    past = clock.wall_now() - timedelta(hours=1)
    _say(Job.objects.filter(pk=pk).update(lease_until=past, queued_at=past))
