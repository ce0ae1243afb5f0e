"""The rules of the product and the shell that runs them. Never imports Qt."""
