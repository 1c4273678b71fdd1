"""The page's addresses, a module for each kind of work."""
