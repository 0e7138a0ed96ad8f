"""`yimen COMMAND`: a file here is a command, and holds one click command of the file's own name."""
