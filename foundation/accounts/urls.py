from django.urls import path
from django.http import HttpResponse

app_name = "accounts"
urlpatterns = [path("login/", lambda r: HttpResponse(""), name="login")]
