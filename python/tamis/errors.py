"""What goes wrong, as exceptions. Each message reads ``place: fault (next step)``, as the command line prints it."""


class TamisError(Exception):
    """Any fault that stops the work. Faults of single records are rows of ``rejects``, not exceptions."""


class UsageError(TamisError, ValueError):
    """A setting that cannot be used. The place is the flag of the command line: ``--threshold`` is ``threshold=``."""


class InputError(TamisError):
    """An input that cannot be read or understood."""


class DiskError(TamisError, OSError):
    """A disk or file that refuses; a folder that exists already."""


class SavedError(TamisError):
    """Saved data of another scheme or version, or damaged."""
