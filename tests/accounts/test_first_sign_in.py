import pytest
from django.urls import reverse

from foundation.audit.models import AuditEvent
from tests.factories.people import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
NEW = "Kettle-Blue-77"
PROFILE = "/account/profile/"


def change(client, old=PASSWORD, new=NEW, again=None, **more):
    data = {"old_password": old, "new_password1": new, "new_password2": again or new, **more}
    return client.post("/account/password/", data)


def test_first_sign_in_goes_password_privacy_email_and_on(client):
    user = UserFactory(must_change_password=True, privacy_accepted_at=None, email="")
    client.force_login(user)

    assert client.get(PROFILE)["Location"] == "/account/password/?next=%2Faccount%2Fprofile%2F"
    assert change(client, next=PROFILE)["Location"].startswith("/account/privacy/?next=")
    assert client.get(PROFILE)["Location"].startswith("/account/privacy/")
    page = client.get("/account/privacy/").content.decode()
    assert all(word in page for word in ("5 年", "1 年", "0512-00000000"))
    accepted = client.post("/account/privacy/", {"accepted": "on", "next": PROFILE})
    assert accepted["Location"].startswith("/account/email/?next=")
    saved = client.post("/account/email/", {"email": "a@example.test", "next": PROFILE})
    assert saved["Location"] == PROFILE
    assert client.get(PROFILE).status_code == 200

    user.refresh_from_db()
    assert (user.must_change_password, user.email) == (False, "a@example.test")
    actions = AuditEvent.objects.filter(actor_id=user.pk).values_list("action", flat=True)
    assert {"password_changed", "privacy_accepted", "profile_changed"} <= set(actions)


def test_first_password_page_names_the_one_time_password_and_offers_no_way_round(client):
    user = UserFactory(must_change_password=True)
    client.force_login(user)

    page = client.get("/account/password/").content.decode()
    wrong = change(client, old="wrong")
    change(client)
    later = client.get("/account/password/").content.decode()

    assert "一次性密码<" in page
    assert "进入工作台" not in page
    assert wrong.context["form"].errors["old_password"] == ["一次性密码不正确。"]
    assert "原密码<" in later
    assert "进入工作台" in later


def test_privacy_page_offers_no_way_round(client):
    client.force_login(UserFactory(privacy_accepted_at=None))

    assert "进入工作台" not in client.get("/account/privacy/").content.decode()


def test_email_may_be_put_off(client):
    client.force_login(UserFactory(email=""))

    assert client.post("/account/email/", {"later": "1", "next": PROFILE})["Location"] == PROFILE
    refused = client.post("/account/email/", {"email": ""})
    assert "暂不填写" in refused.context["form"].errors["email"][0]


def test_privacy_must_be_ticked(client):
    user = UserFactory(privacy_accepted_at=None)
    client.force_login(user)

    response = client.post("/account/privacy/", {})

    assert response.context["form"].errors == {"accepted": ["请先勾选同意，再继续。"]}
    user.refresh_from_db()
    assert user.privacy_accepted_at is None


def test_expired_password_must_be_changed(client, pass_time):
    user = UserFactory()
    pass_time(days=90, seconds=1)
    client.force_login(user)

    assert client.get(PROFILE)["Location"].startswith("/account/password/")
    assert "已使用满 90 天" in client.get("/account/password/").content.decode()


def test_forced_person_may_sign_out_and_a_fragment_leads_the_whole_page(client):
    client.force_login(UserFactory(must_change_password=True))

    fragment = client.get(PROFILE, headers={"HX-Request": "true"})
    assert (fragment.status_code, fragment["HX-Redirect"]) == (204, "/account/password/")
    assert client.post(PROFILE, {"email": "x@example.test"})["Location"] == "/account/password/"
    assert client.get("/healthz").status_code == 200
    assert client.post(reverse("accounts:logout")).status_code == 302


@pytest.mark.parametrize(
    ("values", "field", "says"),
    [
        ({"old": "wrong"}, "old_password", "原密码不正确"),
        ({"again": "Other-Kettle-78"}, "new_password2", "不一致"),
        ({"new": "Suzhou@2026"}, "new_password2", "过于常见"),
        ({"new": PASSWORD}, "new_password2", "最近 5 次"),
    ],
)
def test_password_page_says_what_is_wrong(client, values, field, says):
    user = UserFactory()
    client.force_login(user)

    response = change(client, **values)

    assert says in " ".join(response.context["form"].errors[field])
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_changing_by_choice_keeps_this_session(client):
    client.force_login(UserFactory())

    assert change(client)["Location"] == PROFILE
    assert client.get(PROFILE).status_code == 200


def test_profile_saves_contacts_and_nothing_else(client):
    user = UserFactory(name="测试员甲")
    client.force_login(user)
    before = user.username

    client.post(
        PROFILE,
        {
            "email": "new@example.test",
            "phone": "0512-65220000",
            "name": "另一个人",
            "username": "root",
            "is_active": "",
            "must_change_password": "on",
            "role": "bureau",
        },
    )

    user.refresh_from_db()
    assert (user.email, user.phone) == ("new@example.test", "0512-65220000")
    assert (user.name, user.username) == ("测试员甲", before)
    assert (user.is_active, user.must_change_password) == (True, False)
    assert not user.appointments.exists()


@pytest.mark.parametrize("phone", ["123", "abc", "138123456789012"])
def test_profile_refuses_what_is_no_telephone(client, phone):
    client.force_login(UserFactory())

    response = client.post(PROFILE, {"email": "", "phone": phone})

    assert "phone" in response.context["form"].errors
    assert phone in response.content.decode()


@pytest.mark.parametrize("name", ["password", "privacy", "email", "profile"])
def test_pages_open_and_refuse_other_methods(client, name):
    client.force_login(UserFactory())

    assert client.get(reverse(f"accounts:{name}")).status_code == 200
    assert client.delete(reverse(f"accounts:{name}")).status_code == 405
