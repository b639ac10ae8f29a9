"""Samples of sandboxes."""

from chalicelib.kernel.samples import Samples

SAMPLES = Samples(bodies={"set_sandbox_clock": {"is_frozen": False}})
