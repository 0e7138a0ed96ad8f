"""The one Django app."""

from django.apps import AppConfig


class Yimen(AppConfig):
    name = "yimen"
    label = "yimen"
    verbose_name = "一门"
    default_auto_field = "django.db.models.BigAutoField"
