import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse

from brands.models import Batch, Objection
from foundation.audit.models import AuditEvent
from foundation.outbox.models import Message
from foundation.verdict import Conflict
from foundation.workdays.services import add_workdays
from foundation.workflow.engine import perform
from tests.brands.after import city, published, secretary_of
from tests.moving import drawn

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return city()


@pytest.fixture
def publicity(people):
    return published(people)[0]


def object_to(publicity, n=0, **fields):
    project = publicity.entries.all()[n].project
    fields = {"text": "材料与事实不符", "name": "张某", "contact": "13812345678", **fields}
    return Objection.objects.create(publicity=publicity, project=project, **fields)


def post(client, objection, name, **fields):
    url = reverse("brands:objection-transition", args=[objection.pk, name])
    return client.post(url, drawn(objection, **fields))


def status_of(project):
    project.refresh_from_db()
    return project.status


@pytest.mark.parametrize("count", [1, 3])
def test_objections_are_listed_with_flat_queries(
    client, people, publicity, count, django_assert_max_num_queries
):
    for _ in range(count):
        perform(object_to(publicity), "accept", by=people.bureau)
    client.force_login(people.supervision)

    with django_assert_max_num_queries(7):
        response = client.get(reverse("brands:objections"), {"status": "open"})

    assert len(response.context["page"]) == count


def test_an_objection_says_when_its_limit_begins(client, people, publicity):
    objection = object_to(publicity)
    client.force_login(people.supervision)
    pages = [reverse("brands:objections"), reverse("brands:objection", args=[objection.pk])]

    before = [client.get(page).content.decode() for page in pages]
    perform(objection, "accept", by=people.bureau)
    after = [client.get(page).content.decode() for page in pages]

    assert all("受理后起算" in page and "未设期限" not in page for page in before)
    assert all("剩余 10 个工作日" in page for page in after)


def test_objections_are_hidden_from_the_school_objected_to(client, publicity):
    objection = object_to(publicity)
    client.force_login(secretary_of(objection.project))

    assert client.get(reverse("brands:objections")).status_code == 403
    assert client.get(reverse("brands:objection", args=[objection.pk])).status_code == 404
    assert post(client, objection, "accept").status_code == 404


@pytest.mark.parametrize(
    ("who", "sees"), [("bureau", True), ("supervision", True), ("leader", False)]
)
def test_the_objector_is_shown_to_handlers_only(client, people, publicity, who, sees):
    objection = object_to(publicity)
    client.force_login(getattr(people, who))

    page = client.get(reverse("brands:objection", args=[objection.pk])).text

    assert ("13812345678" in page) is sees
    assert ("张某" in page) is sees


def test_the_leader_may_not_handle(client, people, publicity):
    objection = object_to(publicity)
    client.force_login(people.leader)

    assert post(client, objection, "accept").status_code == 403


def test_accepting_holds_this_project_alone(client, people, publicity, at):
    at("2026-09-24 10:00")
    objection = object_to(publicity)
    other = publicity.entries.all()[1].project
    client.force_login(people.bureau)

    assert post(client, objection, "accept", version=0).status_code == 302

    objection.refresh_from_db()
    assert objection.status == "investigating"
    assert objection.due_on == add_workdays(objection.received_at.date(), 10).date
    assert status_of(objection.project) == "on_hold"
    assert status_of(other) == "publicity"


def test_an_anonymous_lead_holds_nothing_by_itself(people, publicity):
    objection = object_to(publicity, is_anonymous=True, name="", contact="")
    assert status_of(objection.project) == "publicity"

    perform(objection, "accept", by=people.supervision)

    assert status_of(objection.project) == "on_hold"


def test_whoever_let_the_project_pass_does_not_handle_its_objection(client, people, publicity):
    objection = object_to(publicity)
    objection.project.events.create(
        name="accept", label="审查通过", source="submitted", target="eligible", by=people.bureau
    )
    client.force_login(people.bureau)

    page = client.get(reverse("brands:objection", args=[objection.pk]))
    assert "由另一位同志办理" in page.text
    assert page.context["moves"] == []
    assert post(client, objection, "accept").status_code == 403
    assert status_of(objection.project) == "publicity"
    assert objection not in Objection.objects.awaiting(people.bureau)
    assert objection in Objection.objects.awaiting(people.second)
    client.force_login(people.second)
    assert post(client, objection, "accept").status_code == 302
    client.force_login(people.bureau)
    assert post(client, objection, "take_over", note="轮换").status_code == 403


@pytest.mark.parametrize("name", ["recommend", "district_return", "return", "reject"])
def test_whoever_judged_the_project_does_not_handle_its_objection(client, people, publicity, name):
    objection = object_to(publicity)
    objection.project.events.create(
        name=name, label="办理", source="district_review", target="returned", by=people.bureau
    )
    client.force_login(people.bureau)
    assert post(client, objection, "accept").status_code == 403
    assert not Objection.objects.awaiting(people.bureau).exists()
    assert Objection.objects.awaiting(people.second).exists()


