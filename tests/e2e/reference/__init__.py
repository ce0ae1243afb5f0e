"""The slow, obvious runner of scenarios: the judge of the real engine."""

from tests.e2e.reference.run import run_reference

__all__ = ["run_reference"]
