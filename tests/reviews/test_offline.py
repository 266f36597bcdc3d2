"""离线评分: a sheet goes out locked and marked, comes back checked row by row, all or nothing."""

import io
import json
import re

import openpyxl
import pypdfium2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from foundation.audit.models import AuditEvent
from foundation.verdict import Conflict
from reviews.models import Assignment, AssignmentStatus, Rubric, Score, ScoreUpload
from reviews.offline import sheet
from reviews.offline.taking import draft, take_over
from reviews.scoring import NOT_APPLICABLE, values_of
from reviews.services import reopen_review, save_scores, submit_review
from tests.factories.reviews import (
    GOOD_COMMENT,
    AssignmentFactory,
    EntryFactory,
    reviewer,
    scores,
    staff,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(round_of):
    return round_of(2)


@pytest.fixture
def round_of():
    """So many entries of one reviewer in one open round, declared for."""

    def make(entries):
        first = AssignmentFactory()
        rest = [
            AssignmentFactory(entry=EntryFactory(round=first.entry.round), reviewer=first.reviewer)
            for _ in range(entries - 1)
        ]
        return [first, *rest]

    return make


def downloaded(assignment):
    content = sheet.workbook(assignment.entry.round, assignment.reviewer)
    return openpyxl.load_workbook(io.BytesIO(content))


class Filled:
    """The downloaded sheet, as somebody fills it in."""

    def __init__(self, assignment):
        self.round, self.who = assignment.entry.round, assignment.reviewer
        self.book = downloaded(assignment)
        self.page = self.book.active
        self.top = next(r for r in range(1, 10) if self.page.cell(r, 1).value == sheet.KEY)
        self.columns = {self.page.cell(self.top, c).value: c for c in range(1, 40)}
        self.rows = {
            int(self.page.cell(r, 1).value): r
            for r in range(self.top + 1, self.page.max_row + 1)
            if self.page.cell(r, 1).value
        }

    def cell(self, assignment, title):
        return self.page.cell(self.rows[assignment.pk], self.columns[title])

    def score(self, assignment, share=0.8, comment=GOOD_COMMENT):
        for pk, value in scores(assignment, share).items():
            criterion = self.round.rubric.criteria.get(pk=pk)
            self.cell(assignment, sheet.heading(criterion)).value = float(value)
        self.cell(assignment, sheet.COMMENT).value = comment

    def file(self):
        content = io.BytesIO()
        self.book.save(content)
        return SimpleUploadedFile("评分表.xlsx", content.getvalue())

    def uploaded(self):
        return draft(self.file(), self.round, name="评分表.xlsx", by=self.who)


def errors(upload):
    return [words for row in upload.rows for words in row["errors"]]


def test_only_points_and_comment_are_open(world):
    filled = Filled(world[0])
    assert filled.page.protection.sheet
    row = filled.rows[world[0].pk]
    opened = {
        title
        for title, c in filled.columns.items()
        if title and not filled.page.cell(row, c).protection.locked
    }
    criteria = world[0].entry.round.rubric.criteria.all()
    assert opened == {sheet.heading(c) for c in criteria} | {sheet.COMMENT}
    rules = filled.page.data_validations.dataValidation
    assert len(rules) == len(criteria)


def test_what_is_online_comes_along(world):
    given = scores(world[0], 0.5)
    save_scores(world[0], given, "先记一笔。", by=world[0].reviewer, version=0)
    filled = Filled(world[0])
    first = world[0].entry.round.rubric.criteria.first()
    assert filled.cell(world[0], sheet.heading(first)).value == float(given[first.pk])
    assert filled.cell(world[0], sheet.COMMENT).value == "先记一笔。"


def test_a_filled_sheet_is_taken_over_and_handed_in(world):
    filled = Filled(world[0])
    filled.score(world[0])
    filled.score(world[1], 0.9)
    upload = filled.uploaded()
    assert [row["outcome"] for row in upload.rows] == ["changed", "changed"]
    assert not Score.objects.exists()
    assert take_over(upload, hand_in=True, by=filled.who) == (2, 2)
    for assignment in world:
        assignment.refresh_from_db()
        assert assignment.status == AssignmentStatus.SUBMITTED
    assert values_of(world[1]) == scores(world[1], 0.9)
    detail = json.loads(AuditEvent.objects.filter(action="score_upload.apply").get().detail)
    assert (detail["saved"], detail["handed_in"]) == (2, 2)


def test_without_the_tick_all_stay_drafts(world):
    filled = Filled(world[0])
    filled.score(world[0])
    assert take_over(filled.uploaded(), hand_in=False, by=filled.who) == (1, 0)
    world[0].refresh_from_db()
    assert world[0].status == AssignmentStatus.DRAFT


def test_a_row_half_filled_is_saved_and_not_handed_in(world):
    filled = Filled(world[0])
    filled.score(world[0])
    filled.score(world[1])
    first = world[1].entry.round.rubric.criteria.first()
    filled.cell(world[1], sheet.heading(first)).value = None
    upload = filled.uploaded()
    assert "还有1项未评分" in [row["missing"] for row in upload.rows]
    assert take_over(upload, hand_in=True, by=filled.who) == (2, 1)


def test_a_moved_row_is_refused_by_name(world):
    filled = Filled(world[0])
    filled.score(world[0])
    title = filled.cell(world[0], sheet.TITLE)
    other = filled.cell(world[1], sheet.TITLE)
    title.value, other.value = other.value, title.value
    upload = filled.uploaded()
    assert len(errors(upload)) == 2
    assert "可能被移动" in errors(upload)[0]
    assert {row["title"] for row in upload.rows} == {title.value, other.value}
    with pytest.raises(Conflict, match="表中有错误"):
        take_over(upload, hand_in=True, by=filled.who)
    assert not Score.objects.exists()


@pytest.mark.parametrize("title", [sheet.KEY, sheet.VERSION, sheet.MARK, sheet.UNIT])
def test_a_forged_cell_is_refused(world, title):
    filled = Filled(world[0])
    filled.score(world[0])
    filled.cell(world[0], title).value = "9"
    assert "可能被移动" in errors(filled.uploaded())[0]


def test_the_key_of_another_reviewer_opens_nothing(world):
    foreign = AssignmentFactory(entry=world[0].entry)
    theirs = Filled(foreign)
    theirs.score(foreign)
    theirs.round, theirs.who = world[0].entry.round, world[0].reviewer
    assert "可能被移动" in errors(theirs.uploaded())[0]


def test_a_row_given_twice_is_refused(world):
    filled = Filled(world[0])
    filled.score(world[0])
    copied = [cell.value for cell in filled.page[filled.rows[world[0].pk]]]
    filled.page.append(copied)
    assert "出现了2次" in errors(filled.uploaded())[0]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (12.3, "只能以0.5分为单位"),
        (99, "应在0到"),
        (-1, "应在0到"),
        ("很好", "请填数字"),
        ("不适用", "不能选“不适用”"),
        ("=1+1", "是公式"),
    ],
)
def test_an_impossible_score_is_said_with_its_criterion(world, value, words):
    filled = Filled(world[0])
    first = world[0].entry.round.rubric.criteria.first()
    filled.cell(world[0], sheet.heading(first)).value = value
    (fault,) = errors(filled.uploaded())
    assert words in fault
    assert f"“{first.title}”" in fault


