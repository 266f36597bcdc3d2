"""Addresses of the work committee's papers; `brands.urls` joins them to its own."""

from django.urls import path

from brands.views import outputs

urlpatterns = [
    path("batches/<int:pk>/papers/", outputs.papers, name="papers"),
    path("batches/<int:pk>/papers/announcement/", outputs.announcement, name="announcement"),
    path("batches/<int:pk>/papers/volume/", outputs.volume, name="volume"),
    path("publicity/<int:pk>/word/", outputs.publicity_word, name="publicity-word"),
    path("honours/certificates/", outputs.certificates_all, name="certificates"),
    path(
        "honours/<int:pk>/certificate/",
        outputs.certificate,
        {"kind": "certificate"},
        name="certificate",
    ),
    path("honours/<int:pk>/plaque/", outputs.certificate, {"kind": "plaque"}, name="plaque"),
]
