from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from brands.models import Publicity
from brands.scanning import scan
from brands.services import publishing
from brands.services.naming import name_many
from brands.tasks import close_due_publicity
from foundation import clock
from foundation.verdict import Conflict
from foundation.workflow.engine import perform
from tests.brands.after import city, draft, published, ranked, secretary_of
from tests.factories.brands import BatchFactory
from tests.moving import drawn

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return city()


def fields(projects, **more):
    return {
        "title": "公示",
        "text": "现予公示。",
        "contact_office": "组织处",
        "contact_phone": "0512-00000000",
        "contact_email": "",
        "contact_address": "示例路1号",
        "project": [project.pk for project in projects],
        **more,
    }


def test_history_begins_with_the_drafting(client, people):
    batch, projects = ranked(1, status="approved")
    client.force_login(people.bureau)
    client.post(reverse("brands:publicity-new", args=[batch.pk]), fields(projects))
    publicity = Publicity.objects.get()
    client.force_login(people.second)
    edited = drawn(publicity, **fields(projects, title="新"))
    client.post(reverse("brands:publicity-edit", args=[publicity.pk]), edited)
    publicity.refresh_from_db()
    perform(publicity, "confirm", by=people.bureau)

    events = client.get(reverse("brands:publicity", args=[publicity.pk])).context["events"]

    bureau, second = (
        f"市委教育工委 · 局工作人员（{who.name}）" for who in (people.bureau, people.second)
    )
    assert [(event["label"], event["who"]) for event in events] == [
        ("起草公示", bureau),
        ("修改公示", second),
        ("复核并发布", bureau),
    ]


def test_only_the_bureau_drafts(people):
    batch, projects = ranked(1, status="approved")

    with pytest.raises(PermissionDenied):
        draft(batch, projects, people.leader)


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("身份证 32050119900101123X。", ["身份证号"]),
        ("身份证３２０５０１１９９００１０１１２３４", ["身份证号"]),
        ("分开写 320501 19900101 1234", ["身份证号"]),
        ("手机13812345678，", ["手机号码"]),
        ("手机 138 1234 5678 或 138-1234-5679", ["手机号码", "手机号码"]),
        ("卡号 6222021234567890128", ["银行卡号"]),
        ("卡号 6222021234567890127", []),
        ("办公电话 0512-65220000，邮编 215000，2026年第1批", []),
        ("苏教工委〔2026〕12号 2026-09-24 至 2026-10-09", []),
    ],
)
def test_scan_finds_personal_numbers(text, kinds):
    assert [hit.kind for hit in scan(text, "正文")] == kinds


MOBILE, LANDLINE, CARD = "13812345678", "0512-65220000", "6222021234567890128"


@pytest.mark.parametrize(
    ("fields_", "where"),
    [
        ({"contact_phone": MOBILE}, "联系电话"),
        ({"contact_phone": f"{LANDLINE}、{MOBILE}"}, "联系电话"),
        ({"contact_office": f"组织处 {CARD}"}, "受理部门"),
        ({"contact_email": f"{MOBILE}@example.com"}, "电子邮箱"),
        ({"contact_address": "示例路1号 320501199001011234"}, "通讯地址"),
        ({"contact_phone": LANDLINE}, None),
    ],
)
def test_a_personal_number_in_the_contact_block_waits_for_the_second_person(people, fields_, where):
    batch, projects = ranked(1, status="approved")
    publicity = draft(batch, projects, people.bureau, **fields_)

    hits = publishing.hits_of(publicity)

    assert [hit.where for hit in hits] == ([where] if where else [])
    if where:
        with pytest.raises(Conflict, match="疑似个人信息未核对"):
            perform(publicity, "confirm", by=people.second)
    perform(publicity, "confirm", by=people.second, checked=[hit.key for hit in hits])


def test_a_number_in_the_name_of_a_unit_is_found_and_shown_masked(people):
    batch, projects = ranked(1, status="approved")
    unit = projects[0].organisation
    unit.school = None
    unit.name = f"示例支部{MOBILE}"
    unit.save()

    (hit,) = publishing.hits_of(draft(batch, projects, people.bureau))

    assert hit.where.startswith("单位名称")
    assert MOBILE not in hit.where


def test_the_level_is_published_and_the_naming_keeps_to_it(client, people):
    batch, projects = ranked(1, status="approved")
    client.force_login(people.bureau)
    client.post(
        reverse("brands:publicity-new", args=[batch.pk]), fields(projects, level="province")
    )
    publicity = Publicity.objects.get()
    perform(publicity, "confirm", by=people.second)
    assert [entry["level"] for entry in publicity.snapshot["entries"]] == ["省级"]
    Publicity.objects.update(status="ended", closes_at=timezone.now() - timedelta(days=1))

    named = {"document_number": "18号", "level": "city"}
    with pytest.raises(Conflict, match="公示的级别是“省级”"):
        name_many(batch, [projects[0].pk], by=people.leader, **named)
    assert name_many(batch, [projects[0].pk], by=people.leader, **named | {"level": "province"})


