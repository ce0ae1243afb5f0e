"""Ways in: spreadsheets and clinical exports."""
