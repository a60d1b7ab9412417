"""The gateways on 127.0.0.1 with throw-away keys, for tests: the command ``chexiao`` plays them.

    python -m chexiao.sandbox --help

With pytest, ``chexiao.pytest_plugin`` has a fixture.
"""

from __future__ import annotations

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
    """Begins when it is made, with any options of ``chexiao sandbox``; ends with ``with`` or :meth:`close`, and its keys with it."""

    def __init__(self, *options: str) -> None:
        self._process = subprocess.Popen([_command(), "sandbox", "--json", *options], stdout=subprocess.PIPE)
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            self._process.communicate()
            raise OSError(f"the sandbox ends with {self._process.returncode}")
        said = json.loads(line)
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
        self._process.terminate()
        self._process.communicate()

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()


def _command() -> str:
    """Of this environment, else of the search path."""
    for folders in (sysconfig.get_path("scripts"), None):
        found = shutil.which("chexiao", path=folders)
        if found:
            return found
    raise FileNotFoundError("the command chexiao is neither in this environment nor on PATH: make install puts it there")


def _main() -> None:
    command = [_command(), "sandbox", *sys.argv[1:]]
    if sys.platform == "win32":
        sys.exit(subprocess.call(command))
    os.execv(command[0], command)


if __name__ == "__main__":
    _main()
