from django.urls import path

from checkups.views import checkups, overview, rectifications, source

app_name = "checkups"
urlpatterns = [
    path("", checkups.checkup_list, name="checkups"),
    path("source/", source.template_source, name="template-source"),
    path("matrix/", overview.matrix, name="matrix"),
    path("cycles/<int:pk>/", overview.cycle_detail, name="cycle"),
    path("<int:pk>/", checkups.checkup_detail, name="checkup"),
    path("<int:pk>/groups/<str:group>/", checkups.checkup_group, name="checkup-group"),
    path("<int:pk>/check/", checkups.checkup_check, name="checkup-check"),
    path(
        "<int:pk>/transitions/<str:name>/", checkups.checkup_transition, name="checkup-transition"
    ),
    path("rectifications/", rectifications.rectification_list, name="rectifications"),
    path("rectifications/export/", rectifications.export, name="rectifications-export"),
    path("rectifications/<int:pk>/", rectifications.rectification_detail, name="rectification"),
    path("rectifications/<int:pk>/plan/", rectifications.plan, name="rectification-plan"),
    path("rectifications/<int:pk>/notes/", rectifications.note, name="rectification-note"),
    path(
        "rectifications/<int:pk>/transitions/<str:name>/",
        rectifications.rectification_transition,
        name="rectification-transition",
    ),
]
