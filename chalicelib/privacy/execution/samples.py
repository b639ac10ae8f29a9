"""Samples of uses that are stopped."""

from chalicelib.kernel.samples import Samples

SAMPLES = Samples(bodies={"restrict_party_uses": {"restricted_uses": ["marketing"]}})
