"""Samples of scanning."""

from chalicelib.kernel.samples import Ref, Samples

SAMPLES = Samples(queries={"scan_text": {"code": Ref("code")}})
