"""Samples of the privacy policy."""

from chalicelib.kernel.samples import Samples

SAMPLES = Samples(bodies={"accept_policy": {"policy_version": 1}})
