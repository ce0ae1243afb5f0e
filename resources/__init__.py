"""Files the program ships with."""
