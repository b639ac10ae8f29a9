"""Samples of the privacy policy."""

from chalicelib.kernel.samples import OutsideThing, Samples

SAMPLES = Samples(
    bodies={"accept_policy": {"policy_version": 1}},
    things=(OutsideThing(("policy_version",), lambda _: {"policy_version": "1"}),),
)
