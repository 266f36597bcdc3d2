"""Addresses after the scores; `brands.urls` joins them to its own."""

from django.urls import path

from brands.views import closing, decision, honours, milestones, objections, publicity

urlpatterns = [
    path("batches/<int:pk>/decision/", decision.decision, name="decision"),
    path(
        "batches/<int:pk>/decision/propose/",
        decision.decision_move,
        {"name": "propose"},
        name="decision-propose",
    ),
    path(
        "batches/<int:pk>/decision/unpropose/",
        decision.decision_move,
        {"name": "unpropose"},
        name="decision-unpropose",
    ),
    path(
        "batches/<int:pk>/decision/approve/",
        decision.decision_move,
        {"name": "approve"},
        name="decision-approve",
    ),
    path(
        "batches/<int:pk>/decision/decline/",
        decision.decision_move,
        {"name": "decline"},
        name="decision-decline",
    ),
    path("batches/<int:pk>/publicity/new/", publicity.publicity_new, name="publicity-new"),
    path("publicity/<int:pk>/", publicity.publicity_detail, name="publicity"),
    path("publicity/<int:pk>/edit/", publicity.publicity_edit, name="publicity-edit"),
    path("publicity/<int:pk>/confirm/", publicity.publicity_confirm, name="publicity-confirm"),
    path("objections/", objections.objections, name="objections"),
    path("objections/<int:pk>/", objections.objection_detail, name="objection"),
    path(
        "objections/<int:pk>/<slug:name>/",
        objections.objection_transition,
        name="objection-transition",
    ),
    path("batches/<int:pk>/naming/", honours.naming, name="naming"),
    path("batches/<int:pk>/naming/confirm/", honours.naming_confirm, name="naming-confirm"),
    path("honours/", honours.honours, name="honours"),
    path("honours/export/", honours.honours_export, name="honours-export"),
    path("projects/<int:pk>/milestones/", milestones.milestones, name="milestones"),
    path("projects/<int:pk>/milestones/new/", milestones.milestone_new, name="milestone-new"),
    path("milestones/<int:pk>/edit/", milestones.milestone_edit, name="milestone-edit"),
    path("milestones/<int:pk>/report/", milestones.milestone_report, name="milestone-report"),
    path("milestones/<int:pk>/remove/", milestones.milestone_remove, name="milestone-remove"),
    path("projects/<int:pk>/closing/", closing.project_closing, name="project-closing"),
    path("projects/<int:pk>/closing/<slug:name>/", closing.closing_move, name="closing-move"),
]
