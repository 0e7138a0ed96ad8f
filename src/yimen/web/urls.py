"""The addresses of the pages, by the person who uses them."""

from django.urls import URLPattern, URLResolver, path
from django.views.i18n import set_language

from yimen.web import documents, sign_in

urlpatterns: list[URLPattern | URLResolver] = [
    path("accounts/post/", sign_in.choose_post, name="choose_post"),
    path("accounts/sign-out/", sign_in.sign_out, name="sign_out"),
    path("signed-out/", sign_in.signed_out, name="signed_out"),
    path("documents/<uuid:document>/", documents.document, name="document"),
    path("language/", set_language, name="set_language"),
]
