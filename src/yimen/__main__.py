"""`python -m yimen COMMAND` is `yimen COMMAND`: how the platform starts its own processes."""

from yimen.cli.main import main

if __name__ == "__main__":
    main()
