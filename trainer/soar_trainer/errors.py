"""What can be wrong with what the user gave."""


class UsageError(Exception):
    """A wrong option, shard or model; the message names it and what was expected. Exit code 2."""
