"""Bills that are written to a file."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import pathlib
import pickle
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
from conftest import Sandbox

import chexiao

APIS = {"wechat": "POST /pay/downloadbill", "edgeros": "GET /pay/v1/transactions/bill"}


def today(gateway: str) -> dict[str, str]:
    said = subprocess.run(["date", "+%F"], env={"TZ": "UTC-8", "PATH": os.environ["PATH"]}, check=True, capture_output=True, text=True)
    day = said.stdout.strip()
    return {"bill_date": day.replace("-", "") if gateway == "wechat" else day}


@pytest.fixture
def own(tmp_path: pathlib.Path) -> Iterator[Sandbox]:
    """Of which nobody else has paid an order."""
    sandbox = Sandbox(tmp_path / "sandbox")
    yield sandbox
    sandbox.stop()


@pytest.mark.parametrize("gateway", APIS)
def test_a_bill_is_whole_in_its_file_or_not_there(gateway: str, own: Sandbox, tmp_path: pathlib.Path) -> None:
    client, api, day = chexiao.Client(own.config(gateway)), APIS[gateway], today(gateway)
    to = tmp_path / "账单.csv"
    none = client.download(api, day, to=to)
    assert none.file is None and not to.exists() and none.explanation.en.startswith("No file was written.")
    own.admin("orders", {"gateway": gateway, "order": "BILLED1", "state": "PAID"})
    answer = client.download(api, day, to=to)
    content = to.read_bytes()
    assert b"BILLED1" in content
    assert answer.file == chexiao.SavedFile(path=str(to), bytes=len(content), sha256=hashlib.sha256(content).hexdigest())
    assert (answer.is_authentic, answer.evidence) == ((False, "none") if gateway == "wechat" else (True, "signed_unbound"))
    again = pickle.loads(pickle.dumps(answer))
    assert again == answer and again.to_dict() == answer.to_dict() and json.dumps(answer.to_dict())
    with pytest.raises(chexiao.CallError) as refused:
        client.download(api, day, to=to)
    assert refused.value.field == "to"
    assert client.download(api, day, to=str(to), replace=True).file == answer.file

    async def asynchronously() -> chexiao.CallAnswer:
        async with chexiao.AsyncClient(client) as many:
            return await many.download(api, day, to=tmp_path / "second.csv")

    second: Any = asyncio.run(asynchronously()).file
    assert answer.file is not None and second.sha256 == answer.file.sha256
    assert sorted(path.name for path in tmp_path.iterdir()) == ["sandbox", "second.csv", "账单.csv"]
