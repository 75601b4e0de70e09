# Copyright (c) 2026 nfv.iperf contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The folder where a node keeps our servers' archives, records, sockets and logs. PRIVATE to the collection.

Whoever may write there decides what runs as its owner, so a folder that belongs to somebody else or that others may write
to is refused. All changes are made under a lock on the folder itself, which needs no file of its own: modules that run at
the same time, for several inventory hosts on one machine, take turns. The folder goes when the last file in it has gone.
"""

import contextlib
import errno
import fcntl
import os
import platform
import stat
import time

from .guard import Failure

ROOT_FOLDER = "/run/nfv-iperf"
# An AF_UNIX address has 108 bytes with its final NUL (unix(7)); the longest name that we make in the folder must fit.
SOCKET_PATH_LIMIT = 107
POLL_SECONDS = 0.05


def default() -> str:
    """/run/nfv-iperf for root; for others a folder in their cache that is this node's own even when their home is shared."""
    if os.geteuid() == 0:
        return ROOT_FOLDER
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return os.path.join(cache, "nfv-iperf-%s" % platform.node())


def check(path: str) -> bool:
    """Whether the folder exists; raises Failure if it exists and is not safely ours."""
    try:
        found = os.lstat(path)
    except FileNotFoundError:
        return False
    if not stat.S_ISDIR(found.st_mode):
        raise Failure("state_dir %s is not a directory; name a directory or a path that does not exist yet" % path)
    if found.st_uid != os.geteuid():
        raise Failure("state_dir %s belongs to user id %d, not to the user the module runs as (id %d); name another directory or "
                      "use become" % (path, found.st_uid, os.geteuid()))
    if found.st_mode & 0o022:
        raise Failure("state_dir %s can be written by others (mode %04o), who could replace what runs from it; "
                      "set mode 0755 or less" % (path, stat.S_IMODE(found.st_mode)))
    return True


def check_socket_path(path: str) -> None:
    """Raises Failure for a socket path that the kernel would not take."""
    if len(os.fsencode(path)) > SOCKET_PATH_LIMIT:
        raise Failure("state_dir is too long: %s has %d bytes, and the path of a Unix socket may have %d"
                      % (path, len(os.fsencode(path)), SOCKET_PATH_LIMIT))


@contextlib.contextmanager
def locked(path: str, seconds: float):
    """Hold the folder for ourselves, made if it is missing, for at most `seconds` of waiting. On leaving, an empty folder is
    removed. Raises Failure when somebody else holds it for too long."""
    handle = _enter(path, seconds)
    try:
        yield path
    finally:
        try:
            os.rmdir(path)
        except OSError:
            pass  # in use by another server, or gone already
        os.close(handle)


def _enter(path, seconds):
    deadline = time.monotonic() + seconds
    while True:
        _make(path)
        try:
            handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
        except FileNotFoundError:
            continue  # whoever was here before removed it with his last server
        if _lock(handle) and _is(handle, path):
            return handle
        os.close(handle)
        if time.monotonic() >= deadline:
            raise Failure("another module run has held %s for %g s; try again when it has ended" % (path, seconds))
        time.sleep(POLL_SECONDS)


def _make(path):
    if check(path):
        return
    os.makedirs(os.path.dirname(path), 0o755, exist_ok=True)
    try:
        os.mkdir(path, 0o755)
        os.chmod(path, 0o755)
    except FileExistsError:
        check(path)


def _lock(handle):
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno not in (errno.EAGAIN, errno.EACCES):
            raise
        return False
    return True


def _is(handle, path):
    """Whether the path still leads to the folder that is open, which may have been removed while we waited."""
    try:
        return os.path.samestat(os.fstat(handle), os.stat(path))
    except FileNotFoundError:
        return False
