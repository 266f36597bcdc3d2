"""Public addresses: no sign-in anywhere below."""

from django.urls import path

from portal.views import brands, feedback, notices, papers

app_name = "portal"
urlpatterns = [
    path("", brands.home, name="home"),
    path("named-schools/", brands.schools, name="schools"),
    path("honours/<str:number>/", brands.honour, name="honour"),
    path("honours/<str:number>/qr.svg", brands.honour_qr, name="honour-qr"),
    path("verify/", brands.verify, name="verify"),
    path("paper/", papers.paper, name="paper"),
    path("publicity/", notices.notices, name="notices"),
    path("publicity/<int:pk>/", notices.notice, name="notice"),
    path("publicity/<int:pk>/snapshot.json", notices.snapshot, name="notice-snapshot"),
    path("publicity/<int:pk>/objection/", notices.objection, name="objection"),
    path(
        "publicity/objection/<str:token>/",
        notices.objection_received,
        name="objection-received",
    ),
    path("feedback/", feedback.feedback, name="feedback"),
]
