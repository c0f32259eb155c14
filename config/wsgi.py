import os

import django

from core.handler import PlainHandler

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.local")

# What get_wsgi_application() does, with our own handler.
django.setup(set_prefix=False)
application = PlainHandler()
