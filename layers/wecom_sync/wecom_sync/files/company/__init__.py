"""How a company file is read: HR's people, with the departments that they are in."""
