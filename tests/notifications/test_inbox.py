import pytest
from django.urls import reverse

from foundation.notifications.models import Notice
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db
INBOX = reverse("notifications:inbox")


@pytest.fixture
def user(client):
    user = UserFactory()
    client.force_login(user)
    return user


def notice(user, key, link="/checkups/"):
    return Notice.objects.create(user=user, key=key, subject=f"标题{key}", text="内容", link=link)


@pytest.mark.parametrize("name", ["inbox", "notice", "inbox-read-all"])
def test_needs_a_login(client, name):
    url = reverse(f"notifications:{name}", args=[1] if name == "notice" else [])

    assert client.get(url).status_code == 302
    assert client.post(url).status_code == 302


def test_shows_only_ones_own(client, user):
    own = notice(user, "a")
    notice(UserFactory(), "b")

    response = client.get(INBOX)

    assert list(response.context["page"]) == [own]
    assert response.context["unread"] == 1


def test_opening_reads_it_and_goes_there(client, user):
    own = notice(user, "a")

    response = client.post(reverse("notifications:notice", args=[own.pk]))

    assert (response.status_code, response["Location"]) == (302, "/checkups/")
    own.refresh_from_db()
    assert own.read_at is not None


def test_opening_again_keeps_when_it_was_first_read(client, user):
    own = notice(user, "a")
    url = reverse("notifications:notice", args=[own.pk])
    client.post(url)
    own.refresh_from_db()
    first = own.read_at

    client.post(url)

    own.refresh_from_db()
    assert own.read_at == first


@pytest.mark.parametrize("link", ["", "https://evil.example/", "//evil.example/", "javascript:x"])
def test_never_leads_away_from_the_site(client, user, link):
    own = notice(user, "a", link=link)

    response = client.post(reverse("notifications:notice", args=[own.pk]))

    assert response["Location"] == INBOX


def test_somebody_elses_is_not_found(client, user):
    other = notice(UserFactory(), "b")

    assert client.post(reverse("notifications:notice", args=[other.pk])).status_code == 404
    other.refresh_from_db()
    assert other.read_at is None


def test_looking_does_not_read(client, user):
    own = notice(user, "a")

    assert client.get(reverse("notifications:notice", args=[own.pk])).status_code == 405
    assert client.get(reverse("notifications:inbox-read-all")).status_code == 405
    own.refresh_from_db()
    assert own.read_at is None


def test_read_all_reads_ones_own_only(client, user):
    notice(user, "a")
    other = notice(UserFactory(), "b")

    client.post(reverse("notifications:inbox-read-all"))

    other.refresh_from_db()
    assert other.read_at is None
    assert not Notice.objects.visible_to(user).unread().exists()


def test_unread_filter(client, user):
    notice(user, "a")
    client.post(reverse("notifications:inbox-read-all"))
    new = notice(user, "b")

    response = client.get(INBOX, {"unread": "on"})

    assert list(response.context["page"]) == [new]


def test_says_so_when_empty(client, user):
    assert "没有消息" in client.get(INBOX).content.decode()


def test_queries_are_flat(client, user, django_assert_max_num_queries):
    notice(user, "a")
    with django_assert_max_num_queries(8):
        client.get(INBOX)
    notice(user, "b")
    notice(user, "c")
    with django_assert_max_num_queries(8):
        client.get(INBOX)
