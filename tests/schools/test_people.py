import io
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from openpyxl import load_workbook

from foundation import clock
from foundation.accounts import lockout
from foundation.accounts.models import SignInFailure, User
from foundation.audit.models import AuditEvent
from foundation.outbox.models import Message
from foundation.verdict import Conflict
from schools.models import Appointment, Role
from schools.services import issuing, people
from tests.factories.people import PASSWORD, AppointmentFactory, UserFactory, person
from tests.factories.schools import AreaCommitteeFactory, RootFactory, UnitFactory

pytestmark = pytest.mark.django_db
POST_ONLY = ("person-disable", "person-enable", "person-unlock", "person-reset")


def url(name, *args):
    return reverse(f"schools:{name}", args=args)


def actions(obj):
    return list(
        AuditEvent.objects.filter(object_id=str(obj.pk), object_type=obj._meta.label_lower)
        .order_by("number")
        .values_list("action", flat=True)
    )


@pytest.fixture
def root():
    return RootFactory()


@pytest.fixture
def bureau(root):
    return person(Role.BUREAU, root)


@pytest.fixture
def keeper(root):
    return person(Role.SECURITY_ADMIN, root)


@pytest.fixture
def system_admin(root):
    return person(Role.SYSTEM_ADMIN, root)


@pytest.fixture
def teacher():
    return UserFactory(username="teacher", name="测试员甲")


@pytest.fixture
def desk(client, bureau):
    client.force_login(bureau)
    return client


# The list


@pytest.mark.parametrize("count", [1, 3])
def test_list_query_count_does_not_grow(desk, count, django_assert_num_queries):
    for _ in range(count):
        person(Role.SECRETARY, UnitFactory())
    desk.get(url("people"))

    with django_assert_num_queries(7):
        response = desk.get(url("people"))

    assert len(response.context["page"].object_list) == count + 1


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "甲"}, {"teacher"}),
        ({"q": "TEACH"}, {"teacher"}),
        ({"q": "桂花"}, {"head"}),
        ({"role": "secretary"}, {"head"}),
        ({"state": "disabled"}, {"gone"}),
        ({"state": "none"}, {"teacher", "gone"}),
        ({"role": "nonsense", "q": "甲"}, {"teacher"}),
        ({"q": "没有此人"}, set()),
    ],
)
def test_list_filters(desk, teacher, query, found):
    UserFactory(username="gone", is_active=False)
    unit = UnitFactory()
    unit.school.name = "桂花小学"
    unit.school.save()
    unit.save()
    person(Role.SECRETARY, unit, username="head")

    response = desk.get(url("people"), query)

    assert {one.username for one in response.context["page"]} == found


@pytest.mark.parametrize("role", [Role.SECRETARY, Role.DISTRICT, Role.REVIEWER, Role.AUDITOR, None])
def test_others_may_not_and_see_nobody(client, root, teacher, role):
    someone = person(role, root) if role else UserFactory()
    client.force_login(someone)

    assert client.get(url("people")).status_code == 403
    assert client.get(url("person-new")).status_code == 403
    assert client.get(url("people-issue")).status_code == 403
    for name in ("person", "person-edit", "appointment-new"):
        assert client.get(url(name, teacher.pk)).status_code == 404
    for name in POST_ONLY:
        assert client.post(url(name, teacher.pk)).status_code == 404


def test_wrong_methods(desk, teacher):
    for name in POST_ONLY:
        assert desk.get(url(name, teacher.pk)).status_code == 405
    assert desk.post(url("people")).status_code == 405
    assert desk.post(url("person", teacher.pk)).status_code == 405
    for name in ("person-edit", "appointment-new"):
        assert desk.delete(url(name, teacher.pk)).status_code == 405


# Accounts


