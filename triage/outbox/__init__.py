"""The way out: compose the exact bytes, hand them over once, file the copy."""