def test_full_width_digits_are_understood(world):
    filled = Filled(world[0])
    first = world[0].entry.round.rubric.criteria.first()
    filled.cell(world[0], sheet.heading(first)).value = "１２.５"
    upload = filled.uploaded()
    assert errors(upload) == []
    assert upload.rows[0]["changes"] == [[first.title, "", "12.5"]]


def test_what_may_be_skipped_may_be_skipped_offline(world):
    last = Rubric.objects.get(code="R1").criteria.last()
    last.optional = True
    last.save()
    filled = Filled(Assignment.objects.get(pk=world[0].pk))
    filled.score(world[0])
    filled.cell(world[0], sheet.heading(last)).value = "不适用"
    take_over(filled.uploaded(), hand_in=True, by=filled.who)
    assert values_of(world[0])[last.pk] is NOT_APPLICABLE


def test_what_was_saved_online_since_is_shown_and_then_replaced(world):
    filled = Filled(world[0])
    save_scores(world[0], scores(world[0], 0.5), "", by=world[0].reviewer, version=0)
    filled.score(world[0])
    upload = filled.uploaded()
    row = next(row for row in upload.rows if row["key"] == world[0].pk)
    assert row["moved_on"]
    first = world[0].entry.round.rubric.criteria.first()
    before, after = scores(world[0], 0.5)[first.pk], scores(world[0])[first.pk]
    assert row["changes"][0][:2] == [first.title, f"{before:.1f}"]
    assert float(row["changes"][0][2]) == float(after) * 0.8
    take_over(upload, hand_in=False, by=filled.who)
    assert values_of(world[0]) == scores(world[0], 0.8)


def test_saved_between_look_and_confirm_nothing_is_taken(world):
    filled = Filled(world[0])
    filled.score(world[0])
    filled.score(world[1])
    upload = filled.uploaded()
    save_scores(world[1], scores(world[1], 0.5), "", by=world[1].reviewer, version=0)
    with pytest.raises(Conflict, match="整份表没有办理"):
        take_over(upload, hand_in=True, by=filled.who)
    assert values_of(world[0]) == {}
    assert values_of(world[1]) == scores(world[1], 0.5)


def test_what_was_handed_in_is_not_changed(world):
    filled = Filled(world[0])
    filled.score(world[0])
    save_scores(world[0], scores(world[0]), GOOD_COMMENT, by=world[0].reviewer, version=0)
    submit_review(world[0], by=world[0].reviewer)
    assert "网上已经提交" in errors(filled.uploaded())[0]