def test_new_person_gets_a_one_time_password_shown_once(desk):
    response = desk.post(
        url("person-new"),
        {"username": "wangwu", "name": " 测试 员乙 ", "is_active": "", "role": "bureau"},
    )

    made = User.objects.get(username="wangwu")
    password = response.context["password"]
    assert password in response.content.decode()
    assert "no-store" in response["Cache-Control"]
    assert made.check_password(password)
    assert (made.name, made.is_active, made.must_change_password) == ("测试 员乙", True, True)
    assert not made.appointments.exists()
    assert actions(made) == ["person_created"]
    assert not AuditEvent.objects.filter(detail__contains=password).exists()


@pytest.mark.parametrize("username", ["", "ab", "中文名", "a b c", "TEACHER", "x" * 41])
def test_new_person_needs_a_good_user_name(desk, teacher, username):
    response = desk.post(url("person-new"), {"username": username, "name": "某人"})

    assert "username" in response.context["form"].errors
    assert response.context["form"]["name"].value() == "某人"


def test_edit_writes_its_columns_only(desk, teacher):
    desk.post(
        url("person-edit", teacher.pk),
        {
            "name": "测试员丙",
            "email": "c@example.test",
            "phone": "13800000000",
            "username": "root",
            "is_active": "",
            "must_change_password": "on",
            "password": "x",
        },
    )

    teacher.refresh_from_db()
    assert (teacher.name, teacher.email, teacher.username) == (
        "测试员丙",
        "c@example.test",
        "teacher",
    )
    assert teacher.is_active
    assert not teacher.must_change_password
    assert teacher.check_password(PASSWORD)
    assert actions(teacher) == ["person_changed"]
    page = desk.get(url("person", teacher.pk)).content.decode()
    assert "138****0000" in page
    assert "13800000000" not in page


def test_disabled_person_cannot_come_back_until_enabled(desk, teacher, client):
    assert desk.post(url("person-disable", teacher.pk)).status_code == 302
    assert desk.post(url("person-disable", teacher.pk)).status_code == 409
    assert desk.post(url("person-reset", teacher.pk)).status_code == 409
    assert desk.get(url("appointment-new", teacher.pk)).status_code == 409
    teacher.refresh_from_db()
    assert not teacher.is_active

    assert desk.post(url("person-enable", teacher.pk)).status_code == 302
    assert desk.post(url("person-enable", teacher.pk)).status_code == 409
    assert actions(teacher) == ["person_disabled", "person_enabled"]


def test_reset_gives_a_new_password_and_tells_the_person(desk, teacher):
    password = desk.post(url("person-reset", teacher.pk)).context["password"]

    teacher.refresh_from_db()
    assert teacher.check_password(password)
    assert teacher.must_change_password
    assert actions(teacher) == ["password_reset"]
    assert Message.objects.filter(kind="inbox", payload__user=teacher.pk).count() == 1
    assert not Message.objects.filter(payload__icontains=password).exists()


def test_unlock(desk, teacher):
    assert desk.post(url("person-unlock", teacher.pk)).status_code == 409
    SignInFailure.objects.create(username=teacher.username, address="10.0.0.1")

    assert "解除登录限制" in desk.get(url("person", teacher.pk)).content.decode()
    assert desk.post(url("person-unlock", teacher.pk)).status_code == 302

    assert not lockout.has_failures(teacher.username)
    assert actions(teacher) == ["person_unlocked"]


def test_nobody_manages_himself(desk, bureau):
    for name in POST_ONLY:
        assert desk.post(url(name, bureau.pk)).status_code == 403
    assert desk.get(url("person-edit", bureau.pk)).status_code == 403
    assert desk.get(url("appointment-new", bureau.pk)).status_code == 403


@pytest.mark.parametrize("role", [Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR])
def test_administrators_accounts_belong_to_the_security_admin(client, root, bureau, keeper, role):
    target = person(role, root)

    client.force_login(bureau)
    assert client.post(url("person-reset", target.pk)).status_code == 403
    assert client.post(url("person-disable", target.pk)).status_code == 403
    client.force_login(keeper)
    assert client.post(url("person-reset", target.pk)).status_code == 200


