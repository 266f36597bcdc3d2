import pytest
from django.urls import reverse

from foundation.accounts.models import SignInFailure
from foundation.audit.models import AuditEvent
from tests.factories.people import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
LOGIN = "/account/login/"


def test_sign_in_leads_where_the_person_was_going(client):
    user = UserFactory()

    response = client.post(
        LOGIN, {"username": user.username, "password": PASSWORD, "next": "/account/profile/"}
    )

    assert response.status_code == 302
    assert response["Location"] == "/account/profile/"
    assert client.session["_auth_user_id"] == str(user.pk)
    assert AuditEvent.objects.filter(action="sign_in", actor_id=user.pk, success=True).count() == 1


@pytest.mark.parametrize(
    "target",
    [
        *("https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example"),
        *("9" * 25, "a b", "dashboard:home"),  # No address, and no view's name is looked up.
    ],
)
def test_sign_in_never_leads_off_the_site(client, settings, target):
    settings.LOGIN_REDIRECT_URL = "accounts:profile"
    user = UserFactory()

    response = client.post(LOGIN, {"username": user.username, "password": PASSWORD, "next": target})

    assert response["Location"] == "/account/profile/"


def test_page_carries_the_warning_and_not_a_hostile_next(client):
    page = client.get(LOGIN, {"next": "//evil.example/"}).content.decode()

    assert "本系统为非涉密系统" in page
    assert "evil.example" not in page


def test_wrong_name_wrong_password_and_disabled_read_the_same(client, try_to_sign_in):
    user, disabled = UserFactory(), UserFactory(is_active=False)

    said = {
        tuple(response.context["form"].non_field_errors())
        for response in (
            try_to_sign_in(user.username),
            try_to_sign_in("nobody"),
            try_to_sign_in(disabled.username, PASSWORD),
        )
    }

    assert said == {("用户名或密码不正确。连续输错 5 次将暂停登录 15 分钟。",)}
    assert AuditEvent.objects.filter(action="sign_in_failed", success=False).count() == 3


def test_empty_form_names_its_fields_and_counts_nothing(client):
    response = client.post(LOGIN, {"username": "", "password": ""})

    assert set(response.context["form"].errors) == {"username", "password"}
    assert not SignInFailure.objects.exists()


def test_a_name_longer_than_any_is_refused_like_any_other(client):
    page = client.post(LOGIN, {"username": "9" * 5000, "password": PASSWORD})

    assert page.status_code == 200
    assert page.context["form"].has_error("username")
    assert not SignInFailure.objects.exists()


def test_signed_in_person_goes_on(client, settings):
    settings.LOGIN_REDIRECT_URL = "accounts:profile"
    client.force_login(UserFactory())

    assert client.get(LOGIN)["Location"] == "/account/profile/"


def test_sign_in_refuses_other_methods(client):
    assert client.put(LOGIN).status_code == 405


def test_session_key_changes_with_the_sign_in(client):
    user = UserFactory()
    client.get(LOGIN)
    session = client.session
    session["fixed"] = True
    session.save()
    before = session.session_key

    client.post(LOGIN, {"username": user.username, "password": PASSWORD, "next": "/x/"})

    assert client.session.session_key != before


def test_sign_out_ends_the_session_and_takes_a_post(client):
    client.force_login(UserFactory())

    assert client.get(reverse("accounts:logout")).status_code == 405
    response = client.post(reverse("accounts:logout"))

    assert response["Location"] == LOGIN
    assert "_auth_user_id" not in client.session
    assert AuditEvent.objects.filter(action="sign_out").count() == 1


def test_stranger_is_asked_to_sign_in_and_comes_back(client):
    assert client.get("/account/profile/")["Location"] == f"{LOGIN}?next=/account/profile/"


@pytest.mark.parametrize(("demo", "answer"), [(True, 302), (False, 200)])
def test_a_demo_account_signs_in_to_the_demo_only(settings, try_to_sign_in, demo, answer):
    settings.DEMO = demo
    user = UserFactory(is_demo=True)

    assert try_to_sign_in(user.username, PASSWORD).status_code == answer


def test_a_session_of_the_demo_ends_where_the_demo_does(client, settings):
    settings.DEMO = True
    client.force_login(UserFactory(is_demo=True))
    assert client.get("/account/profile/").status_code == 200

    settings.DEMO = False

    assert client.get("/account/profile/")["Location"].startswith(LOGIN)
