"""意见建议: from the footer of every page, with or without an account, to an answer (F-A 7)."""

import pytest
from django.urls import reverse

from foundation.feedback import services
from foundation.feedback.models import Suggestion
from foundation.notifications.models import Notice
from foundation.outbox.services import drain
from foundation.verdict import Conflict
from schools.models import Role
from tests.factories.people import person
from tests.factories.schools import RootFactory, UnitFactory

pytestmark = pytest.mark.django_db
PAGE = "portal:feedback"


@pytest.fixture
def bureau():
    return person(Role.BUREAU, RootFactory())


def write(client, text="希望少填一张表", **fields):
    return client.post(reverse(PAGE), {"text": text, **fields})


def test_anybody_writes_and_the_bureau_hears(client, bureau):
    before = client.get(
        reverse(PAGE), headers={"Referer": f"http://testserver{reverse('portal:home')}"}
    )
    assert before.context["form"].initial["page"] == reverse("portal:home")

    page = client.post(reverse(PAGE), {"text": "希望少填一张表", "page": "/x/"}, follow=True)

    found = Suggestion.objects.get()
    assert found.number in page.text
    assert (found.by, found.page) == (None, "/x/")
    drain()
    letter = Notice.objects.get(user=bureau)
    assert letter.link == reverse("dashboard:suggestion", args=[found.pk])


def test_a_page_of_another_site_is_not_kept(client):
    page = client.get(reverse(PAGE), headers={"Referer": "https://other.example/secret/"})

    assert page.context["form"].initial["page"] == ""


def test_an_empty_one_is_refused(client):
    assert write(client, " ").status_code == 200
    assert not Suggestion.objects.exists()


def test_one_address_writes_no_more_than_its_share(client, bureau):
    for _ in range(services.DAILY_LIMIT):
        assert write(client).status_code == 302

    assert write(client).status_code == 429
    client.force_login(bureau)
    assert write(client).status_code == 302
    assert Suggestion.objects.count() == services.DAILY_LIMIT + 1


def test_staff_answer_once_and_the_writer_hears(client, bureau):
    writer = person(Role.SECRETARY, UnitFactory())
    client.force_login(writer)
    write(client)
    found = Suggestion.objects.get()
    address = reverse("dashboard:suggestion", args=[found.pk])
    assert client.get(address).status_code == 403
    assert client.get(reverse("dashboard:suggestions")).status_code == 403

    client.force_login(bureau)
    tasks = client.get(reverse("dashboard:home")).context["tasks"]
    assert "办理意见建议：1 条" in [task.name for task in tasks]
    assert found.number in client.get(reverse("dashboard:suggestions")).text
    assert client.post(address, {"reply": ""}).status_code == 200
    assert client.post(address, {"reply": "已合并两张表"}).status_code == 302

    drain()
    assert "已合并两张表" in Notice.objects.get(user=writer).text
    assert client.post(address, {"reply": "又一次"}).status_code == 409
    with pytest.raises(Conflict):
        services.answer(found, reply="x", by=bureau, via=None)


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_has_flat_queries(client, bureau, count, django_assert_max_num_queries):
    Suggestion.objects.bulk_create(Suggestion(text="x", by=bureau) for _ in range(count))
    client.force_login(bureau)

    with django_assert_max_num_queries(6):
        client.get(reverse("dashboard:suggestions"))


def test_a_clerk_who_wrote_it_hears_of_the_answer_too(client, bureau):
    client.force_login(bureau)
    write(client)
    drain()

    services.answer(Suggestion.objects.get(), reply="已合并两张表。", by=bureau, via=None)
    drain()

    told = Notice.objects.filter(user=bureau).values_list("subject", flat=True)
    assert sorted(told) == ["意见建议办理情况", "收到一条意见建议"]
