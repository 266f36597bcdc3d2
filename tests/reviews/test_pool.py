"""The pool of reviewers, what ties them, and what they declare before the first sight."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from brands.models import Attachment
from foundation import clock, media
from foundation.audit.models import AuditEvent
from foundation.spreadsheets import Column, Sheet, SheetError, write_workbook
from foundation.verdict import Conflict
from reviews import pool
from reviews.conflicts import reviewer_pool
from reviews.drawing import assign, eligible_reviewers
from reviews.employment import TITLES, import_employment
from reviews.models import Assignment, Pledge, Reviewer, ReviewerKind, Tie, TieKind
from reviews.services import save_scores
from schools.models import Role
from tests.factories.people import person
from tests.factories.reviews import AssignmentFactory, EntryFactory, reviewer, staff, submitted
from tests.factories.schools import RootFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk():
    return staff()


def tie_of(assignment, **facts):
    facts.setdefault("kind", TieKind.RELATIVE)
    school = assignment.entry.project.organisation.school
    return Tie(user=assignment.reviewer, school=school, reason="本人来信说明。", **facts)


def sheet(*rows):
    book = write_workbook([Sheet("任职", [Column(title) for title in TITLES], rows)])
    return SimpleUploadedFile("任职经历.xlsx", book, media.EXCEL)


def test_a_tie_takes_unfinished_reviews_away_and_leaves_finished_ones(clerk):
    open_one, done = AssignmentFactory(), submitted(EntryFactory())

    assert pool.add_tie(tie_of(open_one), by=clerk) == 1
    assert pool.add_tie(tie_of(done), by=clerk) == 0

    open_one.refresh_from_db()
    done.refresh_from_db()
    assert (open_one.status, done.status) == ("recused", "submitted")
    assert not Assignment.objects.visible_to(open_one.reviewer).exists()
    assert open_one.recusal.reason == "利益关系：近亲属在该校。"


def test_who_is_tied_is_neither_drawn_nor_given_the_entry(clerk):
    entry, expert = EntryFactory(), reviewer()
    Tie.objects.create(
        user=expert, kind=TieKind.TEAM, project=entry.project, by=clerk, confirmed_at=clock.now()
    )

    assert eligible_reviewers(entry, reviewer_pool(), set()) == []
    with pytest.raises(Conflict, match="存在利益关系"):
        assign(entry, expert, by=clerk)


def test_who_leads_a_project_does_not_judge_it(clerk):
    entry, expert = EntryFactory(), reviewer()
    entry.project.lead = expert
    entry.project.save(update_fields=["lead"])

    assert eligible_reviewers(entry, reviewer_pool(), set()) == []


def test_an_applicants_wish_counts_once_it_is_confirmed(client, clerk):
    assignment = AssignmentFactory()
    tie = tie_of(assignment, kind=TieKind.AVOID)
    assert pool.add_tie(tie, by=clerk) == 0
    assignment.refresh_from_db()
    assert assignment.is_unfinished
    client.force_login(clerk)

    client.post(reverse("reviews:tie-confirm", args=[tie.pk]))

    assignment.refresh_from_db()
    assert assignment.status == "recused"
    with pytest.raises(Conflict, match="已经确认"):
        pool.confirm(tie, by=clerk)


@pytest.mark.parametrize("role", [Role.LEADER, Role.SUPERVISION])
def test_others_of_the_city_only_look(client, clerk, role):
    assignment = AssignmentFactory()
    tie = tie_of(assignment, kind=TieKind.AVOID)
    pool.add_tie(tie, by=clerk)
    other = person(role, RootFactory())
    client.force_login(other)
    member = reverse("reviews:pool-member", args=[assignment.reviewer_id])

    answers = [
        client.get(reverse("reviews:pool")).status_code,
        client.get(member).status_code,
        client.post(member, {"kind": "organ"}).status_code,
        client.get(reverse("reviews:tie-new", args=[assignment.reviewer_id])).status_code,
        client.post(reverse("reviews:tie-confirm", args=[tie.pk])).status_code,
        client.get(reverse("reviews:pool-employment")).status_code,
    ]

    assert answers == [200, 200, 403, 403, 403, 403]
    for deed in (lambda: pool.add_tie(tie, by=other), lambda: pool.confirm(tie, by=other)):
        with pytest.raises(PermissionDenied):
            deed()


def test_below_the_city_there_is_no_pool(client):
    expert = reviewer()
    client.force_login(expert)

    assert client.get(reverse("reviews:pool")).status_code == 404
    assert client.get(reverse("reviews:pool-member", args=[expert.pk])).status_code == 404


def test_the_staff_keep_a_profile_and_a_tie(client, clerk):
    assignment = AssignmentFactory()
    expert, school = assignment.reviewer, assignment.entry.project.organisation.school
    client.force_login(clerk)

    client.post(
        reverse("reviews:pool-member", args=[expert.pk]),
        {"kind": "researcher", "unit": "教科院", "fields_known": ["primary"], "most": 8},
    )
    client.post(
        reverse("reviews:tie-new", args=[expert.pk]),
        {"kind": "relative", "school": school.name, "reason": "配偶在该校任教。"},
    )

    profile = Reviewer.objects.get(user=expert)
    assert (profile.kind, profile.fields, profile.most) == (ReviewerKind.RESEARCHER, ["primary"], 8)
    assignment.refresh_from_db()
    assert assignment.status == "recused"
    page = client.get(reverse("reviews:pool")).content.decode()
    assert "教科院" in page
    assert (
        "配偶在该校任教"
        in client.get(reverse("reviews:pool-member", args=[expert.pk])).content.decode()
    )


def test_half_an_absence_is_no_absence(client, clerk):
    expert = reviewer()
    client.force_login(clerk)

    page = client.post(
        reverse("reviews:pool-member", args=[expert.pk]),
        {"kind": "organ", "away_from": "2026-12-01"},
    )

    assert "请填写起止两个日期" in page.content.decode()


def test_old_posts_are_imported_once(clerk):
    assignment = AssignmentFactory()
    school = assignment.entry.project.organisation.school
    recent = (clock.today() - timedelta(days=400)).isoformat()
    rows = [(assignment.reviewer.username, school.code, recent)]

    assert import_employment(sheet(*rows), by=clerk) == (1, 1)
    assert import_employment(sheet(*rows), by=clerk) == (0, 0)
    assert AuditEvent.objects.filter(action="tie.import").count() == 2


def test_one_wrong_row_stops_them_all(clerk):
    assignment = AssignmentFactory()
    school, name = assignment.entry.project.organisation.school, assignment.reviewer.username
    rows = [(name, school.name, ""), ("nobody", school.name, ""), (name, school.name, "去年")]

    with pytest.raises(
        SheetError, match="第3行：专家名单中没有登录名“nobody”。第4行：任职至“去年”不是日期"
    ):
        import_employment(sheet(*rows), by=clerk)
    assert not Tie.objects.exists()


def test_what_is_declared_goes_back_before_it_is_seen(client):
    near = AssignmentFactory(pledged=False)
    expert, round = near.reviewer, near.entry.round
    far = AssignmentFactory(reviewer=expert, entry=EntryFactory(round=round), pledged=False)
    client.force_login(expert)
    pledge = reverse("reviews:pledge", args=[round.pk])
    refused = client.get(reverse("reviews:review", args=[far.pk]))
    assert refused.status_code == 403
    assert pledge in refused.content.decode()

    said = {f"tie_{near.pk}": "我的学生在该校任书记。", f"tie_{far.pk}": "", "agreed": "on"}
    client.post(pledge, said)

    near.refresh_from_db()
    assert near.status == "recused"
    assert Pledge.objects.filter(reviewer=expert, round=round).exists()
    tie = Tie.objects.get()
    assert (tie.user, tie.kind, tie.project) == (expert, TieKind.DECLARED, near.entry.project)
    assert client.get(reverse("reviews:review", args=[near.pk])).status_code == 404
    assert client.get(reverse("reviews:review", args=[far.pk])).status_code == 200


def test_a_later_entry_is_closed_until_it_is_declared_for(client):
    first = AssignmentFactory()
    expert, round = first.reviewer, first.entry.round
    later = AssignmentFactory(reviewer=expert, entry=EntryFactory(round=round), pledged=False)
    assert later.declared_at is None
    file = _attached(later)
    client.force_login(expert)
    sheet = reverse("reviews:review", args=[later.pk])
    closed = [
        sheet,
        reverse("reviews:review-file", args=[later.pk, file.pk]),
        reverse("reviews:review-file-view", args=[later.pk, file.pk]),
        reverse("reviews:review-file-page", args=[later.pk, file.pk, 1]),
    ]
    assert [client.get(address).status_code for address in closed] == [403] * 4
    assert client.post(sheet, {"version": 0}).status_code == 403
    with pytest.raises(PermissionDenied, match="承诺之后分来"):
        save_scores(later, {}, "", by=expert, version=0)
    assert client.get(reverse("reviews:review", args=[first.pk])).status_code == 200
    page = client.get(sheet).content.decode()
    assert later.entry.project.organisation.name in page
    assert first.entry.project.organisation.name not in page

    pledge = reverse("reviews:pledge", args=[round.pk])
    client.post(pledge, {f"tie_{later.pk}": "", "agreed": "on"})

    assert [client.get(address).status_code for address in closed[:2]] == [200, 200]
    assert Pledge.objects.count() == 1


def test_what_was_assigned_since_the_page_was_drawn_stays_closed(client):
    shown = AssignmentFactory(pledged=False)
    expert, round = shown.reviewer, shown.entry.round
    client.force_login(expert)
    since = AssignmentFactory(reviewer=expert, entry=EntryFactory(round=round), pledged=False)

    client.post(reverse("reviews:pledge", args=[round.pk]), {f"tie_{shown.pk}": "", "agreed": "on"})

    assert client.get(reverse("reviews:review", args=[shown.pk])).status_code == 200
    assert client.get(reverse("reviews:review", args=[since.pk])).status_code == 403


def _attached(assignment):
    stored = default_storage.save("test/later.pdf", ContentFile(b"%PDF-1.4 sample"))
    project = assignment.entry.project
    return Attachment.objects.create(
        project=project, name="佐证.pdf", stored=stored, content_type="application/pdf", size=15,
        sha256="0" * 64, by=project.created_by,
    )  # fmt: skip


def test_the_list_to_declare_shows_no_content(client):
    assignment = AssignmentFactory(pledged=False)
    client.force_login(assignment.reviewer)

    page = client.get(reverse("reviews:pledge", args=[assignment.entry.round_id])).content.decode()

    assert assignment.entry.project.organisation.name in page
    assert "品牌内涵示例" not in page
