"""What becomes of a named brand: planned, opened by the clock, reported, judged, corrected."""

import datetime as dt
import re

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from brands.models import Honour, Programme, Project, Recheck, RecheckStatus
from brands.services import keeping
from brands.tasks import keep_rechecks
from foundation import clock
from foundation.outbox.models import Message
from foundation.verdict import Conflict
from foundation.workflow.engine import perform
from schools.models import Role
from tests.brands.after import city, published, secretary_of
from tests.brands.keeping import named_brand, points_for, recheck_of
from tests.factories.brands import BatchFactory, ProjectFactory
from tests.factories.people import person
from tests.factories.schools import UnitFactory
from tests.foundation.upload_samples import pdf
from tests.moving import drawn

pytestmark = pytest.mark.django_db
R = RecheckStatus


@pytest.fixture
def people():
    return city()


def days(count):
    return clock.today() + dt.timedelta(days=count)


def move_page(recheck, name):
    return reverse("brands:recheck-move", args=[recheck.pk, name])


def press(client, recheck, name, **fields):
    data = {f"{name}-{key}": value for key, value in fields.items()}
    return client.post(move_page(recheck, name), drawn(recheck, **data))


def letters_to(user):
    return [row.payload["text"] for row in Message.objects.filter(payload__user=user.pk)]


# Planned and opened


def test_naming_plans_every_check_of_the_programme(people, at):
    at("2026-06-01 09:00")
    publicity, (project,) = published(people, 1)
    at("2026-06-30 09:00")

    from brands.services.naming import name_many

    name_many(
        publicity.batch, [project.pk], by=people.leader, document_number="18号",
        named_on=dt.date(2026, 6, 30),
    )  # fmt: skip

    rows = Recheck.objects.order_by("due_on").values_list("kind", "due_on", "status")
    assert list(rows) == [
        ("progress", dt.date(2026, 12, 30), R.PLANNED),
        ("midterm", dt.date(2027, 6, 30), R.PLANNED),
        ("progress", dt.date(2027, 12, 30), R.PLANNED),
        ("acceptance", dt.date(2028, 6, 30), R.PLANNED),
        ("renewal", dt.date(2029, 6, 30), R.PLANNED),
    ]
    honour = Honour.objects.get()
    assert honour.organisation == project.organisation
    assert keeping.renewals_of(honour)["next_on"] == dt.date(2029, 6, 30)


def test_only_kinds_with_an_interval_are_planned():
    honour = named_brand()
    Programme.objects.filter(pk=Programme.SCHOOL_BRAND).update(
        progress_months=None, midterm_months=None, acceptance_months=None, renewal_years=5
    )

    keeping.plan(Honour.objects.get(pk=honour.pk))

    assert [row.kind for row in Recheck.objects.all()] == ["renewal"]
    assert Recheck.objects.get().due_on == keeping.months_after(honour.named_on, 60)


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        ("2026-08-31", 6, "2027-02-28"),
        ("2024-02-29", 36, "2027-02-28"),
        ("2026-12-15", 12, "2027-12-15"),
    ],
)
def test_a_month_that_is_shorter_ends_on_its_last_day(day, months, later):
    found = keeping.months_after(dt.date.fromisoformat(day), months)
    assert found == dt.date.fromisoformat(later)


@pytest.mark.parametrize(("opens_in", "status"), [(1, R.PLANNED), (0, R.OPEN), (-20, R.OPEN)])
def test_a_check_opens_on_its_day_or_whenever_the_task_next_runs(people, opens_in, status):
    honour = named_brand()
    secretary = secretary_of(honour.project)
    recheck = recheck_of(honour, status=R.PLANNED, opens_on=days(opens_in))

    assert keep_rechecks() == (status == R.OPEN)
    assert keep_rechecks() == 0

    recheck.refresh_from_db()
    assert recheck.status == status
    assert any("请申请复评" in text for text in letters_to(secretary)) is (status == R.OPEN)


def test_a_check_that_opens_late_leaves_two_weeks(people):
    recheck = recheck_of(named_brand(), status=R.PLANNED, opens_on=days(-70), due_on=days(-10))
    keep_rechecks()
    keep_rechecks()
    recheck.refresh_from_db()
    assert (recheck.status, recheck.due_on) == (R.OPEN, days(14))


@pytest.mark.parametrize(("due_in", "status"), [(0, R.OPEN), (-1, R.MISSED), (-40, R.MISSED)])
def test_who_does_not_ask_in_time_is_put_before_staff(people, due_in, status):
    recheck = recheck_of(named_brand(), due_on=days(due_in))

    keep_rechecks()

    recheck.refresh_from_db()
    assert recheck.status == status
    assert recheck.honour.status == "valid"  # Revoking stays with a person.
    assert any("逾期未申请" in text for text in letters_to(people.bureau)) is (status == R.MISSED)