def test_system_admin_keeps_accounts_but_appoints_nobody(client, system_admin, teacher):
    client.force_login(system_admin)

    assert client.post(url("person-reset", teacher.pk)).status_code == 200
    assert client.get(url("appointment-new", teacher.pk)).status_code == 403
    assert client.get(url("people-issue")).status_code == 403
    assert "只有局工作人员" in client.get(url("person", teacher.pk)).content.decode()


# Appointments


def appoint(client, someone, role, organisation, **more):
    data = {"role": role, "organisation": organisation, "since": clock.today().isoformat(), **more}
    return client.post(url("appointment-new", someone.pk), data)


@pytest.mark.parametrize("by", ["name", "school", "code"])
def test_appointing(desk, bureau, teacher, by):
    unit = UnitFactory()
    typed = {"name": unit.name, "school": unit.school.name, "code": unit.school.code}[by]

    response = appoint(desk, teacher, Role.SECRETARY, typed, user=bureau.pk)

    made = Appointment.objects.get(user=teacher)
    assert response["Location"] == url("person", teacher.pk)
    assert (made.role, made.organisation, made.until) == (Role.SECRETARY, unit, None)
    event = AuditEvent.objects.get(action="appointed")
    assert event.object_id == str(made.pk)
    assert "局工作人员" in event.appointment


def test_appointment_page_offers_only_the_roles_one_may_give(client, bureau, keeper, teacher):
    admin = {Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR}

    def offered(user):
        client.force_login(user)
        form = client.get(url("appointment-new", teacher.pk)).context["form"]
        return {value for value, _ in form.fields["role"].choices if value}

    assert offered(bureau) == set(Role.values) - admin
    assert offered(keeper) == set(Role.values)


def test_first_bureau_admin_appoints_administrators_until_there_is_a_security_admin(
    desk, root, teacher
):
    other = UserFactory()
    assert appoint(desk, teacher, Role.SECURITY_ADMIN, root.name).status_code == 302

    refused = appoint(desk, other, Role.SYSTEM_ADMIN, root.name)

    assert "role" in refused.context["form"].errors
    assert not other.appointments.exists()


@pytest.mark.parametrize(
    ("held", "wanted"),
    [
        (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN),
        (Role.AUDITOR, Role.SYSTEM_ADMIN),
        (Role.SECURITY_ADMIN, Role.AUDITOR),
        (Role.SYSTEM_ADMIN, Role.REVIEWER),
        (Role.REVIEWER, Role.SYSTEM_ADMIN),
    ],
)
def test_duties_stay_separate(client, root, keeper, held, wanted):
    target = person(held, root)
    client.force_login(keeper)

    response = appoint(client, target, wanted, root.name)

    assert "不得同时担任" in response.context["form"].non_field_errors()[0]
    assert target.appointments.count() == 1


def test_duties_may_follow_each_other(client, root, keeper):
    today = clock.today()
    target = AppointmentFactory(
        role=Role.AUDITOR, organisation=root, until=today - timedelta(days=1)
    ).user
    client.force_login(keeper)

    assert appoint(client, target, Role.SYSTEM_ADMIN, root.name).status_code == 302


def test_second_secretary_same_role_and_wrong_tier_are_refused(desk, root, teacher):
    unit = UnitFactory()
    holder = person(Role.SECRETARY, unit, name="现任书记")

    def says(*args):
        return appoint(desk, *args).context["form"].non_field_errors()[0]

    assert "现任书记" in says(teacher, Role.SECRETARY, unit.name)
    assert "相同的任职" in says(holder, Role.SECRETARY, unit.name)
    assert "应任职于市级" in says(teacher, Role.BUREAU, unit.name)
    assert "应任职于区级" in says(teacher, Role.DISTRICT, root.name)
    assert "学校（单位）、支部" in says(teacher, Role.STAFF, AreaCommitteeFactory().name)


