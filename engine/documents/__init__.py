"""The public documents of formats.md: read, checked all at once, and stored by id."""
