"""Samples of search."""

from chalicelib.kernel.samples import Samples

SAMPLES = Samples(queries={"search": {"q": "ada", "kinds": "customer,item"}}, bodies={"check_search": {"repair": True}})
