"""The pages for people: one HTML file each, that needs nothing but a browser."""
