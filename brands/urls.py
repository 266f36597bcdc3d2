"""Addresses from the batch to the formal check; those after the scores are joined in."""

from django.urls import path

from brands import urls_after, urls_before, urls_keeping, urls_outputs
from brands.views import (
    attachments,
    batches,
    bulk,
    contact,
    desk,
    downloads,
    extensions,
    history,
    moves,
    papers,
    previews,
    projects,
    sections,
    stamping,
    transfers,
    uploading,
    versions,
)

app_name = "brands"
urlpatterns = [
    *urls_before.urlpatterns,
    path("batches/", batches.batch_list, name="batches"),
    path("batches/new/", batches.batch_new, name="batch-new"),
    path("batches/<int:pk>/", batches.batch_detail, name="batch"),
    path("batches/<int:pk>/edit/", batches.batch_edit, name="batch-edit"),
    path("batches/<int:pk>/transfer/", transfers.quota_transfer, name="quota-transfer"),
    path("transfers/<int:pk>/", transfers.transfer_detail, name="transfer"),
    path("transfers/<int:pk>/<slug:name>/", transfers.transfer_move, name="transfer-move"),
    path("batches/<int:pk>/extend/", extensions.batch_extend, name="batch-extend"),
    path("projects/<int:pk>/extend/", extensions.project_extend, name="project-extend"),
    path("batches/<int:pk>/copy/", batches.batch_copy, name="batch-copy"),
    path("batches/<int:pk>/open/", batches.batch_open, name="batch-open"),
    path("batches/<int:pk>/close/", batches.batch_close, name="batch-close"),
    path("bulk/", bulk.bulks, name="bulks"),
    path("bulk/<int:pk>/", bulk.bulk_detail, name="bulk"),
    path("bulk/<int:pk>/undo/", bulk.bulk_undo, name="bulk-undo"),
    path("bulk/<slug:name>/", bulk.bulk_new, name="bulk-new"),
    path("desk/", desk.desk, name="desk"),
    path("desk/<int:pk>/<int:area_pk>/order/", desk.desk_reorder, name="desk-reorder"),
    path("projects/", projects.project_list, name="projects"),
    path("projects/export/", downloads.projects_export, name="projects-export"),
    path("projects/new/", projects.project_new, name="project-new"),
    path("projects/<int:pk>/", projects.project_detail, name="project"),
    path(
        "projects/<int:pk>/sections/<slug:key>/", sections.project_section, name="project-section"
    ),
    path(
        "projects/<int:pk>/sections/<slug:key>/autosave/",
        sections.project_autosave,
        name="project-autosave",
    ),
    path("projects/<int:pk>/review/", projects.project_review, name="project-review"),
    path("projects/<int:pk>/history/", history.project_history, name="project-history"),
    path("projects/<int:pk>/phone/", contact.project_phone, name="project-phone"),
    path("projects/<int:pk>/versions/", versions.project_versions, name="project-versions"),
    path("projects/<int:pk>/receipt/", projects.project_receipt, name="project-receipt"),
    path("projects/<int:pk>/word/", downloads.project_word, name="project-word"),
    path("papers/check/", papers.paper_check, name="paper-check"),
    path("projects/<int:pk>/dossier/", downloads.project_dossier, name="project-dossier"),
    path("projects/<int:pk>/confirm/<slug:name>/", moves.project_confirm, name="project-confirm"),
    path(
        "projects/<int:pk>/move/<slug:name>/", moves.project_transition, name="project-transition"
    ),
    path("projects/<int:pk>/stamped/", stamping.stamped_add, name="stamped-add"),
    path("stamped/<int:pk>/", stamping.stamped_scan, name="stamped-scan"),
    path("projects/<int:pk>/attachments/", attachments.attachment_add, name="attachment-add"),
    path("projects/<int:pk>/uploads/", uploading.upload_begin, name="upload-begin"),
    path("uploads/<uuid:key>/", uploading.upload, name="upload"),
    path("uploads/<uuid:key>/finish/", uploading.upload_finish, name="upload-finish"),
    path("uploads/<uuid:key>/cancel/", uploading.upload_cancel, name="upload-cancel"),
    path("attachments/<int:pk>/", attachments.attachment_detail, name="attachment"),
    path("attachments/<int:pk>/view/", previews.attachment_view, name="attachment-view"),
    path(
        "attachments/<int:pk>/pages/<int:page>/", previews.attachment_page, name="attachment-page"
    ),
    path("attachments/<int:pk>/mark/", previews.attachment_mark, name="attachment-mark"),
    path("attachments/<int:pk>/delete/", attachments.attachment_delete, name="attachment-delete"),
    *urls_outputs.urlpatterns,  # Before the moves of a publicity, whose names are any word.
    *urls_after.urlpatterns,
    *urls_keeping.urlpatterns,
]
