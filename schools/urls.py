from django.urls import include, path

from schools.views import branches, imports, organisations, schools

app_name = "schools"
urlpatterns = [
    path("", schools.school_list, name="schools"),
    path("export/", schools.schools_export, name="schools-export"),
    path("<int:pk>/", schools.school_detail, name="school"),
    path("<int:pk>/phone/", schools.school_phone, name="school-phone"),
    path("organisations/", organisations.organisation_list, name="organisations"),
    path("organisations/<int:pk>/", organisations.organisation_detail, name="organisation"),
    path("organisations/<int:pk>/edit/", organisations.organisation_edit, name="organisation-edit"),
    path("organisations/<int:pk>/branches/new/", branches.branch_new, name="branch-new"),
    path("organisations/<int:pk>/merge/", branches.branch_merge, name="branch-merge"),
    path("organisations/<int:pk>/close/", branches.branch_close, name="branch-close"),
    path("import/", imports.import_new, name="import"),
    path("import/template/", imports.import_template, name="import-template"),
    path("import/<int:pk>/", imports.import_preview, name="import-preview"),
    path("import/<int:pk>/apply/", imports.import_apply, name="import-apply"),
    path("import/<int:pk>/errors/", imports.import_errors, name="import-errors"),
    path("people/", include("schools.urls_people")),
]
