from django.urls import path

from foundation.jobs import views

app_name = "jobs"
urlpatterns = [
    path("", views.jobs, name="jobs"),
    path("<int:pk>/", views.job, name="job"),
    path("<int:pk>/file/", views.job_file, name="file"),
    path("<int:pk>/restart/", views.job_restart, name="restart"),
]
