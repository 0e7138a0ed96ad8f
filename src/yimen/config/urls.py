"""Where each face is mounted."""

from django.urls import include, path

from yimen.web.health import healthy

urlpatterns = [
    path("healthz", healthy, name="healthz"),
    path("api/", include("yimen.api.urls")),
    path("", include("yimen.web.urls")),
    path("accounts/", include("allauth.urls")),
]
