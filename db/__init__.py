"""What stores the practice: schema, sessions, queries. Never imports Qt."""