def test_appointment_form_refuses_nonsense(desk, teacher):
    unit = UnitFactory()
    yesterday = (clock.today() - timedelta(days=1)).isoformat()

    unknown = appoint(desk, teacher, Role.STAFF, "没有这个组织")
    backwards = appoint(desk, teacher, Role.STAFF, unit.name, until=yesterday)
    invented = appoint(desk, teacher, "emperor", unit.name)

    assert "没有找到" in unknown.context["form"].errors["organisation"][0]
    assert "不能早于" in backwards.context["form"].errors["until"][0]
    assert "role" in invented.context["form"].errors
    assert not teacher.appointments.exists()


def test_service_refuses_a_race_the_form_did_not_see(bureau, teacher):
    unit = UnitFactory()
    person(Role.SECRETARY, unit)

    with pytest.raises(people.Conflict):
        people.appoint(
            teacher, by=bureau, role=Role.SECRETARY, organisation=unit, since=clock.today()
        )


def test_ending(desk, teacher):
    unit = UnitFactory()
    held = AppointmentFactory(user=teacher, organisation=unit)
    yesterday = clock.today() - timedelta(days=1)

    assert desk.get(url("appointment-end", held.pk)).status_code == 200
    response = desk.post(url("appointment-end", held.pk), {"until": yesterday.isoformat()})

    held.refresh_from_db()
    assert response["Location"] == url("person", teacher.pk)
    assert held.until == yesterday
    assert held.has_ended
    assert actions(held) == ["appointment_ended"]
    assert desk.post(url("appointment-end", held.pk), {"until": "2030-01-01"}).status_code == 409


def test_ending_refuses_days_long_past(desk, teacher):
    held = AppointmentFactory(user=teacher)
    past = (clock.today() - timedelta(days=2)).isoformat()

    response = desk.post(url("appointment-end", held.pk), {"until": past})

    assert "不能早于昨天" in response.context["form"].errors["until"][0]


def test_one_that_has_not_begun_is_withdrawn(desk, teacher):
    held = AppointmentFactory(user=teacher, since=clock.today() + timedelta(days=9))

    desk.post(url("appointment-end", held.pk))

    assert not teacher.appointments.exists()
    assert actions(held) == ["appointment_withdrawn"]


def test_ending_is_hidden_and_forbidden_where_it_should_be(client, root, system_admin, bureau):
    held = AppointmentFactory()
    own = bureau.appointments.get()
    admins = system_admin.appointments.get()
    person(Role.SECURITY_ADMIN, root)

    client.force_login(UserFactory())
    assert client.get(url("appointment-end", held.pk)).status_code == 404
    client.force_login(system_admin)
    assert client.get(url("appointment-end", held.pk)).status_code == 403
    client.force_login(bureau)
    assert client.get(url("appointment-end", own.pk)).status_code == 403
    assert client.get(url("appointment-end", admins.pk)).status_code == 403
    assert client.delete(url("appointment-end", held.pk)).status_code == 405


# Accounts for all secretaries


def test_issuing_makes_accounts_and_a_workbook_that_opens(desk):
    units = [UnitFactory(secretary_name=f"书记{n}") for n in range(3)]
    without_name = UnitFactory()
    taken = UnitFactory(secretary_name="书记丁")
    UserFactory(username=taken.school.code)
    person(Role.SECRETARY, UnitFactory(secretary_name="书记戊"))

    page = desk.get(url("people-issue"))
    response = desk.post(url("people-issue"))

    assert len(page.context["ready"]) == 3
    assert "attachment" in response["Content-Disposition"]
    assert "no-store" in response["Cache-Control"]
    book = load_workbook(io.BytesIO(response.content))
    rows = [
        row
        for row in book["一次性密码"].iter_rows(values_only=True)
        if row[3] and str(row[3]).isdigit()
    ]
    assert {row[3] for row in rows} == {unit.school.code for unit in units}
    for _, _, name, username, password in rows:
        user = User.objects.get(username=username)
        assert user.name == name
        assert user.check_password(password)
        assert user.must_change_password
        assert user.appointments.get().role == Role.SECRETARY
        assert not AuditEvent.objects.filter(detail__contains=password).exists()
    refused = {row[0] for row in book["未签发"].iter_rows(min_row=2, values_only=True)}
    assert {without_name.name, taken.name} <= refused
    event = AuditEvent.objects.get(action="one_time_passwords")
    assert '"count": 3' in event.detail


