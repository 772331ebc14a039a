"""How much one caller may do: limits, what is counted of them, and who watches at the entrance."""
