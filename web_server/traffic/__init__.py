"""What sizes and times on the wire tell, and what is done that they do not."""