def test_scan_shows_only_masks():
    assert [hit.masked for hit in scan("13812345678 320501199001011234", "正文")] == [
        "138****5678",
        "3205**********1234",
    ]


def test_bureau_drafts_with_the_office_filled_in(client, people, settings):
    batch, projects = ranked(2, status="approved")
    client.force_login(people.bureau)
    url = reverse("brands:publicity-new", args=[batch.pk])

    shown = client.get(url)
    response = client.post(url, fields(projects, status="published", drafted_by="1", sha256="x"))

    assert shown.context["form"].initial["contact_office"] == settings.SITE["office"]
    publicity = Publicity.objects.get()
    assert response.url == reverse("brands:publicity", args=[publicity.pk])
    assert (publicity.status, publicity.drafted_by, publicity.sha256) == (
        "draft",
        people.bureau,
        "",
    )
    assert publicity.entries.count() == 2


def test_drafting_keeps_what_was_typed(client, people):
    batch, projects = ranked(1, status="approved")
    client.force_login(people.bureau)

    response = client.post(
        reverse("brands:publicity-new", args=[batch.pk]),
        fields(projects, title="", text="写好的正文"),
    )

    assert response.status_code == 200
    assert "写好的正文" in response.text


def test_drafting_belongs_to_the_bureau(client, people):
    batch, _ = ranked(1, status="approved")
    url = reverse("brands:publicity-new", args=[batch.pk])
    for user in (people.leader, people.supervision):
        client.force_login(user)
        assert client.get(url).status_code == 403


def test_publicity_is_hidden_from_schools(client, people):
    publicity, projects = published(people)
    client.force_login(secretary_of(projects[0]))

    for name in ("publicity", "publicity-edit"):
        assert client.get(reverse(f"brands:{name}", args=[publicity.pk])).status_code == 404
    url = reverse("brands:publicity-confirm", args=[publicity.pk])
    assert client.post(url).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_publicity_page_has_flat_queries(client, people, count, django_assert_max_num_queries):
    batch, projects = ranked(count, status="approved")
    publicity = draft(batch, projects, people.bureau)
    client.force_login(people.second)

    with django_assert_max_num_queries(12):
        response = client.get(reverse("brands:publicity", args=[publicity.pk]))

    assert "复核无误" in response.text


def test_the_drafter_may_not_confirm(client, people):
    batch, projects = ranked(1, status="approved")
    publicity = draft(batch, projects, people.bureau)
    client.force_login(people.bureau)

    response = client.post(reverse("brands:publicity-confirm", args=[publicity.pk]))

    assert response.status_code == 403
    assert "另一人" in client.get(reverse("brands:publicity", args=[publicity.pk])).text


def test_who_edits_last_may_not_confirm(client, people):
    batch, projects = ranked(1, status="approved")
    publicity = draft(batch, projects, people.bureau)
    client.force_login(people.second)
    edited = drawn(publicity, **fields(projects, title="改过"))
    client.post(reverse("brands:publicity-edit", args=[publicity.pk]), edited)
    publicity.refresh_from_db()

    with pytest.raises(PermissionDenied):
        perform(publicity, "confirm", by=people.second)
    perform(publicity, "confirm", by=people.bureau)

    assert publicity.snapshot["title"] == "改过"


def test_confirming_moves_the_projects_and_freezes_the_words(client, people, at):
    at("2026-09-24 10:00")
    batch, projects = ranked(2, status="approved")
    publicity = draft(batch, projects, people.bureau)
    client.force_login(people.second)

    response = client.post(
        reverse("brands:publicity-confirm", args=[publicity.pk]), {"version": publicity.version}
    )

    assert response.status_code == 302
    publicity.refresh_from_db()
    assert publicity.opens_on == date(2026, 9, 24)
    # Five legal working days, National Day and its make-up days counted.
    assert publicity.closes_at == clock.end_of(date(2026, 10, 9))
    assert not publicity.provisional
    assert publicity.sha256 == publishing.digest(publicity.snapshot)
    assert [set(entry) for entry in publicity.snapshot["entries"]] == [
        {"project", "school", "area", "brand", "level"}
    ] * 2
    for project in projects:
        project.refresh_from_db()
        assert project.status == "publicity"


def test_an_unknown_year_gives_a_provisional_date(people, at):
    at("2031-03-03 10:00")
    publicity, _ = published(people)

    assert publicity.provisional


def test_a_stale_page_confirms_nothing(client, people):
    batch, projects = ranked(1, status="approved")
    publicity = draft(batch, projects, people.bureau)
    publishing.save_draft(publicity, [projects[0].pk], by=people.bureau)
    client.force_login(people.second)

    url = reverse("brands:publicity-confirm", args=[publicity.pk])

    assert client.post(url, {"version": publicity.version - 1}).status_code == 409
    assert client.get(url).status_code == 405


