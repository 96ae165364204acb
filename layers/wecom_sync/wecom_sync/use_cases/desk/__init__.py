"""The desk: who comes, and what they see and say."""