def test_issuing_again_is_only_for_a_lost_list(desk):
    UnitFactory(secretary_name="书记甲")
    desk.post(url("people-issue"))
    user = User.objects.get(name="书记甲")
    old = user.password

    assert desk.post(url("people-issue")).status_code == 302
    again = desk.post(url("people-issue"), {"again": "1"})

    user.refresh_from_db()
    assert again.status_code == 200
    assert user.password != old
    user.last_login = clock.wall_now()
    user.save(update_fields=["last_login"])
    assert desk.post(url("people-issue"), {"again": "1"}).status_code == 302
    assert desk.put(url("people-issue")).status_code == 405


def test_issuing_stops_at_the_batch(bureau, monkeypatch):
    monkeypatch.setattr(issuing, "BATCH", 2)
    for n in range(3):
        UnitFactory(secretary_name=f"书记{n}")

    issuing.issue(by=bureau)

    assert len(issuing.waiting().ready) == 1


# The rest


def test_daily_limit_tells_the_keepers_once(teacher, bureau, system_admin):
    people.tell_daily_limit(teacher)
    people.tell_daily_limit(teacher)

    told = Message.objects.filter(kind="inbox").values_list("payload__user", flat=True)
    assert list(told) == [system_admin.pk]


def test_daily_limit_is_wired():
    assert people.tell_daily_limit in lockout.ON_DAILY_LIMIT


def test_command_makes_the_first_bureau_person(capsys):
    call_command("create_bureau_admin", username="first", name="首位管理员")

    user = User.objects.get(username="first")
    password = capsys.readouterr().out.strip().rsplit("：", 1)[-1]
    held = user.appointments.get()
    assert user.check_password(password)
    assert user.must_change_password
    assert (held.role, held.organisation.parent) == (Role.BUREAU, None)
    with pytest.raises(CommandError, match="已存在"):
        call_command("create_bureau_admin", username="first", name="又一位")


def test_command_reads_a_password(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("Kettle-Blue-77\n"))
    call_command("create_bureau_admin", username="first", name="首位", password_stdin=True)
    assert User.objects.get(username="first").check_password("Kettle-Blue-77")

    monkeypatch.setattr("sys.stdin", io.StringIO("Suzhou@2026\n"))
    with pytest.raises(CommandError, match="过于常见"):
        call_command("create_bureau_admin", username="second", name="次位", password_stdin=True)
    assert not User.objects.filter(username="second").exists()


def test_who_comes_back_does_not_become_a_second_secretary(desk, root, teacher):
    unit = UnitFactory()
    former = person(Role.SECRETARY, unit, name="前任书记", is_active=False)
    assert appoint(desk, teacher, Role.SECRETARY, unit.name).status_code == 302

    response = desk.post(url("person-enable", former.pk))

    former.refresh_from_db()
    assert (response.status_code, former.is_active) == (409, False)
    assert f"书记现在是{teacher.name}" in response.content.decode()

    yesterday = clock.today() - timedelta(days=1)
    desk.post(url("appointment-end", former.appointments.get().pk), {"until": yesterday})
    assert desk.post(url("person-enable", former.pk)).status_code == 302


def test_an_end_never_lengthens_an_appointment(desk, bureau, root, teacher):
    unit, today = UnitFactory(), clock.today()
    last = today + timedelta(days=10)
    held = AppointmentFactory(organisation=unit, until=last)
    after = last + timedelta(days=1)
    people.appoint(teacher, by=bureau, role=Role.SECRETARY, organisation=unit, since=after)

    response = desk.post(url("appointment-end", held.pk), {"until": "2030-01-01"})

    held.refresh_from_db()
    assert held.until == last
    assert "不能在这里延长" in response.context["form"].errors["until"][0]
    with pytest.raises(Conflict, match="不能在这里延长"):
        people.end_appointment(held, by=bureau, until=after)
