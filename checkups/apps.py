from django.apps import AppConfig


class CheckupsConfig(AppConfig):
    name = "checkups"
    verbose_name = "季度体检"

    def ready(self) -> None:
        from checkups import reminders, workflow  # noqa: F401  the tables register themselves

        reminders.fill()
