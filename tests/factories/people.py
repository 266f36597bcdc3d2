import factory

from foundation import clock
from foundation.accounts.models import User
from schools.models import Appointment, Role

PASSWORD = "Correct-Horse-9"


class UserFactory(factory.django.DjangoModelFactory):
    """Has signed in before: password changed, privacy notice accepted."""

    class Meta:
        model = User

    username = factory.Sequence(lambda n: f"user{n}")
    name = factory.Sequence(lambda n: f"测试员{n}")
    email = factory.LazyAttribute(lambda user: f"{user.username}@example.test")
    must_change_password = False
    password_changed_at = factory.LazyFunction(clock.wall_now)
    privacy_accepted_at = factory.LazyFunction(clock.now)
    password = factory.PostGenerationMethodCall("set_password", PASSWORD)

    @classmethod
    def _after_postgeneration(cls, instance, create, results=None):
        if create:
            instance.save()


class AppointmentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Appointment

    user = factory.SubFactory(UserFactory)
    role = Role.SECRETARY
    organisation = factory.SubFactory("tests.factories.schools.UnitFactory")
    since = factory.LazyFunction(lambda: clock.today().replace(year=clock.today().year - 3, day=1))


def person(role, organisation, **user):
    """A user acting as `role` at `organisation`."""
    return AppointmentFactory(role=role, organisation=organisation, user=UserFactory(**user)).user
