"""Works out what a roster would change, and what we remember afterwards. Pure."""
