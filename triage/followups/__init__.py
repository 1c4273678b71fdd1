"""What the desk still owes or wants to say: promises made in letters (R2, R9)."""
