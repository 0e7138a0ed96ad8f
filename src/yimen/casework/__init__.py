"""One case in the order it happens. Reading the steps from `draft` to `delivery` is reading the life of a case."""
