from django.urls import include, path

from schools.views import imports, organisations, schools

app_name = "schools"
urlpatterns = [
    path("", schools.school_list, name="schools"),
    path("export/", schools.schools_export, name="schools-export"),
    path("<int:pk>/", schools.school_detail, name="school"),
    path("organisations/", organisations.organisation_list, name="organisations"),
    path("organisations/<int:pk>/", organisations.organisation_detail, name="organisation"),
    path("organisations/<int:pk>/edit/", organisations.organisation_edit, name="organisation-edit"),
    path("organisations/<int:pk>/branches/new/", organisations.branch_new, name="branch-new"),
    path("organisations/<int:pk>/merge/", organisations.branch_merge, name="branch-merge"),
    path("organisations/<int:pk>/close/", organisations.branch_close, name="branch-close"),
    path("import/", imports.import_new, name="import"),
    path("import/template/", imports.import_template, name="import-template"),
    path("import/<int:pk>/", imports.import_preview, name="import-preview"),
    path("import/<int:pk>/apply/", imports.import_apply, name="import-apply"),
    path("import/<int:pk>/errors/", imports.import_errors, name="import-errors"),
    path("people/", include("schools.urls_people")),
]
