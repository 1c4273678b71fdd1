"""One repository for each aggregate, over the connection of a unit of work."""
