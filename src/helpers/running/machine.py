"""Machine: what it means that a disk is full or a folder cannot be written, and what to do."""

from __future__ import annotations

import errno

_FULL = "The disk is full, or a limit on it is reached: make room ('study clean --keep 1' removes kept runs), and run again."
_CLOSED = "It may not be read or written: give the account that runs this the right to, or mount the disk for writing."
_IN_THE_WAY = "A file stands where a folder belongs, or a folder where a file belongs: move it away."
_GONE = "It vanished while it was used: see that the disk is mounted and that nothing else removes it, and run again."
_SHORT = "The machine has no memory, processes or open files left: run fewer notebooks at a time (--jobs 1), or raise the limit."
_BROKEN = "The disk does not answer: have it looked at."

_REMEDIES = {
    **dict.fromkeys((errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC), errno.EFBIG), _FULL),
    **dict.fromkeys((errno.EROFS, errno.EACCES, errno.EPERM), _CLOSED),
    **dict.fromkeys((errno.ENOTDIR, errno.EISDIR, errno.EEXIST), _IN_THE_WAY),
    **dict.fromkeys((errno.ENOENT, getattr(errno, "ESTALE", errno.ENOENT)), _GONE),
    **dict.fromkeys((errno.ENOMEM, errno.EAGAIN, errno.EMFILE, errno.ENFILE), _SHORT),
    errno.EIO: _BROKEN,
}


def machine_trouble(error: OSError) -> str | None:
    """What is wrong with the machine, where, and what to do; None where the error says nothing of that kind.

    Examples
    --------
    >>> machine_trouble(OSError(errno.EROFS, "Read-only file system", "outputs/demo/.lock"))[:60]
    'outputs/demo/.lock: Read-only file system. It may not be rea'
    """
    if error.errno not in _REMEDIES:
        return None
    place = f"{error.filename}: " if error.filename else ""
    return f"{place}{error.strerror}. {_REMEDIES[error.errno]}"
