"""What is done with a drop: a module for each word that its key may say, and who lets it in."""
