"""Questions to the store, by noun; answers are frozen rows."""
