from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    name = "reviews"
    verbose_name = "评审"

    def ready(self) -> None:
        # The tables of moves register themselves.
        from reviews import kinds, registries, reminders, workflow, workflow_people, workflow_plans  # noqa: F401

        kinds.register()
        registries.fill()
        reminders.fill()
