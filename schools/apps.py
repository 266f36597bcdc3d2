from django.apps import AppConfig


class SchoolsConfig(AppConfig):
    name = "schools"
    verbose_name = "学校与党组织"

    def ready(self) -> None:
        from foundation.accounts import lockout
        from schools.services import people

        lockout.ON_DAILY_LIMIT.append(people.tell_daily_limit)
