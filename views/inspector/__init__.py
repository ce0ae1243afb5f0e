"""The right panel's forms, one module a step kind."""
