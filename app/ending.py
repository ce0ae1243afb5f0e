"""How the program ends, whatever started it: its exit status, and its words for what failed."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable

from db.errors import DocumentError, KnownError

STOPPED = "Stopped before it was done."


def ended(work: Callable[[], int]) -> int:
    """Do the work of the program; gives the exit status (formats.md, "Command line").

    Whatever goes wrong is said in plain sentences on standard error.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        status = _told(work)
        sys.stdout.flush()
    except BrokenPipeError:
        # Nobody reads any more, so there is nobody to tell either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return status


def say(words: str, status: int) -> int:
    """Say why on standard error; gives the exit status back."""
    print(words, file=sys.stderr)
    return status


def _told(work: Callable[[], int]) -> int:
    try:
        return work()
    except DocumentError as error:
        return say("\n".join(error.faults), error.status)
    except KnownError as error:
        return say(error.sentence, error.status)
    except KeyboardInterrupt:
        return say(STOPPED, 1)
    except BrokenPipeError:
        raise
    except Exception as error:
        return _fail(error)


def _fail(error: Exception) -> int:
    from app import log
    from db.faults import known

    sentence = known(error)
    if sentence is not None:
        return say(sentence.sentence, sentence.status)
    file = log.crash(error)
    if isinstance(error, OSError) and error.strerror:
        place = f"{error.filename}: " if error.filename else ""
        return say(f"{place}{error.strerror.lower()}.", 1)
    place = f"what happened is in {file}" if file else "and no log could be written"
    return say(f"Something went wrong inside the program: {place}.", 1)
