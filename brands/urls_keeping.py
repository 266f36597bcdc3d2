"""Addresses of what becomes of a named brand; `brands.urls` joins them to its own."""

from django.urls import path

from brands.views import negatives, promotions, rechecks

urlpatterns = [
    path("rechecks/", rechecks.rechecks, name="rechecks"),
    path("rechecks/<int:pk>/", rechecks.recheck_detail, name="recheck"),
    path("rechecks/files/<int:pk>/", rechecks.recheck_file, name="recheck-file"),
    path("rechecks/<int:pk>/<slug:name>/", rechecks.recheck_move, name="recheck-move"),
    path("negatives/", negatives.negatives, name="negatives"),
    path("negatives/new/", negatives.negative_new, name="negative-new"),
    path("negatives/<int:pk>/", negatives.negative_detail, name="negative"),
    path("negatives/<int:pk>/file/", negatives.negative_file, name="negative-file"),
    path("honours/<int:pk>/promotions/", promotions.promotions, name="promotions"),
    path("honours/<int:pk>/promotions/new/", promotions.promotion_new, name="promotion-new"),
    path("promotions/<int:pk>/<slug:name>/", promotions.promotion_move, name="promotion-move"),
    path("honours/<int:pk>/recheck/", rechecks.recheck_new, name="recheck-new"),
]
