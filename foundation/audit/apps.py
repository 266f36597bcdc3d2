from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "foundation.audit"
    label = "audit"
    verbose_name = "审计"

    def ready(self) -> None:
        from foundation.audit import signals  # noqa: F401
