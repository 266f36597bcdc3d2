from django.urls import path

from dashboard.views.calendar import calendar, calendar_day_delete
from dashboard.views.calendar_notice import calendar_notice
from dashboard.views.feed import feed, feed_page
from dashboard.views.home import home
from dashboard.views.records import audit, audit_verify, outbox, outbox_resend
from dashboard.views.styleguide import styleguide
from dashboard.views.suggestions import suggestion, suggestions

app_name = "dashboard"
urlpatterns = [
    path("", home, name="home"),
    path("audit/", audit, name="audit"),
    path("audit/verify/", audit_verify, name="audit-verify"),
    path("outbox/", outbox, name="outbox"),
    path("outbox/<int:pk>/resend/", outbox_resend, name="outbox-resend"),
    path("calendar/", calendar, name="calendar"),
    path("feed/", feed_page, name="feed"),
    path("feed/<str:key>.ics", feed, name="feed-ics"),
    path("suggestions/", suggestions, name="suggestions"),
    path("suggestions/<int:pk>/", suggestion, name="suggestion"),
    path("calendar/notice/", calendar_notice, name="calendar-notice"),
    path("calendar/<int:pk>/delete/", calendar_day_delete, name="calendar-day-delete"),
    path("styleguide/", styleguide, name="styleguide"),
]
