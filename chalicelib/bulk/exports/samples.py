"""Samples of exports."""

from chalicelib.kernel.samples import Samples, Thing

SAMPLES = Samples(
    bodies={"create_export": {"kind": "items", "separator": ",", "status": "active"}},
    things=(Thing("create_export", gives={"export_id": "id"}),),
)
