"""The gateways on 127.0.0.1 with throw-away keys, for tests: the command ``chexiao`` plays them.

    python -m chexiao.sandbox --help

With pytest, ``chexiao.pytest_plugin`` has a fixture.
"""

from __future__ import annotations

import atexit
import json
import os
import pathlib
import shutil
import subprocess
import sys
import sysconfig
from typing import Any

__all__ = ["Sandbox"]


class Sandbox:
    """Begins when it is made, with any options of ``chexiao sandbox`` but ``--json``; ends with ``with``, :meth:`close` or the program.

    Its keys go with it, but stay where ``--dir`` puts them. A program that a signal kills does not end it.
    """

    def __init__(self, *options: str) -> None:
        self._process = subprocess.Popen([_command(), "sandbox", "--json", *options], stdout=subprocess.PIPE)
        atexit.register(self.close)
        try:
            said = self._said()
        except BaseException:
            self.close()
            raise
        self.folder: pathlib.Path = pathlib.Path(said["dir"])
        """Of the configurations, one for each kind of merchant, and the files that they name."""
        self.http_url: str = said["http_url"]
        """Where it answers without TLS."""
        self.https_url: str = said["https_url"]
        """Where it answers by TLS."""

    def config(self, name: str) -> pathlib.Path:
        """The configuration of this name, to open a client with."""
        return self.folder / f"{name}.json"

    def close(self) -> None:
        """Ends it."""
        atexit.unregister(self.close)
        with self._process:
            self._process.terminate()

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()

    def _said(self) -> dict[str, str]:
        """The line by which it says that it is ready."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise OSError(f"the sandbox ends with {self._process.wait()}")
        try:
            document = json.loads(line)
            return {name: document[name] for name in ("dir", "http_url", "https_url")}
        except (ValueError, LookupError, TypeError):
            raise OSError(f"the sandbox did not start: {line.decode(errors='replace').rstrip()}") from None


def _command() -> str:
    """Of this environment, else of the search path."""
    for folders in (sysconfig.get_path("scripts"), None):
        found = shutil.which("chexiao", path=folders)
        if found:
            return found
    raise FileNotFoundError("the command chexiao is neither in this environment nor on PATH: make install puts it there, the wheel of chexiao-cli too")


def _main() -> None:
    command = [_command(), "sandbox", *sys.argv[1:]]
    if sys.platform == "win32":
        sys.exit(subprocess.call(command))
    os.execv(command[0], command)


if __name__ == "__main__":
    _main()
