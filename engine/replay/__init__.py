"""Living recorded history again against one flow, in memory (`engine.rehearsal`); pure."""
