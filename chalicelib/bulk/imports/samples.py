"""Samples of imports."""

from chalicelib.kernel.samples import Samples, Thing

SAMPLES = Samples(
    bodies={
        "create_import": {
            "kind": "items",
            "mapping": {"Article no.": "sku", "Remarks": None},
            "separator": ";",
            "on_error": "skip_rows",
            "dry_run": False,
            "key": "code",
        }
    },
    queries={"read_import_template": {"kind": "items"}},
    things=(Thing("create_import", gives={"import_id": "id"}),),
)
