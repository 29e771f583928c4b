"""To come."""

SESSION_S = 12 * 3600