def test_no_person_opens_or_marks_a_check(people):
    recheck = recheck_of(named_brand(), status=R.PLANNED, opens_on=days(0))
    for name in ("open", "miss", "end"):
        with pytest.raises(PermissionDenied):
            perform(recheck, name, by=people.bureau)


def test_the_checks_of_a_revoked_brand_end(people):
    honour = named_brand()
    planned = recheck_of(honour, status=R.PLANNED, days=200)
    open_, done = recheck_of(honour, "midterm"), recheck_of(honour, "progress", status=R.FILED)
    perform(honour, "revoke", by=people.leader, note="x", document="1号")

    assert keep_rechecks() == 2

    statuses = [Recheck.objects.get(pk=row.pk).status for row in (planned, open_, done)]
    assert statuses == [R.ENDED, R.ENDED, R.FILED]


# Reported


def test_the_secretary_reports_with_files_and_the_bureau_hears(client, people):
    recheck = recheck_of(named_brand())
    client.force_login(secretary_of(recheck.honour.project))
    paper = SimpleUploadedFile("成效.pdf", pdf())

    response = press(client, recheck, "report", text="坚持三年，覆盖全校。", papers=paper)

    assert response.status_code == 302, response.context["moves"][0][2].errors
    recheck.refresh_from_db()
    assert (recheck.status, recheck.report) == (R.SUBMITTED, "坚持三年，覆盖全校。")
    page = client.get(reverse("brands:recheck", args=[recheck.pk]))
    assert "成效.pdf" in page.text
    assert (
        client.get(reverse("brands:recheck-file", args=[recheck.files.get().pk])).status_code == 200
    )
    assert any("提交报告" in text for text in letters_to(people.bureau))


def test_a_file_that_is_refused_loses_no_word(client, people):
    recheck = recheck_of(named_brand())
    client.force_login(secretary_of(recheck.honour.project))
    paper = SimpleUploadedFile("x.exe", b"MZ")

    response = press(client, recheck, "report", text="写了很久的报告", papers=paper)

    assert response.status_code == 200
    assert "写了很久的报告" in response.text
    assert not recheck.files.exists()


def test_a_report_that_comes_too_late_is_refused_and_not_lost(client, people):
    recheck = recheck_of(named_brand(), due_on=days(-1))
    client.force_login(secretary_of(recheck.honour.project))

    response = press(client, recheck, "report", text="写了很久的报告")

    assert response.status_code == 409
    assert "写了很久的报告" in response.text
    assert "报告期限已过" in response.text


def test_only_the_own_secretary_reports(client, people):
    recheck = recheck_of(named_brand())
    unit = recheck.organisation
    for user, status in (
        (person(Role.STAFF, unit), 403),
        (person(Role.DISTRICT, unit.parent), 403),
        (people.bureau, 403),
        (person(Role.SECRETARY, UnitFactory()), 404),
    ):
        client.force_login(user)
        assert press(client, recheck, "report", text="x").status_code == status


def test_a_progress_report_is_kept_and_not_judged(client, people):
    recheck = recheck_of(named_brand(), "progress")
    client.force_login(secretary_of(recheck.honour.project))

    press(client, recheck, "report", text="按计划推进。")

    recheck.refresh_from_db()
    assert recheck.status == R.FILED


# Judged


def test_passing_a_re_verification_renews_the_honour_and_plans_the_next(client, people):
    honour = named_brand(valid_until=days(30))
    recheck = recheck_of(honour, status=R.SUBMITTED)
    client.force_login(people.bureau)
    until = keeping.months_after(recheck.due_on, 36)

    page = client.get(reverse("brands:recheck", args=[recheck.pk]))
    assert page.text.count(f'value="{until}"') == 2
    press(client, recheck, "pass", next_on=until, renewed_until=until, note="")

    honour.refresh_from_db()
    assert honour.valid_until == until
    assert honour.events.get().name == "renew"
    assert keeping.renewals_of(honour)["next_on"] == until
    client.logout()
    text = client.get(reverse("portal:honour", args=[honour.number])).text
    assert "最近复评" in text
    assert f"{until.year}年{until.month}月{until.day}日前" in text


def test_a_revoked_brand_is_not_renewed(people):
    honour = named_brand()
    recheck = recheck_of(honour, status=R.SUBMITTED)
    perform(honour, "revoke", by=people.leader, note="x", document="1号")

    with pytest.raises(Conflict):
        perform(recheck, "pass", by=people.bureau)

    recheck.refresh_from_db()
    assert recheck.status == R.SUBMITTED
    assert not keeping.renewals_of(honour)["last_at"]


def test_no_honour_is_renewed_without_its_re_verification(people):
    with pytest.raises(Conflict):
        perform(named_brand(), "renew", by=people.bureau, until=days(900))


