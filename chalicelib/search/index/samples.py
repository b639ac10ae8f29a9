"""Samples of search."""

from chalicelib.kernel.samples import Samples

SAMPLES = Samples(queries={"search": {"q": "ada"}}, bodies={"check_search": {"repair": True}})
