"""Addresses of what becomes of a named brand; `brands.urls` joins them to its own."""

from django.urls import path

from brands.views import rechecks

urlpatterns = [
    path("rechecks/", rechecks.rechecks, name="rechecks"),
    path("rechecks/<int:pk>/", rechecks.recheck_detail, name="recheck"),
    path("rechecks/files/<int:pk>/", rechecks.recheck_file, name="recheck-file"),
    path("rechecks/<int:pk>/<slug:name>/", rechecks.recheck_move, name="recheck-move"),
    path("honours/<int:pk>/recheck/", rechecks.recheck_new, name="recheck-new"),
]
