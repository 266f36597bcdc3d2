"""Addresses where the bureau sets programmes, their forms and the papers of a batch up."""

from django.urls import path

from brands.views import programmes, sources

urlpatterns = [
    path("batches/<int:pk>/sources/", sources.source_add, name="source-add"),
    path("sources/<int:pk>/", sources.source_file, name="source-file"),
    path("sources/<int:pk>/remove/", sources.source_remove, name="source-remove"),
    path("programmes/", programmes.programme_list, name="programmes"),
    path("programmes/new/", programmes.programme_new, name="programme-new"),
    path("programmes/<slug:key>/", programmes.programme_edit, name="programme"),
    path("programmes/<slug:key>/version/", programmes.form_version, name="form-version"),
    path("forms/<int:pk>/", programmes.form_detail, name="form"),
    path("forms/<int:pk>/preview/", programmes.form_preview, name="form-preview"),
    path("forms/<int:pk>/name/", programmes.form_name, name="form-name"),
    path("forms/<int:pk>/arrange/", programmes.form_arrange, name="form-arrange"),
    path("forms/<int:pk>/sections/<slug:key>/", programmes.form_section, name="form-section"),
    path(
        "forms/<int:pk>/sections/<slug:section>/fields/<slug:key>/",
        programmes.form_field,
        name="form-field",
    ),
]
