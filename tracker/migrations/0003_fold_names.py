from typing import Any

from django.db import migrations

from tracker.names import folded


def fold(apps: Any, schema_editor: Any) -> None:
    names = apps.get_model("tracker", "PartyName")
    rows = list(names.objects.using(schema_editor.connection.alias).only("text"))
    for row in rows:
        row.folded = folded(row.text)
    names.objects.using(schema_editor.connection.alias).bulk_update(rows, ["folded"], batch_size=500)


class Migration(migrations.Migration):
    dependencies = [("tracker", "0002_sources_and_claims")]

    operations = [migrations.RunPython(fold, migrations.RunPython.noop, elidable=True)]
