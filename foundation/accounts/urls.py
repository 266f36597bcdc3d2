from django.urls import path

from foundation.accounts import views

app_name = "accounts"
urlpatterns = [
    path("login/", views.sign_in, name="login"),
    path("logout/", views.sign_out, name="logout"),
    path("ping/", views.ping, name="ping"),
    path("password/", views.password, name="password"),
    path("privacy/", views.privacy, name="privacy"),
    path("email/", views.email, name="email"),
    path("profile/", views.profile, name="profile"),
]