def test_a_correction_is_demanded_reported_and_looked_at_by_another(client, people):
    recheck = recheck_of(named_brand(), "midterm", status=R.SUBMITTED)
    secretary = secretary_of(recheck.honour.project)
    client.force_login(people.bureau)
    assert press(client, recheck, "demand", due_on=days(61), note="补数据").status_code == 200
    assert press(client, recheck, "demand", due_on=days(60), note="补数据").status_code == 302
    client.force_login(secretary)
    assert press(client, recheck, "report_fix", text="已补。").status_code == 302
    client.force_login(people.bureau)
    assert press(client, recheck, "clear", note="").status_code == 403
    assert press(client, recheck, "advise", note="x").status_code == 403
    client.force_login(people.second)
    assert press(client, recheck, "clear", note="").status_code == 302

    recheck.refresh_from_db()
    assert (recheck.status, recheck.fix_report) == (R.PASSED, "已补。")
    assert any("限期整改" in text and "补数据" in text for text in letters_to(secretary))


def test_a_re_verification_gives_a_year_to_correct(people):
    recheck = recheck_of(named_brand(), status=R.SUBMITTED)
    with pytest.raises(Conflict):
        perform(recheck, "demand", by=people.bureau, note="x", due_on=days(366))
    perform(recheck, "demand", by=people.bureau, note="x", due_on=days(365))


def test_advice_waits_until_the_correction_is_overdue(people):
    recheck = recheck_of(
        named_brand(), status=R.FIXING, fix_due_on=days(0), judged_by=people.bureau
    )
    with pytest.raises(Conflict):
        perform(recheck, "advise", by=people.second, note="x")
    Recheck.objects.filter(pk=recheck.pk).update(fix_due_on=days(-1))

    perform(recheck, "advise", by=people.second, note="没有整改")

    assert recheck.status == R.ADVISED
    assert recheck.honour.status == "valid"
    assert any("没有整改" in text for text in letters_to(people.leader))


def test_the_leader_may_keep_the_name_and_nobody_else(client, people):
    recheck = recheck_of(named_brand(), status=R.ADVISED)
    client.force_login(people.bureau)
    assert press(client, recheck, "keep", note="x").status_code == 403
    client.force_login(people.leader)
    assert press(client, recheck, "keep", note="").status_code == 200
    assert press(client, recheck, "keep", note="已整改").status_code == 302
    recheck.refresh_from_db()
    assert recheck.status == R.PASSED


def test_staff_may_let_a_school_report_late(client, people):
    recheck = recheck_of(named_brand(), status=R.MISSED, due_on=days(-5))
    secretary = secretary_of(recheck.honour.project)
    client.force_login(secretary)
    assert press(client, recheck, "allow", due_on=days(9), note="x").status_code == 403
    client.force_login(people.bureau)
    assert press(client, recheck, "allow", due_on=days(0), note="x").status_code == 200
    assert press(client, recheck, "allow", due_on=days(9), note="书记更换").status_code == 302
    recheck.refresh_from_db()
    assert (recheck.status, recheck.due_on) == (R.OPEN, days(9))


# Accepted by score


def acceptances(count, **batch):
    batch = BatchFactory(**batch)
    return [
        recheck_of(
            named_brand(ProjectFactory(batch=batch, status="named")), "acceptance", R.SUBMITTED
        )
        for _ in range(count)
    ]


def grade(recheck, people, score):
    perform(recheck, "score", by=people.bureau, note="评审意见", points=points_for(score))
    perform(recheck, "grade", by=people.second)
    return recheck.status


@pytest.mark.parametrize(
    ("score", "status"),
    [
        (100, R.EXCELLENT), (85, R.EXCELLENT), ("84.5", R.PASSED), (70, R.PASSED),
        ("69.5", R.EXTENDED), (60, R.EXTENDED), ("59.5", R.ADVISED), (0, R.ADVISED),
    ],
)  # fmt: skip
def test_the_bands_of_the_acceptance(people, score, status):
    recheck, *_ = acceptances(4)
    assert grade(recheck, people, score) == status
    assert recheck.honour.status == "valid"


def test_at_most_thirty_per_cent_are_excellent_whatever_the_order(people):
    rows = acceptances(4)  # One place.
    for row, score in zip(rows, (86, 90, 95, 88), strict=True):
        perform(row, "score", by=people.bureau, note="意见", points=points_for(score))
    for row in rows:
        perform(row, "grade", by=people.second)
    assert [row.status for row in rows] == [R.PASSED, R.PASSED, R.EXCELLENT, R.PASSED]


def test_more_time_is_given_once(people):
    (recheck,) = acceptances(1)
    assert grade(recheck, people, 65) == R.EXTENDED
    again = Recheck.objects.get(status=R.PLANNED, kind="acceptance")
    assert again.due_on == keeping.months_after(clock.today(), 6)
    Recheck.objects.filter(pk=again.pk).update(status=R.SUBMITTED)
    again.refresh_from_db()
    assert grade(again, people, 65) == R.ADVISED


