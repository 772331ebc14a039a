"""What the router says of itself in `/openapi.json`: tables of bodies, replies, errors and examples, one row a call."""
