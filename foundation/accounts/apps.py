from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "foundation.accounts"
    label = "accounts"
    verbose_name = "账号"

    def ready(self) -> None:
        from foundation.accounts import signals  # noqa: F401
