"""Every address of the site. A lower page never links by hand: it reverses a name."""

from django.urls import include, path

from config import health

urlpatterns = [
    path("", include("portal.urls")),
    path("dashboard/", include("dashboard.urls")),
    path("account/", include("foundation.accounts.urls")),
    path("inbox/", include("foundation.notifications.urls")),
    path("jobs/", include("foundation.jobs.urls")),
    path("schools/", include("schools.urls")),
    path("brands/", include("brands.urls")),
    path("reviews/", include("reviews.urls")),
    path("checkups/", include("checkups.urls")),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]

handler400 = "config.errors.bad_request"
handler403 = "config.errors.permission_denied"
handler404 = "config.errors.page_not_found"
handler500 = "config.errors.server_error"
