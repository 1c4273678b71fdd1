"""Words that all rooms share. Standard library only; every value is frozen."""
