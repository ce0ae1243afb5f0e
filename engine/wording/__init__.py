"""Flows in plain English, for a card, a form or a paragraph. Pure.

Everything takes public documents (formats.md), complete or not: what is still missing is said
as "a list" or "an email". Tokens are shown as they stand in the document.
"""
