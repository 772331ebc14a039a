"""Who is asking: tokens and scopes."""
