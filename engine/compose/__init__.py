"""From template to message: tokens, HTML, MIME."""
