"""Files and directories: may the sockets, the token, the sealed store and the lists be where they are.

Called by `examination`. Looks at modes and owners alone, and at whether what must be written can be.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from key_server.config import LONGEST_SOCKET_PATH, Settings
from key_server.doctor.finding import OK, PROBLEM, WARNING, Finding, split
from key_server.errors import ConfigError
from key_server.private_files import admits_group, check_private_directory, check_private_file


def look(settings: Settings) -> list[Finding]:
    """Every place that a setting names."""
    found = [
        _socket("router socket", settings.socket, "KEY_SERVER_SOCKET"),
        _socket("admin socket", settings.admin_socket, "KEY_SERVER_ADMIN_SOCKET"),
        _token(settings.token_file),
        _written("usage journal", settings.journal, "KEY_SERVER_USAGE_JOURNAL"),
    ]
    if not settings.vault_kv_path:
        found.append(_written("sealed store", settings.store_file, "KEY_STORE_FILE"))
    if settings.log_file:
        found.append(_written("log", settings.log_file, "KEY_SERVER_LOG_FILE", private=False))
    found += [_provider_file(path.absolute()) for path in settings.provider_files if path.exists()]
    return [*found, *(_key_list(path) for path in settings.key_files if path.exists())]


def _socket(check: str, path: Path, setting: str) -> Finding:
    path = path.absolute()
    if len(os.fsencode(path)) > LONGEST_SOCKET_PATH:
        return Finding(check, PROBLEM, f"longer than {LONGEST_SOCKET_PATH} bytes", f"set {setting} to a shorter path")
    try:
        check_private_directory(path.parent, setting)
    except ConfigError as error:
        return split(check, str(error))
    try:
        found = path.lstat()
    except OSError:
        return Finding(check, OK, f"{path} (not there: no server is running)")
    mode = stat.S_IMODE(found.st_mode)
    most = 0o660 if setting == "KEY_SERVER_SOCKET" and admits_group(path.parent) else 0o600
    if not stat.S_ISSOCK(found.st_mode):
        return Finding(check, PROBLEM, f"{path} is not a socket", f"remove it, or set {setting} to another path")
    if mode & ~most:
        return Finding(check, PROBLEM, f"{path} is open to others ({mode:04o})", "restart the key server")
    who = "one group" if most == 0o660 else "its owner alone"
    return Finding(check, OK, f"{path} ({mode:04o}, for {who})")


def _token(path: Path) -> Finding:
    check, path = "token file", path.absolute()
    try:
        check_private_directory(path.parent, "KEY_SERVER_TOKEN_FILE")
        mode = stat.S_IMODE(path.lstat().st_mode)
    except ConfigError as error:
        return split(check, str(error))
    except OSError:
        return Finding(check, OK, f"{path} (not there: no server is running)")
    if mode & ~(0o640 if admits_group(path.parent) else 0o600):
        return Finding(check, PROBLEM, f"{path} can be read by others ({mode:04o})", "restart the key server")
    return Finding(check, OK, f"{path} ({mode:04o}, new at each start)")


def _written(check: str, path: Path, setting: str, *, private: bool = True) -> Finding:
    path = path.absolute()
    if not path.parent.is_dir():
        return Finding(check, PROBLEM, f"{path.parent} does not exist", f"create it, or set {setting}")
    if not os.access(path if path.exists() and not private else path.parent, os.W_OK):
        return Finding(check, PROBLEM, f"{path} cannot be written by this user", f"chown its folder, or set {setting}")
    if private and path.exists():
        try:
            check_private_file(path, setting)
        except ConfigError as error:
            return split(check, str(error))
    return Finding(check, OK, f"{path}{'' if path.exists() else ' (not there yet)'}")


def _key_list(path: Path) -> Finding:
    if not path.is_file() or not os.access(path, os.R_OK):
        advice = "give it to the key server's user (chown), or take it out of KEY_CONFIG_FILE"
        return Finding("key list", PROBLEM, f"{path} cannot be read as a file by this user", advice)
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        return Finding(
            "key list", PROBLEM, f"{path} holds keys and can be read by others ({mode:04o})", "chmod 0600 it"
        )
    advice = "`keys import FILE --shred` removes it once every key is sealed"
    return Finding("key list", WARNING, f"{path} holds keys in clear", advice)


def _provider_file(path: Path) -> Finding:
    """Whoever writes it says where keys are sent."""
    check, folder = "provider file", path.parent.stat()
    if path.stat().st_mode & stat.S_IWOTH:
        return Finding(check, PROBLEM, f"any user can write {path}, and so have keys sent to himself", "chmod o-w it")
    if folder.st_mode & stat.S_IWOTH and not folder.st_mode & stat.S_ISVTX:
        return Finding(check, PROBLEM, f"any user can replace {path}, and so have keys sent to himself", "move it")
    return Finding(check, OK, f"{path}")
