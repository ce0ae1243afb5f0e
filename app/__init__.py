"""The one place parts are built, and the command line."""
