import pytest
from django.test import Client

from foundation.accounts import lockout
from tests.factories.people import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db


def fail(client, username, address="10.0.0.1", **more):
    data = {"username": username, "password": more.pop("password", "wrong"), "next": "/x/"}
    return client.post("/account/login/", data, REMOTE_ADDR=address, **more).status_code


def test_five_failures_close_the_account_at_that_address_for_a_quarter(client, pass_time):
    user = UserFactory()

    assert [fail(client, user.username) for _ in range(5)] == [200, 200, 200, 200, 429]
    assert fail(client, user.username, password=PASSWORD) == 429
    pass_time(minutes=14)
    assert fail(client, user.username, password=PASSWORD) == 429
    pass_time(minutes=1, seconds=1)
    assert fail(client, user.username, password=PASSWORD) == 302


def test_another_address_and_another_account_stay_open(client):
    user, other = UserFactory(), UserFactory()
    for _ in range(5):
        fail(client, user.username)

    assert fail(Client(), user.username, "10.0.0.2", password=PASSWORD) == 302
    assert fail(Client(), other.username, password=PASSWORD) == 302


def test_trying_while_waiting_does_not_lengthen_the_wait(client, pass_time):
    user = UserFactory()
    for _ in range(5):
        fail(client, user.username)
    for _ in range(3):
        pass_time(minutes=4)
        assert fail(client, user.username) == 429
    pass_time(minutes=3, seconds=1)

    assert fail(client, user.username, password=PASSWORD) == 302


def test_page_says_in_chinese_how_long_to_wait(client, pass_time):
    user = UserFactory()
    for _ in range(5):
        fail(client, user.username)
    pass_time(minutes=10)

    response = client.post(
        "/account/login/", {"username": user.username, "password": "x"}, REMOTE_ADDR="10.0.0.1"
    )

    assert response.status_code == 429
    assert response["Retry-After"] == "300"
    assert "请 5 分钟后再试" in response.content.decode()


def test_rotating_forwarded_for_and_agent_does_not_help(client):
    user = UserFactory()

    answers = [
        fail(
            client,
            user.username,
            HTTP_X_FORWARDED_FOR=f"203.0.113.{n}",
            HTTP_USER_AGENT=f"agent {n}",
        )
        for n in range(6)
    ]

    assert answers == [200, 200, 200, 200, 429, 429]


def test_behind_our_proxy_only_its_own_hop_counts(client, settings):
    settings.TRUSTED_PROXIES = 1
    user = UserFactory()

    def through_proxy(n):
        return fail(client, user.username, HTTP_X_FORWARDED_FOR=f"203.0.113.{n}, 198.51.100.7")

    assert [through_proxy(n) for n in range(6)] == [200, 200, 200, 200, 429, 429]
    other = fail(Client(), user.username, password=PASSWORD, HTTP_X_FORWARDED_FOR="198.51.100.8")
    assert other == 302


def test_twenty_a_day_close_the_account_everywhere_and_tell_the_staff(
    client, pass_time, monkeypatch
):
    told = []
    monkeypatch.setattr(lockout, "ON_DAILY_LIMIT", [told.append])
    user = UserFactory()
    answers = []
    for n in range(20):
        answers.append(fail(client, user.username, f"10.0.1.{n}"))
        pass_time(minutes=20)

    assert answers == [200] * 19 + [429]
    assert told == [user]

    fail(client, user.username, "10.0.2.1")
    assert fail(client, user.username, "10.0.2.2", password=PASSWORD) == 429
    pass_time(minutes=15, seconds=1)
    assert fail(client, user.username, "10.0.2.2", password=PASSWORD) == 302


def test_the_day_ends(client, pass_time):
    user = UserFactory()
    for n in range(19):
        fail(client, user.username, f"10.0.1.{n}")
    pass_time(hours=24, seconds=1)

    assert fail(client, user.username, "10.0.2.1") == 200


def test_nobody_is_told_about_a_name_that_is_nobodys(client, monkeypatch):
    told = []
    monkeypatch.setattr(lockout, "ON_DAILY_LIMIT", [told.append])

    answers = [fail(client, "nobody", f"10.0.1.{n}") for n in range(20)]

    assert answers[-1] == 429
    assert told == []


def test_fifty_from_one_address_close_that_address(client, pass_time):
    user = UserFactory()

    answers = [fail(client, f"name{n}") for n in range(50)]

    assert answers == [200] * 49 + [429]
    assert fail(client, user.username, password=PASSWORD) == 429
    assert fail(Client(), user.username, "10.0.0.2", password=PASSWORD) == 302
    pass_time(minutes=15, seconds=1)
    assert fail(client, user.username, password=PASSWORD) == 302


def test_success_forgives_the_slips_from_that_address_only(client):
    user = UserFactory()
    for _ in range(4):
        fail(client, user.username)
    fail(client, user.username, "10.0.0.9")
    fail(Client(), user.username, password=PASSWORD)

    assert [fail(client, user.username) for _ in range(4)] == [200] * 4
    assert lockout.SignInFailure.objects.filter(address="10.0.0.9").count() == 1


def test_unlock_opens_at_once(client):
    user = UserFactory()
    for _ in range(5):
        fail(client, user.username)

    lockout.unlock(user.username)

    assert fail(client, user.username, password=PASSWORD) == 302
    assert not lockout.has_failures(user.username)


def test_the_password_itself_is_kept_nowhere(client):
    from axes.models import AccessAttempt

    fail(client, "someone", password="My-Secret-77")

    assert "My-Secret-77" not in AccessAttempt.objects.get().post_data


def guess_old_password(client, old):
    new = {"new_password1": "Kettle-Blue-77", "new_password2": "Kettle-Blue-77"}
    data = {"old_password": old, **new}
    return client.post("/account/password/", data, REMOTE_ADDR="10.0.0.1")


def test_guesses_of_the_old_password_are_counted_like_sign_ins(client, pass_time):
    user = UserFactory()
    client.force_login(user)

    answers = [guess_old_password(client, f"wrong{n}") for n in range(6)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 429, 429]
    assert "修改密码已暂停，请 15 分钟后再试" in answers[-1].content.decode()
    assert guess_old_password(client, PASSWORD).status_code == 429
    assert fail(Client(), user.username, password=PASSWORD) == 429
    pass_time(minutes=15, seconds=1)
    assert guess_old_password(client, PASSWORD).status_code == 302


def test_no_password_of_the_change_page_is_kept(client):
    from axes.models import AccessAttempt

    client.force_login(UserFactory())
    guess_old_password(client, "My-Secret-77")

    kept = AccessAttempt.objects.get().post_data
    assert "My-Secret-77" not in kept
    assert "Kettle-Blue-77" not in kept
