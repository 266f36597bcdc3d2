"""T2: applicants read everything there is for them and never learn who judged."""

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from brands.models import Project, ProjectStatus
from foundation.jobs import services as jobs
from foundation.jobs.models import Job
from foundation.notifications.models import Notice
from foundation.outbox.services import drain
from reviews import services
from reviews.drawing import assign
from reviews.models import Entry, Reviewer, ReviewerKind
from schools.models import Role
from tests.crawling import Crawl, words_in
from tests.factories.people import person
from tests.factories.reviews import reviewer, scores
from tests.factories.schools import RootFactory
from tests.reviews.blind import BlindWorld
from tests.reviews.test_blind_crawl import addresses

pytestmark = pytest.mark.django_db

NAMES = ("欧阳评审", "司徒评审", "夏侯评审")
UNIT = "云龙湖教育研究院"
COMMENTS = (
    "第三条写得扎实，请补充学生和家长方面的数据，并把经验写成可以推广的制度，再请同行看一看。",
    "第一条写得空泛，请补充学生和家长方面的数据，并把经验写成可以推广的制度，再请同行看一看。",
    "第二条写得清楚，请补充学生和家长方面的数据，并把经验写成可以推广的制度，再请同行看一看。",
)


def identity(judges):
    """Names, sign-in names, addresses, unit; the spelling of the name in a file."""
    own = [(judge.name, judge.username, judge.email) for judge in judges]
    return [*(word for words in own for word in words), UNIT, "ouyangpingshen"]


@pytest.fixture
def judged(db):
    """Three sheets handed in, one sent back and handed in again, one asked about, all locked."""
    world = BlindWorld(files=True).open()
    entry = Entry.objects.get()
    world.judges = [
        reviewer(name=name, username=f"judge-{number}", email=f"judge{number}@pool.test")
        for number, name in enumerate(NAMES)
    ]
    services.release(world.assignment, "另有公务", by=world.clerk)
    for judge, comment in zip(world.judges, COMMENTS, strict=True):
        Reviewer.objects.create(user=judge, kind=ReviewerKind.RESEARCHER, unit=UNIT)
        assignment = assign(entry, judge, by=world.clerk)
        services.pledge(world.round, by=judge)
        type(assignment).objects.update(declared_at=world.round.opens_at)
        _hand_in(assignment, judge, comment)
    services.reopen_review(assignment, "漏评一项", by=world.clerk)
    assignment.refresh_from_db()
    _hand_in(assignment, judge, comment)
    services.freeze_round(world.round, by=world.clerk)
    return world


def _hand_in(assignment, judge, comment):
    services.save_scores(
        assignment, scores(assignment), comment, by=judge, version=assignment.version
    )
    services.submit_review(assignment, by=judge)


def read_all(world, user):
    """Every address, file made in the background, and letter of this person."""
    client = Client()
    client.force_login(user)
    for name in ("project-dossier", "projects-export"):
        args = [world.project.pk] if name == "project-dossier" else []
        client.post(reverse(f"brands:{name}", args=args))
    for job in Job.objects.filter(owner=user):
        jobs.run(job)
    crawl = Crawl(user, _starts(world))
    drain()
    letters = [f"{one.subject}\n{one.text}\n{one.link}" for one in Notice.objects.filter(user=user)]
    letters += [one.message().as_string() + one.body for one in mail.outbox if user.email in one.to]
    found = crawl.finds(identity(world.judges))
    found |= {
        f"letter {number}": words
        for number, letter in enumerate(letters)
        if (words := words_in(letter, identity(world.judges)))
    }
    return crawl, found


def _starts(world):
    starts = {url for file in world.attachments[:1] for url in addresses(world, file)}
    made = [reverse("jobs:file", args=[job.pk]) for job in Job.objects.all()]
    return sorted(starts) + made


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.SECRETARY, ProjectStatus.SCORED),
        (Role.SECRETARY, ProjectStatus.NAMED),
        (Role.STAFF, ProjectStatus.NAMED),
        (Role.DISTRICT, ProjectStatus.NAMED),
    ],
)
def test_an_applicant_finds_no_reviewer(judged, role, status):
    Project.objects.update(status=status)
    people = {Role.SECRETARY: judged.secretary, Role.STAFF: judged.teacher}
    user = people.get(role) or person(role, judged.unit.parent)
    crawl, found = read_all(judged, user)

    assert reverse("brands:project", args=[judged.project.pk]) in crawl.seen
    assert any("/jobs/" in url for url in crawl.files), "no file was made and read"
    assert found == {}


def test_who_may_see_the_names_finds_them_with_the_same_eyes(judged):
    _, found = read_all(judged, person(Role.SUPERVISION, RootFactory()))

    result = reverse("reviews:result", args=[judged.round.pk])
    seen = {word for words in found.values() for word in words}
    assert {*NAMES, UNIT} <= seen, result
    assert reverse("reviews:entry", args=[Entry.objects.get().pk]) in found


def test_comments_come_in_an_order_that_is_nobodys(judged, client):
    """By their own words: not by who was assigned first, handed in last or gave most."""
    Project.objects.update(status=ProjectStatus.NAMED)
    client.force_login(judged.secretary)
    page = client.get(reverse("reviews:opinions", args=[judged.project.pk])).content.decode()

    places = [page.index(comment) for comment in sorted(COMMENTS)]
    assert places == sorted(places)
    main = page.split("<main")[1].split("</main")[0]
    assert "datetime=" not in main
