"""Words that every dialect shares: events, values, and what a driver has to offer."""
