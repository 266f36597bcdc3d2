from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    name = "reviews"
    verbose_name = "评审"

    def ready(self) -> None:
        from reviews import registries, reminders, workflow  # noqa: F401  the tables register themselves

        registries.fill()
        reminders.fill()