def test_an_unchecked_hit_blocks_publishing(client, people):
    batch, projects = ranked(1, status="approved")
    projects[0].title = "联系13912345678"
    projects[0].save()
    publicity = draft(batch, projects, people.bureau, text="联系 13812345678")
    url = reverse("brands:publicity-confirm", args=[publicity.pk])
    client.force_login(people.second)
    shown = client.get(reverse("brands:publicity", args=[publicity.pk]))
    keys = [hit.key for hit in shown.context["hits"]]

    assert "138****5678" in shown.text
    seen = {"version": publicity.version}
    assert client.post(url, seen).status_code == 409
    assert client.post(url, seen | {"checked": keys[:1]}).status_code == 409
    assert client.post(url, seen | {"checked": keys}).status_code == 302


def test_a_declined_project_stops_the_whole_notice(people):
    batch, projects = ranked(2, status="approved")
    publicity = draft(batch, projects, people.bureau)
    type(projects[0]).objects.filter(pk=projects[0].pk).update(status="declined")

    with pytest.raises(Conflict, match="已审定"):
        perform(publicity, "confirm", by=people.second)


def test_a_draft_changed_meanwhile_is_not_written_over(client, people):
    batch, projects = ranked(1, status="approved")
    publicity = draft(batch, projects, people.bureau)
    edit = reverse("brands:publicity-edit", args=[publicity.pk])
    mine = drawn(publicity, **fields(projects, title="我写的"))
    client.force_login(people.second)
    client.post(edit, drawn(publicity, **fields(projects, title="他人写的")))

    client.force_login(people.bureau)
    stale = client.post(edit, mine)

    assert stale.status_code == 409
    assert "已被他人修改" in stale.text
    assert 'value="我写的"' in stale.text
    assert Publicity.objects.get().title == "他人写的"
    assert client.post(edit, fields(projects, title="没有版本")).status_code == 409
    again = mine | {"version": stale.context["publicity"].version}
    assert client.post(edit, again).status_code == 302
    assert Publicity.objects.get().title == "我写的"


def test_a_published_notice_is_not_edited(client, people):
    publicity, projects = published(people)
    client.force_login(people.bureau)

    response = client.post(
        reverse("brands:publicity-edit", args=[publicity.pk]), fields(projects, title="改")
    )

    assert response.status_code == 409


@pytest.mark.parametrize(("seconds", "status"), [(-1, 200), (0, 200), (1, 404)])
def test_the_public_page_lives_to_its_last_second(client, people, at, seconds, status):
    publicity, _ = published(people)
    moment = timezone.localtime(publicity.closes_at) + timedelta(seconds=seconds)
    at(moment.replace(tzinfo=None).isoformat())

    assert client.get(reverse("portal:notice", args=[publicity.pk])).status_code == status


def test_the_task_ends_a_notice_once(people, at):
    publicity, _ = published(people)
    assert close_due_publicity() == 0
    at(
        (timezone.localtime(publicity.closes_at) + timedelta(seconds=2))
        .replace(tzinfo=None)
        .isoformat()
    )

    assert [close_due_publicity(), close_due_publicity()] == [1, 0]

    publicity.refresh_from_db()
    assert publicity.status == "ended"
    assert publicity.events.filter(name="end", by=None).count() == 1


def test_no_person_may_end_a_notice(people):
    publicity, _ = published(people)

    with pytest.raises(PermissionDenied):
        perform(publicity, "end", by=people.leader)


def test_calendar_days_are_counted_as_they_come(people, at):
    at("2026-03-02 09:00")  # A Monday: with the day of posting left out it ends on a Monday.
    publicity, _ = published(people, 1, publicity_unit="calendar", publicity_days=7)
    assert timezone.localdate(publicity.closes_at) == date(2026, 3, 9)
    assert publicity.snapshot["closes_on"] == "2026-03-09"


def test_a_notice_that_would_end_on_a_day_off_waits(client, people, at):
    at("2026-03-02 09:00")
    batch, projects = ranked(1, status="approved", publicity_unit="calendar", publicity_days=12)
    notice = draft(batch, projects, people.bureau)
    with pytest.raises(Conflict, match="2026年3月14日，是休息日"):
        perform(notice, "confirm", by=people.second)
    client.force_login(people.second)
    assert "是休息日" in client.get(reverse("brands:publicity", args=[notice.pk])).text

    at("2026-03-04 09:00")
    perform(notice, "confirm", by=people.second)
    assert timezone.localdate(notice.closes_at) == date(2026, 3, 16)


def test_the_database_keeps_the_least_of_calendar_days():
    with pytest.raises(IntegrityError), transaction.atomic():
        BatchFactory(publicity_unit="calendar", publicity_days=6)
