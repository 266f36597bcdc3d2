import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from foundation.accounts.models import PasswordRecord, User
from foundation.accounts.services import change_password, one_time_password
from tests.factories.people import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db

REFUSED = [
    "Short-1",
    "alllowercaseletters",
    "12345678901234",
    "lowercase12345",
    "Admin@1234",
    "admin@12345",
    "Aa123456!!",
    "Aa123456..",
    "qweASD123!",
    "qwe123!@#qwe",
    "1qaz@WSX3edc",
    "P@ssw0rd123",
    "Suzhou@2026",
    "Su_Zhou#2026",
    "SZJiaoyuju2026",
    "Xuexiao@12345",
    "Dangjian.1921",
    "Abcdefg1234!",
    "9876543210Qwerty!",
    "Zhangwei-2026x",
    "Mine-13812345678a",
    "Nr-2132990001-x",
    "测试员甲-Key-77",
]
ACCEPTED = [
    "Blue-Kettle-41",
    "rain7 Over the river!",
    "Gx4m-Wp7t-Qr2d",
    "桂花Tree-Wall-82",
    PASSWORD,
]


@pytest.fixture
def someone():
    return User(
        username="2132990001", name="测试员甲", email="zhangwei@example.test", phone="13812345678"
    )


@pytest.mark.parametrize("password", REFUSED)
def test_weak_password_is_refused_in_chinese(password, someone):
    with pytest.raises(ValidationError) as refusal:
        validate_password(password, someone)

    assert all(not sentence.isascii() for sentence in refusal.value.messages)


@pytest.mark.parametrize("password", ACCEPTED)
def test_good_password_is_accepted(password, someone):
    validate_password(password, someone)


def test_one_time_passwords_keep_the_rules_and_differ(someone):
    made = {one_time_password() for _ in range(200)}

    assert len(made) == 200
    for password in made:
        validate_password(password, someone)
        assert not set(password) & set("0O1lIio")


def test_last_five_may_not_return():
    user = UserFactory()
    used = [f"Kettle-Blue-{n}{n}" for n in range(6)]
    for password in used:
        change_password(user, password)

    for password in used[1:]:
        with pytest.raises(ValidationError):
            validate_password(password, user)
    validate_password(used[0], user)
    assert PasswordRecord.objects.filter(user=user).count() == 5


def test_two_people_may_choose_alike():
    change_password(UserFactory(), "Kettle-Blue-77")

    validate_password("Kettle-Blue-77", UserFactory())
