"""What an import does with a file: it reads the rows and changes the address book."""
