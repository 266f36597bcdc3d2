from django.apps import AppConfig


class BrandsConfig(AppConfig):
    name = "brands"
    verbose_name = "品牌项目"

    def ready(self) -> None:
        # The tables register themselves.
        from brands import kinds, reminders, workflow, workflow_keeping  # noqa: F401
        from brands.services import finding, recommending
        from brands.timeline import sources  # noqa: F401
        from schools.models import organisation

        kinds.register()
        reminders.fill()
        organisation.ON_RENAMED.append(finding.renamed)
        organisation.ON_MOVED.append(recommending.moved)
