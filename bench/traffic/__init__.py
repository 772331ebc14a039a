"""What an answer is about, told from the sizes and times of its stream: before padding and after, and its price."""
