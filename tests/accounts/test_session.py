from datetime import timedelta

import pytest
from django.test import Client

from foundation import clock
from tests.factories.people import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
PAGE = "/account/profile/"


@pytest.fixture
def signed_in(client):
    client.force_login(UserFactory())
    return client


def is_out(response):
    return response.status_code == 302 and response["Location"].startswith("/account/login/")


def test_idle_session_ends_after_half_an_hour(signed_in, pass_time):
    pass_time(minutes=29)
    assert signed_in.get(PAGE).status_code == 200
    pass_time(minutes=29)
    assert signed_in.get(PAGE).status_code == 200
    pass_time(minutes=30)
    assert is_out(signed_in.get(PAGE))
    assert "一段时间没有操作" in signed_in.get("/account/login/").content.decode()


def test_ping_keeps_it_alive(signed_in, pass_time):
    pass_time(minutes=29)
    assert signed_in.post("/account/ping/").status_code == 204
    pass_time(minutes=29)
    assert signed_in.get("/account/ping/").status_code == 204
    assert signed_in.delete("/account/ping/").status_code == 405
    assert is_out(Client().post("/account/ping/"))


def test_session_ends_after_twelve_hours_however_busy(signed_in, pass_time):
    for _ in range(35):
        pass_time(minutes=20)
        assert signed_in.get(PAGE).status_code == 200
    pass_time(minutes=20)

    assert is_out(signed_in.get(PAGE))
    assert "上限" in signed_in.get("/account/login/").content.decode()


def test_moving_the_business_clock_signs_nobody_out(signed_in):
    clock.move_to(clock.wall_now() + timedelta(days=400))

    assert signed_in.get(PAGE).status_code == 200


def test_session_is_written_once_a_minute_at_most(
    signed_in, pass_time, django_assert_max_num_queries
):
    signed_in.get(PAGE)
    with django_assert_max_num_queries(2):  # session, user
        signed_in.get("/account/ping/")
    pass_time(seconds=61)
    with django_assert_max_num_queries(5):  # and one write within its savepoint
        signed_in.get("/account/ping/")


def test_disabled_person_is_out_at_once(client):
    user = UserFactory()
    client.force_login(user)
    user.is_active = False
    user.save(update_fields=["is_active"])

    assert is_out(client.get(PAGE))
    assert "_auth_user_id" not in client.session


def test_other_sessions_end_when_the_password_changes(client):
    user = UserFactory()
    client.force_login(user)
    user.set_password("Kettle-Blue-77")
    user.save(update_fields=["password"])

    assert is_out(client.get(PAGE))


def test_session_without_marks_is_given_them(signed_in):
    session = signed_in.session
    del session["began"]
    session.save()

    assert signed_in.get(PAGE).status_code == 200
    assert "began" in signed_in.session


def sign_in(client, user):
    client.post("/account/login/", {"username": user.username, "password": PASSWORD})
    return client


def test_with_one_session_an_account_the_newest_sign_in_ends_the_others(settings):
    settings.ONE_SESSION = True
    user = UserFactory()
    first = sign_in(Client(), user)
    assert first.get(PAGE).status_code == 200
    other = sign_in(Client(), UserFactory())

    second = sign_in(Client(), user)

    assert is_out(first.get(PAGE))
    assert "在另一处登录" in first.get("/account/login/").content.decode()
    assert second.get(PAGE).status_code == 200
    assert other.get(PAGE).status_code == 200


def test_without_that_setting_two_browsers_stay_signed_in(settings):
    settings.ONE_SESSION = False
    user = UserFactory()
    first, second = sign_in(Client(), user), sign_in(Client(), user)

    assert first.get(PAGE).status_code == second.get(PAGE).status_code == 200


def test_turning_it_on_ends_no_session_by_itself(signed_in, settings):
    settings.ONE_SESSION = True

    assert signed_in.get(PAGE).status_code == 200
