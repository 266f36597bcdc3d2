"""Who is asked to judge a round, what they answer, and who may be used after that."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from foundation import clock
from foundation.notifications import reminding
from foundation.outbox.models import Message
from foundation.verdict import Conflict
from reviews import inviting
from reviews.assigning import Rules
from reviews.drawing import assign
from reviews.invited import members_of, pool_of
from reviews.models import Assignment, Invitation, Reviewer, ReviewerKind, Tie, TieKind
from reviews.planning import problem_of
from schools.models import Role
from tests.factories.people import person
from tests.factories.reviews import (
    AssignmentFactory,
    EntryFactory,
    RoundFactory,
    reviewer,
    staff,
    submitted,
)
from tests.factories.schools import RootFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk():
    return staff()


def expert(kind=ReviewerKind.HEAD, **facts):
    found = reviewer()
    Reviewer.objects.create(user=found, kind=kind, **facts)
    return found


def soon():
    return clock.now() + timedelta(days=3)


def invited(round, clerk, who=None):
    who = who or expert()
    inviting.invite(round, [who.pk], soon(), by=clerk)
    return Invitation.objects.get(round=round, reviewer=who)


def accepted(round, clerk, who=None):
    found = invited(round, clerk, who)
    inviting.move(found, "accept", by=found.reviewer)
    return found


def letters(who, start):
    return [
        row.payload
        for row in Message.objects.filter(key__startswith=f"inbox:{start}")
        if row.payload["user"] == who.pk
    ]


def test_an_invitation_goes_to_inbox_and_mail_and_names_no_applicant(clerk):
    entry = EntryFactory()

    found = invited(entry.round, clerk)

    (letter,) = letters(found.reviewer, "invitation:")
    assert letter["link"] == reverse("reviews:invitation", args=[found.pk])
    words = letter["subject"] + letter["text"]
    assert entry.project.title not in words
    assert entry.project.organisation.name not in words
    assert Message.objects.filter(key__startswith="email:invitation:").count() == 1


def test_the_expert_accepts_on_a_page_of_their_own(client, clerk):
    found = invited(RoundFactory(), clerk)
    client.force_login(found.reviewer)
    page = client.get(reverse("reviews:invitation", args=[found.pk])).content.decode()
    assert "接受邀请" in page
    assert "专家库" not in page

    client.post(
        reverse("reviews:invitation-move", args=[found.pk, "accept"]), {"version": found.version}
    )

    found.refresh_from_db()
    assert found.status == "accepted"
    assert found.answered_at is not None


def test_a_refusal_needs_its_reason_and_is_told(client, clerk):
    found = invited(RoundFactory(), clerk)
    client.force_login(found.reviewer)
    address = reverse("reviews:invitation-move", args=[found.pk, "decline"])

    assert client.post(address, {"version": found.version}).status_code == 409
    assert client.post(address, {"version": found.version, "note": "出国访学"}).status_code == 302

    found.refresh_from_db()
    assert found.status == "declined"
    (letter,) = letters(clerk, "invitation-answer:")
    assert "出国访学" in letter["text"]


def test_nobody_answers_for_another(client, clerk):
    found = invited(RoundFactory(), clerk)
    other = reviewer()
    client.force_login(other)
    assert client.get(reverse("reviews:invitation", args=[found.pk])).status_code == 404

    for name, who in (("accept", clerk), ("accept", other), ("appoint", found.reviewer)):
        with pytest.raises(PermissionDenied):
            inviting.move(found, name, by=who, note="理由")


def test_after_the_day_it_is_too_late_to_accept_but_not_to_refuse(clerk, at):
    at("2026-04-01 09:00")
    found = invited(RoundFactory(closes_at=clock.now() + timedelta(days=30)), clerk)
    at("2026-04-05 09:00")

    with pytest.raises(Conflict, match="答复时间已过"):
        inviting.move(found, "accept", by=found.reviewer)
    inviting.move(found, "decline", by=found.reviewer, note="没有时间")


def test_without_invitations_everybody_may_be_used_and_then_only_who_said_yes(clerk):
    entry = EntryFactory()
    yes, no, uninvited = expert(), expert(), expert()
    assert set(pool_of(entry.round)) == {yes.pk, no.pk, uninvited.pk}

    accepted(entry.round, clerk, yes)
    inviting.move(invited(entry.round, clerk, no), "decline", by=no, note="没有时间")

    assert set(pool_of(entry.round)) == {yes.pk}
    problem = problem_of(entry.round, Rules(per_entry=1), 1)
    assert [one.key for one in problem.experts] == [yes.pk]
    for who, words in ((no, "已谢绝"), (uninvited, "没有受到本轮邀请")):
        with pytest.raises(Conflict, match=words):
            assign(entry, who, by=clerk)
    assign(entry, yes, by=clerk)


def test_who_is_appointed_by_hand_is_used_and_the_reason_stays(clerk):
    entry = EntryFactory()
    found = invited(entry.round, clerk)
    with pytest.raises(Conflict, match="请写明"):
        inviting.move(found, "appoint", by=clerk)

    inviting.move(found, "appoint", by=clerk, note="本人来电同意")

    assert found.reviewer_id in pool_of(entry.round)
    assert found.events.get(name="appoint").note == "本人来电同意"


def test_who_judged_before_anybody_was_invited_goes_on(clerk):
    assignment = AssignmentFactory()

    accepted(assignment.entry.round, clerk)

    assert assignment.reviewer_id in pool_of(assignment.entry.round)


@pytest.mark.parametrize("by_staff", [True, False])
def test_who_leaves_keeps_what_is_handed_in_and_gives_back_the_rest(clerk, by_staff):
    done = submitted(EntryFactory())
    round, who = done.entry.round, done.reviewer
    left = AssignmentFactory(entry=EntryFactory(round=round), reviewer=who)
    total = done.total
    found = accepted(round, clerk, who)

    name, by = ("take_off", clerk) if by_staff else ("leave", who)
    inviting.move(found, name, by=by, note="住院")

    left.refresh_from_db()
    done.refresh_from_db()
    assert (left.status, left.recusal.reason) == ("recused", "退出本轮评审：住院")
    assert (done.status, done.total) == ("submitted", total)
    assert who.pk not in pool_of(round)


def test_who_left_is_asked_again_with_a_new_day(clerk):
    found = accepted(RoundFactory(), clerk)
    inviting.move(found, "leave", by=found.reviewer, note="出差")

    later = clock.now() + timedelta(days=5)
    assert inviting.invite(found.round, [found.reviewer_id], later, by=clerk) == 1
    assert inviting.invite(found.round, [found.reviewer_id], later, by=clerk) == 0

    found.refresh_from_db()
    assert (found.status, found.answer_by) == ("asked", later)
    assert len(letters(found.reviewer, "invitation:")) == 2


def test_only_the_pool_is_invited_before_the_lock_by_staff(clerk):
    round = RoundFactory()
    with pytest.raises(Conflict, match="不在专家名单"):
        inviting.invite(round, [clerk.pk], soon(), by=clerk)
    with pytest.raises(Conflict, match="已过"):
        inviting.invite(round, [expert().pk], clock.now(), by=clerk)
    with pytest.raises(PermissionDenied):
        inviting.invite(round, [], soon(), by=person(Role.SUPERVISION, RootFactory()))
    with pytest.raises(Conflict, match="锁定"):
        inviting.invite(RoundFactory(status="frozen"), [], soon(), by=clerk)


def test_the_list_says_whom_to_replace_until_somebody_was_asked(client, clerk, at):
    at("2026-04-01 09:00")
    round = RoundFactory(closes_at=clock.now() + timedelta(days=30))
    found = invited(round, clerk)
    at("2026-04-01 10:00")
    inviting.move(found, "decline", by=found.reviewer, note="没有时间")
    client.force_login(clerk)
    address = reverse("reviews:invitations", args=[round.pk])
    page = client.get(address).content.decode()
    assert "校长、书记1位谢绝、退出或逾期没有答复" in page
    assert "没有时间" in page

    at("2026-04-01 11:00")
    invited(round, clerk, expert(ReviewerKind.ORGAN))
    assert "校长、书记1位谢绝" in client.get(address).content.decode()
    invited(round, clerk)

    assert "还有空缺" not in client.get(address).content.decode()


def test_the_list_takes_as_many_statements_for_three_as_for_one(
    client, clerk, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    round = RoundFactory()
    address = reverse("reviews:invitations", args=[round.pk])
    client.force_login(clerk)
    counts = []
    for _ in range(3):
        invited(round, clerk)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(address)
        counts.append(len(queries))

    assert counts[0] == counts[2]


def test_everybody_of_the_pool_is_listed_with_why_not(clerk):
    entry = EntryFactory()
    round = entry.round
    free, away, near, asked = expert(), expert(), expert(), expert()
    day = clock.today()
    Reviewer.objects.filter(user=away).update(away_from=day, away_until=day)
    Tie.objects.create(
        user=near, kind=TieKind.RELATIVE, school=entry.project.organisation.school, by=clerk,
        confirmed_at=clock.now(),
    )  # fmt: skip
    invited(round, clerk, asked)
    bare = reviewer()

    reasons = {one.person: one.reason for one in members_of(round)}

    assert reasons == {
        free.pk: "",
        away.pk: "评审期间不能参评",
        near.pk: "与全部参评项目都有利益关系",
        asked.pk: "本轮待答复",
        bare.pk: "没有登记专家类别",
    }


def test_the_staff_invite_on_a_page(client, clerk):
    round, who = RoundFactory(), expert(unit="教科院")
    client.force_login(clerk)
    address = reverse("reviews:invite", args=[round.pk])
    assert "教科院" in client.get(address).content.decode()

    client.post(address, {"people": [who.pk], "answer_by": "2099-01-01T18:00"})

    assert Invitation.objects.get(round=round).reviewer == who
    client.force_login(person(Role.LEADER, RootFactory()))
    assert client.get(address).status_code == 403
    client.force_login(who)
    assert client.get(address).status_code == 404


def test_both_sides_are_reminded_and_an_answer_ends_it(clerk, at):
    at("2026-04-01 08:30")  # A Wednesday.
    round = RoundFactory(closes_at=clock.now() + timedelta(days=30))
    late, prompt = expert(), expert()
    until = clock.now() + timedelta(days=1, hours=9)
    inviting.invite(round, [late.pk, prompt.pk], until, by=clerk)
    inviting.move(round.invitations.get(reviewer=prompt), "accept", by=prompt)

    at("2026-04-02 10:00")
    reminding.plan("invitation-due")
    assert len(letters(late, "invitation-due:")) == 1
    assert letters(prompt, "invitation-due:") == []

    at("2026-04-03 10:00")
    reminding.plan("invitation-lapsed")
    (letter,) = letters(clerk, "invitation-lapsed:")
    assert "1位专家到期没有答复" in letter["text"]
    assert not Assignment.objects.exists()
