"""The drawing of a flow: its document and undo stack, its layout, its scene."""