def test_the_batch_says_in_how_many_days(people, publicity, at):
    Batch.objects.filter(pk=publicity.batch_id).update(objection_days=3)
    at("2026-11-16 09:00")
    objection = object_to(publicity)
    perform(objection, "accept", by=people.second)
    assert objection.due_on.isoformat() == "2026-11-19"


def test_the_handler_concludes_and_another_person_takes_over_first(client, people, publicity):
    objection = object_to(publicity)
    perform(objection, "accept", by=people.bureau)
    due_on = objection.due_on
    client.force_login(people.second)

    assert post(client, objection, "dismiss", note="查无实据").status_code == 403
    assert post(client, objection, "take_over").status_code == 409  # Without a reason.
    assert post(client, objection, "take_over", note="承办人出差").status_code == 302
    objection.refresh_from_db()
    assert (objection.handler, objection.due_on) == (people.second, due_on)
    assert post(client, objection, "take_over", note="再来").status_code == 409
    assert post(client, objection, "dismiss", note="查无实据").status_code == 302


def test_two_who_take_one_objection_up_at_once_make_one_handler(people, publicity):
    first = object_to(publicity)
    second = Objection.objects.get(pk=first.pk)
    perform(first, "accept", by=people.bureau, version=0)

    with pytest.raises(Conflict):
        perform(second, "accept", by=people.supervision, version=0)

    assert Objection.objects.get().handler == people.bureau


@pytest.mark.parametrize(
    ("who", "status"), [("bureau", 200), ("supervision", 200), ("leader", 404)]
)
def test_evidence_is_for_handlers_only(client, people, publicity, who, status):
    objection = object_to(publicity)
    stored = default_storage.save("objections/x.pdf", ContentFile(b"%PDF-1.4"))
    file = objection.files.create(
        name="证明.pdf", stored=stored, content_type="application/pdf", size=8, sha256="0" * 64
    )
    client.force_login(getattr(people, who))
    address = reverse("brands:objection-file", args=[file.pk])

    page = client.get(reverse("brands:objection", args=[objection.pk])).text
    response = client.get(address)

    assert response.status_code == status
    assert (address in page) is (status == 200)
    kept = AuditEvent.objects.filter(action="download", actor_id=getattr(people, who).pk)
    assert kept.count() == (status == 200)
    client.force_login(secretary_of(objection.project))
    assert client.get(address).status_code == 404


def test_dismissing_lets_the_project_go_on(people, publicity):
    objection = object_to(publicity)
    perform(objection, "accept", by=people.bureau)

    perform(objection, "dismiss", by=people.bureau, note="查无实据")

    assert status_of(objection.project) == "publicity"


def test_a_second_objection_still_holds_the_project(people, publicity):
    first, second = object_to(publicity), object_to(publicity)
    perform(first, "accept", by=people.bureau)
    perform(second, "accept", by=people.bureau)

    perform(first, "dismiss", by=people.bureau, note="查无实据")
    assert status_of(first.project) == "on_hold"

    perform(second, "dismiss", by=people.bureau, note="查无实据")
    assert status_of(first.project) == "publicity"


def test_upholding_takes_the_project_off_without_naming_the_objector(people, publicity):
    objection = object_to(publicity)
    secretary = secretary_of(objection.project)
    perform(objection, "accept", by=people.bureau)

    perform(objection, "uphold", by=people.bureau, note="张某反映属实")

    assert status_of(objection.project) == "declined"
    letters = [row.payload for row in Message.objects.filter(payload__user=secretary.pk)]
    assert any("经核实成立" in letter["text"] for letter in letters)
    assert "张某" not in str(letters)
    assert not objection.project.events.filter(note__contains="张某").exists()


def test_not_accepting_needs_a_reason_and_changes_no_project(client, people, publicity):
    objection = object_to(publicity)
    client.force_login(people.bureau)

    assert post(client, objection, "not_accept", note=" ").status_code == 409
    assert post(client, objection, "not_accept", note="不属于公示内容").status_code == 302
    assert status_of(objection.project) == "publicity"


def test_a_character_the_database_cannot_keep_is_left_out_of_a_reason(client, people, publicity):
    objection = object_to(publicity)
    client.force_login(people.bureau)

    post(client, objection, "not_accept", note=" 内容\0不明确 ")

    assert objection.events.get(name="not_accept").note == "内容不明确"


def test_a_closed_or_stale_objection_is_a_conflict(client, people, publicity):
    objection = object_to(publicity)
    client.force_login(people.bureau)
    assert post(client, objection, "dismiss", note="早了").status_code == 409
    perform(objection, "accept", by=people.bureau)

    assert post(client, objection, "uphold", note="属实", version=0).status_code == 409
    assert post(client, objection, "vanish").status_code == 404
    assert (
        client.get(
            reverse("brands:objection-transition", args=[objection.pk, "uphold"])
        ).status_code
        == 405
    )


def test_a_named_project_takes_no_more_objections(people, publicity):
    objection = object_to(publicity)
    type(objection.project).objects.filter(pk=objection.project_id).update(status="named")

    with pytest.raises(Conflict, match="已命名"):
        perform(objection, "accept", by=people.bureau)

    objection.refresh_from_db()
    assert objection.status == "received"
