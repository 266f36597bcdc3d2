from django.apps import AppConfig


class FeedbackConfig(AppConfig):
    name = "foundation.feedback"
    label = "feedback"
    verbose_name = "意见建议"
