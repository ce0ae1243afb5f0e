"""The write door: one named function a user action or outside event.

Each is one transaction at an instant the caller gives, and tells what changed. Faults of the
user or the world are KnownErrors; then nothing has changed.
"""
