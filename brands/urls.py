from django.urls import path

from brands import urls_after
from brands.views import projects

app_name = "brands"
urlpatterns = [
    path("projects/<int:pk>/", projects.project_detail, name="project"),
    *urls_after.urlpatterns,
]
