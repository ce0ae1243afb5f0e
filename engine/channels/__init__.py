"""Ways out: one port, one module a channel."""
