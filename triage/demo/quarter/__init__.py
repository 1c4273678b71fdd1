"""The quarter before the demo begins, lived through by the product's own services on a clock that the demo turns."""
