"""A negative-list event opens reviews at once, holds promotion, warns the formal check."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from brands.models import NegativeEvent, Promotion, Recheck, RecheckStatus
from brands.services import negatives, promoting
from foundation import clock
from foundation.outbox.models import Message
from foundation.verdict import Conflict
from foundation.workflow.engine import perform
from schools.models import Role
from tests.brands.after import city, secretary_of
from tests.brands.keeping import named_brand, recheck_of
from tests.factories.brands import ProjectFactory
from tests.factories.people import person
from tests.foundation.upload_samples import pdf
from tests.moving import drawn

pytestmark = pytest.mark.django_db
R = RecheckStatus
NEW = "brands:negative-new"


@pytest.fixture
def people():
    return city()


def days(count):
    return clock.today() + dt.timedelta(days=count)


def words(school, **fields):
    return {
        "school_words": school.code, "kind": "safety", "happened_on": clock.today(),
        "document_number": "苏教函7号", "note": "内部情况", **fields,
    }  # fmt: skip


def event_at(school, by, **fields):
    event = NegativeEvent(
        school=school, kind_id="safety", note="内部情况",
        **{"happened_on": clock.today(), "document_number": "7号", **fields},
    )  # fmt: skip
    negatives.record_event(event, None, by=by)
    return event


def test_an_event_opens_a_review_of_every_honour_in_force(client, people):
    honour = named_brand()
    revoked = named_brand(honour.project.__class__.objects.get(pk=ProjectFactory(
        status="named", organisation=honour.organisation).pk))  # fmt: skip
    perform(revoked, "revoke", by=people.leader, note="x", document="1号")
    other = named_brand()
    secretary = secretary_of(honour.project)
    client.force_login(people.bureau)
    paper = SimpleUploadedFile("认定.pdf", pdf())

    response = client.post(reverse(NEW), words(honour.school, paper=paper))

    assert response.status_code == 302, response.context["form"].errors
    event = NegativeEvent.objects.get()
    recheck = Recheck.objects.get()
    assert (recheck.honour, recheck.kind, recheck.status) == (honour, "review", R.OPEN)
    assert recheck.negative == event
    assert negatives.is_held(honour)
    assert not negatives.is_held(other)
    texts = [row.payload["text"] for row in Message.objects.filter(payload__user=secretary.pk)]
    assert any("苏教函7号" in text for text in texts)
    assert not any("内部情况" in text for text in texts)
    assert client.get(reverse("brands:negative-file", args=[event.pk])).status_code == 200
    client.force_login(secretary)
    page = client.get(reverse("brands:recheck", args=[recheck.pk]))
    assert "苏教函7号" in page.text
    assert "内部情况" not in page.text


def test_only_the_bureau_records_and_only_the_city_reads(client, people):
    honour = named_brand()
    event = event_at(honour.school, people.bureau)
    page = reverse("brands:negative", args=[event.pk])
    for user, new, read in (
        (people.leader, 403, 200),
        (people.supervision, 403, 200),
        (secretary_of(honour.project), 403, 404),
        (person(Role.DISTRICT, honour.organisation.parent), 403, 404),
    ):
        client.force_login(user)
        assert client.post(reverse(NEW), words(honour.school)).status_code == new
        assert client.get(page).status_code == read
    with pytest.raises(PermissionDenied):
        negatives.record_event(NegativeEvent(school=honour.school), None, by=people.leader)


@pytest.mark.parametrize(
    "wrong",
    [{"school_words": "没有的学校"}, {"happened_on": "2199-01-01"}, {"document_number": ""}],
)
def test_what_is_wrong_is_said_and_nothing_opened(client, people, wrong):
    honour = named_brand()
    client.force_login(people.bureau)
    response = client.post(reverse(NEW), words(honour.school, **wrong))
    assert response.status_code == 200
    assert "内部情况" in response.text
    assert not NegativeEvent.objects.exists()


def test_an_event_recorded_by_mistake_is_withdrawn_and_stays_on_record(client, people):
    honour = named_brand()
    event = event_at(honour.school, people.bureau)
    page = reverse("brands:negative", args=[event.pk])
    client.force_login(people.leader)
    assert client.post(page, {"note": "登记有误"}).status_code == 403
    client.force_login(people.bureau)
    assert client.post(page, {"note": ""}).status_code == 200
    assert client.post(page, drawn(event, note="登记有误")).status_code == 302
    assert client.post(page, {"note": "再来一次"}).status_code == 409

    event.refresh_from_db()
    assert event.status == "withdrawn"
    assert Recheck.objects.get().status == R.ENDED
    assert not negatives.is_held(honour)
    assert event.events.get().note == "登记有误"


def test_a_review_may_lead_straight_to_advice_and_never_revokes_by_itself(people):
    honour = named_brand()
    event_at(honour.school, people.bureau)
    Recheck.objects.update(status=R.SUBMITTED)
    perform(Recheck.objects.get(), "advise", by=people.bureau, note="性质严重")
    honour.refresh_from_db()
    assert honour.status == "valid"
    plain = recheck_of(named_brand(), status=R.SUBMITTED)
    with pytest.raises(Conflict):
        perform(plain, "advise", by=people.bureau, note="x")


@pytest.mark.parametrize(("ago", "warned"), [(0, True), (365, True), (366, False)])
def test_the_formal_check_is_warned_of_what_is_recent(client, people, ago, warned):
    project = ProjectFactory(status="recommended")
    event_at(project.organisation.school, people.bureau, happened_on=days(-ago))
    page = reverse("brands:project", args=[project.pk])
    client.force_login(people.bureau)
    assert ("审查提示" in client.get(page).text) is warned
    for user in (secretary_of(project), person(Role.DISTRICT, project.organisation.parent)):
        client.force_login(user)
        assert "负面清单" not in client.get(page).text


def test_an_old_event_still_warns_while_its_review_is_under_way(client, people):
    honour = named_brand()
    event_at(honour.school, people.bureau, happened_on=days(-900))
    assert NegativeEvent.objects.in_effect().exists()
    Recheck.objects.update(status=R.PASSED)
    assert not NegativeEvent.objects.in_effect().exists()


# Promotion


def told(**fields):
    return {"kind": "visit", "day": clock.today(), "place": "学校报告厅", "people": 120,
            "link": "https://example.org/x", "note": "内部说明", **fields}  # fmt: skip


def test_a_promotion_is_public_once_the_bureau_confirms(client, people):
    honour = named_brand()
    public = reverse("portal:honour", args=[honour.number])
    client.force_login(secretary_of(honour.project))
    response = client.post(reverse("brands:promotion-new", args=[honour.pk]), told())
    assert response.status_code == 302
    promotion = Promotion.objects.get()
    confirm = reverse("brands:promotion-move", args=[promotion.pk, "confirm"])
    assert client.post(confirm).status_code == 403
    assert "学校报告厅" not in client.get(public).text
    client.force_login(people.bureau)
    assert client.post(confirm, drawn(promotion)).status_code == 302
    assert client.post(confirm).status_code == 409

    text = client.get(public).text
    assert "学校报告厅" in text
    assert "内部说明" not in text
    assert "1 次" in client.get(reverse("brands:honours")).text

    void = reverse("brands:promotion-move", args=[promotion.pk, "void"])
    assert client.post(void, drawn(promotion)).status_code == 409  # Without a reason.
    assert client.post(void, drawn(promotion, note="重复")).status_code == 302
    assert "学校报告厅" not in client.get(public).text


def test_who_promotes_and_who_reads(client, people):
    honour = named_brand()
    new = reverse("brands:promotion-new", args=[honour.pk])
    for user, read, write in (
        (person(Role.STAFF, honour.organisation), 200, 302),
        (people.bureau, 200, 302),
        (people.leader, 200, 403),
        (person(Role.DISTRICT, honour.organisation.parent), 200, 403),
        (secretary_of(named_brand().project), 404, 404),
    ):
        client.force_login(user)
        page = reverse("brands:promotions", args=[honour.pk])
        assert client.get(page).status_code == read
        assert client.post(new, told()).status_code == write


@pytest.mark.parametrize(
    "wrong", [{"place": "联系 13812345678"}, {"link": "javascript:alert(1)"}, {"day": "2199-01-01"}]
)
def test_nothing_dangerous_becomes_public(client, people, wrong):
    honour = named_brand()
    client.force_login(people.bureau)
    response = client.post(reverse("brands:promotion-new", args=[honour.pk]), told(**wrong))
    assert response.status_code == 200
    assert not Promotion.objects.exists()


def test_no_promotion_while_a_review_is_open_or_after_a_revocation(client, people):
    honour = named_brand()
    client.force_login(people.bureau)
    new = reverse("brands:promotion-new", args=[honour.pk])
    client.post(new, told())
    event = event_at(honour.school, people.bureau)

    response = client.post(new, told(place="写了半天的地点"))
    assert response.status_code == 409
    assert "写了半天的地点" in response.text
    promotion = Promotion.objects.get()
    confirm = reverse("brands:promotion-move", args=[promotion.pk, "confirm"])
    assert client.post(confirm).status_code == 409
    assert "专项复核期间" in client.get(reverse("brands:promotions", args=[honour.pk])).text

    perform(event, "withdraw", by=people.bureau, note="误")
    assert client.post(confirm, drawn(promotion)).status_code == 302
    perform(honour, "revoke", by=people.leader, note="x", document="1号")
    assert client.post(new, told()).status_code == 409


@pytest.mark.django_db(transaction=True)
def test_an_event_and_a_promotion_at_once_never_both_slip_through():
    from tests.crowd import answers_of

    people = city()
    honour = named_brand()

    def promote():
        row = Promotion(honour=honour, kind="visit", day=clock.today(), place="报告厅")
        return promoting.record_promotion(row, by=people.bureau).at

    answers = answers_of([promote, lambda: event_at(honour.school, people.bureau).at])

    assert negatives.is_held(honour)
    if "conflict" not in answers:
        assert min(answers) == Promotion.objects.get().at or Promotion.objects.count() == 1


@pytest.mark.parametrize("count", [1, 3])
def test_the_register_counts_promotions_in_flat_queries(
    client, people, count, django_assert_max_num_queries
):
    for _ in range(count):
        honour = named_brand()
        promoting.record_promotion(
            Promotion(honour=honour, kind="visit", day=clock.today(), place="x"), by=people.bureau
        )
        event_at(honour.school, people.bureau)
    client.force_login(people.bureau)
    client.get(reverse("brands:honours"))
    for name in ("honours", "negatives", "rechecks"):
        with django_assert_max_num_queries(10):
            client.get(reverse(f"brands:{name}"))


def test_the_page_that_asks_for_a_promotion_is_not_there_for_what_is_revoked(client, people):
    honour = named_brand()
    client.force_login(people.bureau)
    address = reverse("brands:promotion-new", args=[honour.pk])
    assert client.get(address).status_code == 200

    perform(honour, "revoke", by=people.leader, note="x", document="1号")

    assert client.get(address).status_code == 409
