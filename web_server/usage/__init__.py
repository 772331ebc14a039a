"""What was used: sums on their way to Redis, the book of usage by caller, and the process's figures."""