def test_an_old_sheet_says_nothing_new_after_a_reopening(world):
    """The same sheet a second time: what is the same is no change."""
    filled = Filled(world[0])
    filled.score(world[0])
    take_over(filled.uploaded(), hand_in=True, by=filled.who)
    world[0].refresh_from_db()
    reopen_review(world[0], "请再看一遍。", by=staff())
    assert [row["outcome"] for row in filled.uploaded().rows] == ["same", "same"]


def test_confirmed_twice_counts_once(world):
    filled = Filled(world[0])
    filled.score(world[0])
    upload = filled.uploaded()
    take_over(upload, hand_in=False, by=filled.who)
    with pytest.raises(Conflict, match="已经办理过"):
        take_over(upload, hand_in=False, by=filled.who)


class TestPages:
    def address(self, name, world):
        return reverse(f"reviews:{name}", args=[world[0].entry.round_id])

    @pytest.mark.parametrize("name", ["offline", "offline-sheet", "signature"])
    def test_who_has_no_review_in_the_round_finds_nothing(self, client, world, name):
        client.force_login(reviewer())
        assert client.get(self.address(name, world)).status_code == 404
        client.force_login(staff())
        assert client.get(self.address(name, world)).status_code == 404

    @pytest.mark.parametrize("name", ["offline", "offline-sheet", "signature"])
    def test_before_the_pledge_nothing_is_handed_out(self, client, name):
        assignment = AssignmentFactory(pledged=False)
        client.force_login(assignment.reviewer)
        assert client.get(self.address(name, [assignment])).status_code == 403

    def test_an_entry_not_declared_for_is_not_in_the_sheet(self, world):
        Assignment.objects.filter(pk=world[1].pk).update(declared_at=None)
        assert list(Filled(world[0]).rows) == [world[0].pk]

    def test_from_the_desk_and_back(self, client, world):
        client.force_login(world[0].reviewer)
        assert (
            self.address("offline", world) in client.get(reverse("reviews:desk")).content.decode()
        )
        answer = client.get(self.address("offline-sheet", world))
        assert answer.content[:2] == b"PK"
        filled = Filled(world[0])
        filled.score(world[0])
        response = client.post(self.address("offline", world), {"sheet": filled.file()})
        page = client.get(response["Location"]).content.decode()
        assert "更新 1 项" in page
        assert re.search(r"未填 → <b>\d", page)
        apply = reverse("reviews:offline-apply", args=[ScoreUpload.objects.get().pk])
        assert client.post(apply, {"hand_in": "1"})["Location"] == reverse("reviews:desk")
        world[0].refresh_from_db()
        assert world[0].status == AssignmentStatus.SUBMITTED

    def test_nobody_else_opens_an_upload(self, client, world):
        upload = Filled(world[0]).uploaded()
        client.force_login(reviewer())
        for name in ("offline-preview", "offline-apply"):
            address = reverse(f"reviews:{name}", args=[upload.pk])
            assert client.get(address).status_code in (404, 405)
            assert client.post(address).status_code in (404, 405)

    def test_a_wrong_file_is_a_sentence(self, client, world):
        client.force_login(world[0].reviewer)
        file = SimpleUploadedFile("x.xlsx", b"not a workbook")
        page = client.post(self.address("offline", world), {"sheet": file})
        assert "这不是 Excel 工作簿" in page.content.decode()

    def test_the_page_to_sign_tells_what_was_handed_in(self, client, world):
        save_scores(world[0], scores(world[0], 0.9), GOOD_COMMENT, by=world[0].reviewer, version=0)
        submit_review(world[0], by=world[0].reviewer)
        world[0].refresh_from_db()
        client.force_login(world[0].reviewer)
        answer = client.get(self.address("signature", world))
        text = (
            pypdfium2.PdfDocument(answer.content)[0]
            .get_textpage()
            .get_text_range()
            .replace(" ", "")
        )
        assert str(world[0].total) in text
        assert world[0].entry.project.title in text
        assert "尚有1项没有提交" in text
        assert world[1].entry.project.title not in text


@pytest.mark.parametrize("rows", [1, 3])
def test_taking_over_asks_no_more_for_each_row_than_a_save(
    round_of, rows, django_assert_max_num_queries
):
    world = round_of(rows)
    filled = Filled(world[0])
    for assignment in world:
        filled.score(assignment)
    upload = filled.uploaded()
    with django_assert_max_num_queries(14 + 10 * rows):
        take_over(upload, hand_in=False, by=filled.who)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_sheet_is_written_with_as_many_statements_for_many_rows(
    round_of, rows, django_assert_max_num_queries
):
    world = round_of(rows)
    round, who = world[0].entry.round, world[0].reviewer
    with django_assert_max_num_queries(5):
        sheet.workbook(round, who)
