"""`python -m starlit` is the `starlit` command."""

from starlit.cli import main

if __name__ == "__main__":
    main()
