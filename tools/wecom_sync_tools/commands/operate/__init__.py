"""Commands for those who have rights on a stack, not only on its buckets."""
