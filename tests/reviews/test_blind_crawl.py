"""T2: a reviewer of a blind round reads everything there is for them and learns nobody's name."""

import pytest
from django.core import mail
from django.urls import reverse

from foundation.notifications.models import Notice
from foundation.outbox.models import Message
from foundation.outbox.services import drain
from reviews import services
from reviews.models import Pledge, ReviewerCopy
from reviews.results import deviating
from tests.crawling import Crawl, words_in
from tests.factories.reviews import GOOD_COMMENT, scores
from tests.matrix.addresses import ARGUMENTS
from tests.reviews.blind import IDENTITY, BlindWorld

pytestmark = pytest.mark.django_db


def judged(world):
    """Through every state that writes to the reviewer: pledged, handed in, sent back, asked why."""
    judge, assignment = world.judge, world.assignment
    Pledge.objects.get_or_create(reviewer=judge, round=world.round)
    assignment.declared_at = world.round.opens_at
    assignment.save()
    services.save_scores(assignment, scores(assignment), GOOD_COMMENT, by=judge, version=0)
    services.submit_review(assignment, by=judge)
    services.reopen_review(assignment, "平江新城实验小学的实效请再看", by=world.clerk)
    deviating._tell(_Asked, assignment)
    drain()


class _Asked:
    pk = 1


def addresses(world, file):
    """Every address of the site, with the keys of what is under review and of this file."""
    project, assignment = world.project, world.assignment
    keys = {
        "round": world.round.pk, "batch": world.batch.pk, "project": project.pk,
        "entry": assignment.entry_id, "assignment": assignment.pk, "review_project": project.pk,
        "attachment": file.pk, "review_file": file.pk, "unit": world.unit.pk,
        "school": world.unit.school.pk, "person": world.secretary.pk,
    }  # fmt: skip
    for line, wanted in ARGUMENTS.items():
        args = [keys.get(kind, 1 if str(kind).isidentifier() else kind) for kind in wanted]
        try:
            yield reverse(line.split("#")[0], args=args)
        except Exception:
            continue


def letters(world):
    """What went to the reviewer: inbox, mail with its headers, and what waits to leave."""
    notices = Notice.objects.filter(user=world.judge)
    yield from (f"{one.subject}\n{one.text}\n{one.link}" for one in notices)
    for one in mail.outbox:
        if world.judge.email in one.to:
            yield one.message().as_string() + one.subject + one.body
    for one in Message.objects.all():
        if str(world.judge.pk) in str(one.payload) or world.judge.email in str(one.payload):
            yield str(one.payload)


def read_all(world):
    files = [*world.attachments, *ReviewerCopy.objects.all()]
    starts = {url for file in files for url in addresses(world, file)}
    crawl = Crawl(world.judge, sorted(starts))
    found = crawl.finds(IDENTITY)
    for number, letter in enumerate(letters(world)):
        if words := words_in(letter, list(IDENTITY)):
            found[f"letter {number}"] = words
    return crawl, found


def test_a_reviewer_of_a_blind_round_finds_no_applicant():
    world = BlindWorld(files=True).open()
    _, first = read_all(world)
    judged(world)
    crawl, found = read_all(world)

    assert reverse("reviews:review", args=[world.assignment.pk]) in crawl.seen
    given = {url for url in crawl.files if url.startswith("/reviews/assignments/")}
    assert len(given) == len(world.attachments)
    assert reverse("reviews:offline-sheet", args=[world.round.pk]) in crawl.files
    assert list(letters(world))
    assert (first, found) == ({}, {})


def test_the_same_reviewer_finds_the_applicant_where_the_round_is_not_blind():
    world = BlindWorld(is_blind=False, files=True).open()
    judged(world)
    _, found = read_all(world)

    review = reverse("reviews:review", args=[world.assignment.pk])
    assert {"平江新城实验小学", "新城实小", "钱书记", "孙支委"} <= set(found[review])
    assert any(place.startswith("letter") for place in found)
    assert reverse("reviews:desk") in found
    for file in world.attachments:
        url = reverse("reviews:review-file", args=[world.assignment.pk, file.pk])
        assert set(found[url]) & {"平江新城实验小学", "钱书记"}, file
