"""The screens: they ask, show and pass on what a person does."""
