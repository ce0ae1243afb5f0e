"""One module a step kind."""
