from django.urls import path

from foundation.notifications import views

app_name = "notifications"
urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("read/", views.inbox_read_all, name="inbox-read-all"),
    path("<int:pk>/", views.notice, name="notice"),
]