def test_who_scores_does_not_confirm_and_the_school_waits_for_the_score(client, people):
    (recheck,) = acceptances(1)
    Project.objects.filter(pk=recheck.honour.project_id).update(
        title="红烛"
    )  # no figure but the score
    perform(recheck, "score", by=people.bureau, note="数据不足", points=points_for(72))
    with pytest.raises(PermissionDenied):
        perform(recheck, "grade", by=people.bureau)
    page = reverse("brands:recheck", args=[recheck.pk])
    client.force_login(secretary_of(recheck.honour.project))
    text = client.get(page).text
    shown = text.split("<main")[1].split("</main")[0]
    assert not re.search(r"(?<!\d)72(?!\d)", shown)  # 第724小学 may stand there
    assert "数据不足" not in text
    history = reverse("brands:project", args=[recheck.honour.project_id])
    assert "数据不足" not in client.get(history).text
    perform(recheck, "grade", by=people.second)
    assert "72.00" in client.get(page).text
    text = client.get(history).text
    assert "验收：登记验收得分" in text
    assert "数据不足" in text


def test_an_acceptance_is_judged_by_its_score_and_nothing_else_is(people):
    (recheck,) = acceptances(1)
    with pytest.raises(Conflict):
        perform(recheck, "pass", by=people.bureau)
    with pytest.raises(Conflict):
        perform(recheck_of(named_brand(), status=R.SUBMITTED), "score", by=people.bureau, points=points_for(9),
                note="x")  # fmt: skip


# By hand


def test_staff_arrange_a_re_verification_of_an_earlier_honour_once(client, people):
    unit = UnitFactory()
    honour = Honour.objects.create(
        number="苏YP-2018-0001", organisation=unit, school=unit.school, holder=unit.short,
        brand_name="红烛", label="建设成果", year=2018,
    )  # fmt: skip
    page = reverse("brands:recheck-new", args=[honour.pk])
    client.force_login(people.leader)
    assert client.get(page).status_code == 403
    client.force_login(people.bureau)
    assert client.get(page).status_code == 200
    assert client.post(page, {"due_on": days(0)}).status_code == 200
    assert client.post(page, {"due_on": days(90)}).status_code == 302

    assert client.post(page, {"due_on": days(91)}).status_code == 409
    recheck = Recheck.objects.get()
    assert (recheck.due_on, recheck.opens_on, recheck.status) == (days(90), days(30), R.PLANNED)


def test_nobody_is_asked_where_nobody_could_answer(client, people):
    honour = Honour.objects.create(
        number="苏YP-2018-0001", holder="某校", brand_name="红烛", label="建设成果", year=2018
    )
    client.force_login(people.bureau)
    assert client.get(reverse("brands:recheck-new", args=[honour.pk])).status_code == 409


# Pages


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_has_flat_queries(client, people, count, django_assert_max_num_queries):
    for _ in range(count):
        recheck_of(named_brand())
    client.force_login(people.bureau)
    client.get(reverse("brands:rechecks"))

    with django_assert_max_num_queries(9):
        page = client.get(reverse("brands:rechecks"))

    assert len(page.context["page"]) == count


def test_a_school_sees_its_own_checks_only(client, people):
    own, foreign = recheck_of(named_brand()), recheck_of(named_brand())
    client.force_login(secretary_of(own.honour.project))

    assert list(client.get(reverse("brands:rechecks")).context["page"]) == [own]
    assert client.get(reverse("brands:recheck", args=[foreign.pk])).status_code == 404
    home = client.get(reverse("dashboard:home"))
    assert str(own) in [task.name for task in home.context["tasks"]]


@pytest.mark.parametrize(
    ("status", "who"),
    [
        (R.SUBMITTED, {"bureau", "second"}),
        (R.MISSED, {"bureau", "second"}),
        (R.FIXED, {"second"}),
        (R.SCORED, {"second", "leader"}),
        (R.ADVISED, {"leader"}),
        (R.FIXING, set()),
    ],
)
def test_who_finds_it_on_the_first_page(client, people, status, who):
    recheck = recheck_of(
        named_brand(), status=status, fix_due_on=days(9), score=80, judged_by=people.bureau
    )
    found = set()
    if status in (R.SUBMITTED, R.MISSED):
        Recheck.objects.filter(pk=recheck.pk).update(judged_by=None)
    for name in ("bureau", "second", "leader"):
        client.force_login(getattr(people, name))
        tasks = client.get(reverse("dashboard:home")).context["tasks"]
        if str(recheck) in [task.name for task in tasks]:
            found.add(name)
    assert found == who
