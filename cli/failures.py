"""What goes wrong becomes one sentence, a stable code and an exit status."""

import errno
from typing import NamedTuple

DONE, WORK_FAILED, WRONG_USE, DISK_FAILED, INTERRUPTED = 0, 1, 2, 3, 130


class Failure(NamedTuple):
    """An answer instead of data."""

    code: str
    message: str
    hint: str
    status: int


def failure_of(error: BaseException) -> Failure | None:
    """The failure that an exception means to a user, or None when it is a bug of ours."""
    from eventstore import errors as store
    from gpu.errors import BriefRefused, ScriptError, StageError
    from handlers.errors import Refused, WorkersDie

    match error:
        case Refused():
            return Failure(error.code, error.message, error.hint, WRONG_USE)
        case ScriptError():
            return Failure("bad_script", str(error), "", WRONG_USE)
        case BriefRefused():
            return Failure("bad_setting", str(error), "", WRONG_USE)
        case StageError():
            return Failure("stage_failed", str(error), "", WORK_FAILED)
        case WorkersDie():
            return Failure("workers_die", str(error), "see --log-file", WORK_FAILED)
        case store.NoSuchLog():
            return Failure("no_log", str(error), "", WRONG_USE)
        case store.NotALog():
            return Failure("not_a_log", str(error), "", DISK_FAILED)
        case store.LogTooNew() | store.UnknownEventType():
            return Failure("log_too_new", str(error), "", DISK_FAILED)
        case store.DiskFull():
            return Failure("disk_full", str(error), "", DISK_FAILED)
        case store.LogFailed():
            return Failure("log_failed", str(error), "", DISK_FAILED)
        case store.QueryStopped():
            return Failure("query_stopped", str(error), "", WORK_FAILED)
        case store.EventStoreError():
            return Failure("log_refused", str(error), "", WORK_FAILED)
        case OSError():
            where = f" ({error.filename})" if error.filename else ""
            status = WRONG_USE if error.errno == errno.ENAMETOOLONG else DISK_FAILED
            return Failure("disk_failed", f"{error.strerror or error}{where}", "", status)
    return None
