app_name = "checkups"
urlpatterns: list = []
