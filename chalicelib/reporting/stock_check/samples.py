"""Samples of the self-check of stock; its job is the sample job too."""

from chalicelib.kernel.samples import Ref, Samples, Thing

SAMPLES = Samples(
    bodies={"check_stock": {"item_id": Ref("item_id"), "repair": True}},
    things=(Thing("check_stock", gives={"job_id": "job_id"}),),
)
