"""Addresses after the scores; `brands.urls` joins them to its own."""

from django.urls import path

from brands.views import (
    allotments,
    changes,
    closing,
    decision,
    honour,
    honour_imports,
    honours,
    milestones,
    objections,
    progress,
    publicity,
)

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
    path("batches/<int:pk>/allotments/", allotments.allotments, name="allotments"),
    path("batches/<int:pk>/publicity/new/", publicity.publicity_new, name="publicity-new"),
    path("publicity/<int:pk>/", publicity.publicity_detail, name="publicity"),
    path("publicity/<int:pk>/edit/", publicity.publicity_edit, name="publicity-edit"),
    path("publicity/<int:pk>/confirm/", publicity.publicity_confirm, name="publicity-confirm"),
    path(
        "publicity/<int:pk>/<slug:name>/", publicity.publicity_take_down, name="publicity-take-down"
    ),
    path("objections/", objections.objections, name="objections"),
    path("objections/<int:pk>/", objections.objection_detail, name="objection"),
    path("objections/files/<int:pk>/", objections.objection_file, name="objection-file"),
    path(
        "objections/<int:pk>/<slug:name>/",
        objections.objection_transition,
        name="objection-transition",
    ),
    path("batches/<int:pk>/naming/", honours.naming, name="naming"),
    path("batches/<int:pk>/naming/confirm/", honours.naming_confirm, name="naming-confirm"),
    path("honours/", honours.honours, name="honours"),
    path("honours/<int:pk>/", honour.honour_detail, name="honour"),
    path("honours/<int:pk>/edit/", honour.honour_edit, name="honour-edit"),
    path("honours/<int:pk>/revoke/", honour.honour_revoke, name="honour-revoke"),
    path("honours/import/", honour_imports.import_new, name="honour-import"),
    path("honours/import/template/", honour_imports.import_template, name="honour-import-template"),
    path("honours/import/<int:pk>/", honour_imports.import_preview, name="honour-import-preview"),
    path(
        "honours/import/<int:pk>/errors/",
        honour_imports.import_errors,
        name="honour-import-errors",
    ),
    path("honours/import/<int:pk>/apply/", honour_imports.import_apply, name="honour-import-apply"),
    path("honours/export/", honours.honours_export, name="honours-export"),
    path("projects/<int:pk>/milestones/", milestones.milestones, name="milestones"),
    path("projects/<int:pk>/milestones/new/", milestones.milestone_new, name="milestone-new"),
    path("milestones/<int:pk>/", progress.milestone, name="milestone"),
    path("progress/files/<int:pk>/", progress.progress_file, name="progress-file"),
    path("milestones/<int:pk>/edit/", milestones.milestone_edit, name="milestone-edit"),
    path("milestones/<int:pk>/report/", milestones.milestone_report, name="milestone-report"),
    path("milestones/<int:pk>/remove/", milestones.milestone_remove, name="milestone-remove"),
    path("projects/<int:pk>/changes/new/<slug:kind>/", changes.change_new, name="change-new"),
    path("changes/<int:pk>/", changes.change_detail, name="change"),
    path("changes/<int:pk>/<slug:name>/", changes.change_move, name="change-move"),
    path("projects/<int:pk>/closing/", closing.project_closing, name="project-closing"),
    path("projects/<int:pk>/closing/<slug:name>/", closing.closing_move, name="closing-move"),
]
