"""The fourteen things that must always hold (docs/operate.md), each as questions to a running installation. Reads only."""
