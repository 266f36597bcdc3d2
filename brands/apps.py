from django.apps import AppConfig


class BrandsConfig(AppConfig):
    name = "brands"
    verbose_name = "品牌项目"

    def ready(self) -> None:
        from brands import kinds, workflow, workflow_keeping  # noqa: F401  the tables register themselves

        kinds.register()
