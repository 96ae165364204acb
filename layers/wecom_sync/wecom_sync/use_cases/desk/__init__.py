"""The desk: who comes, what they see and say, and how submit knows it again."""
