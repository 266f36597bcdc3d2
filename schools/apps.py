from django.apps import AppConfig


class SchoolsConfig(AppConfig):
    name = "schools"
    verbose_name = "学校与党组织"

    def ready(self) -> None:
        from foundation.accounts import lockout
        from foundation.jobs import services as jobs
        from schools.rights import standing_in_words
        from schools.services import people

        jobs.STANDING.append(standing_in_words)
        lockout.ON_DAILY_LIMIT.append(people.tell_daily_limit)
