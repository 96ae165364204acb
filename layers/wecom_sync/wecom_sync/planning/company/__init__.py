"""What a company file means: the departments that are there, new, the same, or gone."""
