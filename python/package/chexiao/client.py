"""A client: one merchant account at one gateway."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Sequence
from typing import Any, Optional, Union, cast

from chexiao import _document, _log, _native, errors
from chexiao._document import Members, Order
from chexiao.answer import CallAnswer
from chexiao.exchange import HttpReply, HttpRequest, exchange_of, request_of
from chexiao.incoming import Incoming, message_of
from chexiao.notice import Notice
from chexiao.outcome import Outcome

Config = Union[Members, str, "os.PathLike[str]"]
"""A configuration, or the path of a JSON file that holds one."""
Call = Union[Members, str]
"""A whole call, as a mapping or pairs, or as JSON text."""


class Client:
    """One merchant account at one gateway, with its keys loaded and its connections pooled.

    Threads may share a client, and other Python threads run while it works. After a fork, at any moment, parent and child may both go
    on using it; each has connections of its own. A fork waits, for milliseconds and at most 1 s, while another thread signs, verifies
    or is in a TLS handshake. There is nothing to close: a client ends with its last reference.

    A client pickles, and copies, as what it was opened from (for ``multiprocessing`` and task queues): always one opened by path, as
    that path; one opened from a mapping unless that holds a secret as text instead of ``{"file": …}`` or ``{"env": …}``, where
    :class:`TypeError` says so.
    """

    __slots__ = ("__weakref__", "_config", "_native")

    def __init__(self, config: Config) -> None:
        """Opens a client from a mapping, or pairs, or from the path of a JSON file. Loads the keys; opens no connection.

        Raises :class:`ConfigError`, naming the setting and the remedy.
        """
        self._native, self._config = _opened(config)
        _log.write(logging.DEBUG, step="open", gateway=self.gateway)

    @property
    def gateway(self) -> str:
        """The gateway's id, as in the configuration."""
        return self._native.gateway

    def close(
        self,
        order: Order,
        *,
        msg_id: Optional[str] = None,
        timestamp: Optional[str] = None,
        nonce: Optional[str] = None,
    ) -> Outcome:
        """Closes an order: signs, sends once, verifies and interprets. ``order`` has the gateway's own field names.

        Blocks until the configured ``deadline_ms`` at most. Ctrl-C and other signals whose handlers raise (a task queue's soft time
        limit) are heard when the call is over; its outcome is then in the log only.

        Of ``msg_id``, ``timestamp`` (``yyyy-MM-dd HH:mm:ss``, Beijing time) and ``nonce``, what is not given is made.

        Raises :class:`Error`: nothing was sent. Whatever happens after the first byte is an :class:`Outcome`.
        """
        return self.send(_document.of_order("close", order, msg_id=msg_id, timestamp=timestamp, nonce=nonce))

    def query(self, order: Order) -> Outcome:
        """Asks for the state of an order, with the fields, the time limit and the errors of :meth:`close`.

        Raises :class:`ConfigError` where the gateway documents no query to rely on.
        """
        return self.send(_document.of_order("query", order))

    def ensure_closed(self, order: Order, *, msg_id: Optional[str] = None) -> Outcome:
        """:meth:`close` and, where that leaves a doubt, :meth:`query`, within one deadline and with one outcome of both.

        A query that proves nothing changes nothing; one that denies a close which was reported makes it :attr:`Code.UNKNOWN`.
        The close gets the time to connect and half of the rest. ``msg_id`` is that of the close.

        Raises :class:`ConfigError` where the gateway documents no query to rely on; nothing is sent then.
        """
        return self.send(_document.of_order("ensure_closed", order, msg_id=msg_id))

    def refund(self, order: Order, *, msg_id: Optional[str] = None) -> Outcome:
        """Gives money back, once for the number of the refund in ``order``: with the time limit and the errors of :meth:`close`.

        Whatever it leaves open, ask :meth:`refund_query`; never refund under another number. ``docs/refunds.md`` has the fields.

        Raises :class:`ConfigError` where the gateway documents no refund to rely on, or wants ``client_certificate``; nothing is sent then.
        """
        return self.send(_document.of_order("refund", order, msg_id=msg_id))

    def refund_query(self, order: Order) -> Outcome:
        """Asks what has become of a refund: the ``order`` of :meth:`refund`, or its number alone."""
        return self.send(_document.of_order("refund_query", order))

    def reverse(self, order: Order, *, msg_id: Optional[str] = None) -> Outcome:
        """Undoes an order by scanned code: what was paid goes back, what was not is closed. Errors as for :meth:`refund`."""
        return self.send(_document.of_order("reverse", order, msg_id=msg_id))

    def call(
        self,
        api: str,
        fields: Optional[Members] = None,
        *,
        content: Optional[str] = None,
        omit: Optional[Sequence[str]] = None,
        top_level: Optional[Members] = None,
        encrypt: Optional[bool] = None,
        version: Optional[str] = None,
        msg_id: Optional[str] = None,
        timestamp: Optional[str] = None,
        nonce: Optional[str] = None,
    ) -> CallAnswer:
        """Calls any other API of the gateway: signs, sends once, verifies what comes back. Nothing is repeated.

        ``api``: ``"POST /path"`` or ``"GET /path"``; at gateways with one address, the name of the method. ``fields``: the gateway's own
        names, or ``content``, one JSON text that is signed and sent as it is. ``omit`` names what this library is not to add. The page
        ``docs/calls.md`` says what each gateway takes, adds and signs.

        Raises :class:`Error`: nothing was sent. Whatever happens after the first byte is a :class:`CallAnswer`.
        """
        beside = {"content": content, "omit": omit, "top_level": top_level, "encrypt": encrypt, "version": version}
        ids = {"msg_id": msg_id, "timestamp": timestamp, "nonce": nonce}
        with _log.Line(self.gateway) as line:
            line.call = _document.of_call(_document.of_api(api, fields, **beside, **ids))
            line.answers.extend(map(self._native.ask, ("send",), (line.call,)))
            return line.answer()

    def download(
        self,
        api: str,
        fields: Optional[Members] = None,
        *,
        to: Union[str, "os.PathLike[str]"],
        replace: Optional[bool] = None,
        omit: Optional[Sequence[str]] = None,
        msg_id: Optional[str] = None,
        timestamp: Optional[str] = None,
        nonce: Optional[str] = None,
    ) -> CallAnswer:
        """A :meth:`call` of an API that gives a file, a day's bill say, which is written to ``to``: whole, or not at all.

        A file that is there is replaced only with ``replace=True``. The answer's :attr:`CallAnswer.file` says whether there is one; what
        proves it, the page ``docs/calls.md``. However large it is (``download_limit_bytes``), little of it is in memory; and it may take
        as long as it comes: ``deadline_ms`` is for the reply to begin, and then for each MiB.

        Raises :class:`Error`: nothing was sent, be it that the file cannot be written.
        """
        ids = {"msg_id": msg_id, "timestamp": timestamp, "nonce": nonce}
        document = _document.of_api(api, fields, omit=omit, to=os.fsdecode(to), replace=replace, **ids)
        with _log.Line(self.gateway) as line:
            line.call = _document.of_call(document)
            line.answers.extend(map(self._native.ask, ("send",), (line.call,)))
            return line.answer()

    def send(self, call: Call) -> Outcome:
        """The same for a whole call: ``{"operation": "close", "query" or "ensure_closed", "order": {…}, "msg_id"?, "timestamp"?,
        "nonce"?}``, as a mapping or as JSON text. (Of the document of a :meth:`call` it gives the :class:`CallAnswer`.)"""
        with _log.Line(self.gateway) as line:
            line.call = _document.of_call(call)
            # No step of the interpreter's in between: a signal handler that raises cannot lose the answer.
            line.answers.extend(map(self._native.ask, ("send",), (line.call,)))
            return line.result()

    def sign(self, call: Call) -> HttpRequest:
        """The signed request, for a program that sends it with its own HTTP client, byte for byte, once. Sends nothing.

        Raises :class:`CallError` if a field is missing, too long or holds what the gateway does not take.
        """
        with _log.Line(self.gateway) as line:
            line.call = _document.of_call(call)
            status, answer = self._native.ask("sign", line.call)
            if status < 0:
                raise errors.of_json(answer)
        request = request_of(answer, line.call.decode())
        _log.write(logging.DEBUG, step="sign", gateway=self.gateway, bytes=len(request.body), msg_id=request.msg_id)
        return request

    def verify(self, request: HttpRequest, reply: HttpReply) -> Outcome:
        """What ``reply`` proves about the order for which ``request`` was signed. Sends nothing.

        Never an :class:`Error`, since the request is out: what cannot be read gives :attr:`Code.UNKNOWN` with the reason ``input``.
        """
        with _log.Line(self.gateway) as line:
            self._verify(line, request, reply)
            return line.result()

    def verify_call(self, request: HttpRequest, reply: HttpReply) -> CallAnswer:
        """What ``reply`` proves, where ``request`` was signed for the document of a :meth:`call`. Sends nothing, and is never an
        :class:`Error`: what cannot be read proves nothing, with the reason ``input``."""
        with _log.Line(self.gateway) as line:
            self._verify(line, request, reply)
            return line.answer()

    def _verify(self, line: _log.Line, request: HttpRequest, reply: HttpReply) -> None:
        if not isinstance(request, HttpRequest) or not isinstance(reply, HttpReply):
            raise TypeError("verify takes the HttpRequest that sign gave and an HttpReply")
        line.call = request.call.encode("utf-8", "surrogatepass")
        line.answers.append(self._native.ask("verify", exchange_of(request, reply)))

    def notification(self, incoming: Union[Incoming, Members]) -> Notice:
        """What a notification that the gateway has posted proves, and the answers to it. Sends nothing.

        ``incoming``: an :class:`Incoming`, or ``{"url"?, "headers": {…}, "body_base64": …, "expect"?: {…}}``. Whatever came in is a
        :class:`Notice`; store what it says, then answer with its ``acknowledge``.

        Raises :class:`ConfigError` where a setting that notifications of this gateway need is missing.
        """
        status, answer = self._native.ask("notification", message_of(incoming))
        about = {"gateway": self.gateway, "operation": "notification"}
        if status < 0:
            error = errors.of_json(answer)
            _log.write(logging.INFO, **about, error=error.kind, field=error.field)
            raise error
        notice = Notice.from_dict(json.loads(answer))
        _log.write(logging.INFO, **about, event=notice.event, evidence=notice.evidence, reason=notice.reason)
        return notice

    def warm(self) -> None:
        """Connects to the gateway, unless a connection lies idle, and sends nothing: the next call finds the connection made.

        Whichever client of the same host and settings it is. Blocks until ``connect_timeout_ms`` at most. Raises :class:`NotSentError`.
        """
        status, answer = self._native.ask("warm", b"")
        if status < 0:
            raise errors.of_json(answer)

    def diagnose(self) -> dict[str, Any]:
        """:func:`diagnose` of this client, on a connection of its own. Where it was opened from a mapping that holds a secret as text, that
        was not kept: its keys, which were loaded, are not looked at again."""
        if isinstance(self._config, str):
            return diagnose(self._config)
        return _found(self._native.ask("diagnose", b""))

    def encrypt_field(self, text: str) -> str:
        """One field of the gateway's other calls, encrypted with this account's key.

        Raises :class:`ConfigError` where the gateway or the account encrypts no field.
        """
        return _field(self._native.ask("encrypt_field", text.encode("utf-8", "surrogatepass")))

    def decrypt_field(self, field: str) -> str:
        """One field of the gateway's other replies and notifications. What it says is not signed by that.

        Raises :class:`ConfigError` as :meth:`encrypt_field`, :class:`CallError` if it is not encrypted with this account's key.
        """
        return _field(self._native.ask("decrypt_field", field.encode("utf-8", "surrogatepass")))

    def __repr__(self) -> str:
        native: Optional[_native.Client] = getattr(self, "_native", None)
        return f"<chexiao.Client {native.gateway if native else 'that did not open'}>"

    def __reduce__(self) -> tuple[Any, ...]:
        if self._config is None:
            raise TypeError(
                "the configuration of this client holds a secret as text, which a pickle would carry: "
                'open it by the path of a JSON file, name the secret by {"file": …} or {"env": …}, or open a client where it is used'
            )
        return _again, (type(self), self._config)


def diagnose(config: Config) -> dict[str, Any]:
    """Why a configuration (a mapping, pairs, or the path of a JSON file) does not work, be it that no :class:`Client` opens from it.

    Looks at it and at each key, and goes the way to the gateway step by step: DNS, TCP, proxy, TLS, clock, and where the gateway has a
    query, one for an order that does not exist. Never moves money, never shows a secret. Blocks until ``deadline_ms`` at most.

    ``{"worst": "ok" | "warning" | "failure", "cause": …, "status": …, "steps": [{"step", "field", "state", "finding", "found", "remedy",
    "facts"}], "elapsed_ms"}``: ``cause`` is the finding of the first step that fails, or None. ``docs/troubleshooting.md`` lists them.
    """
    document = None if isinstance(config, (str, os.PathLike)) else _document.of_config(config)
    return _found(_native.diagnose_file(_document.of_path(config)) if document is None else _native.diagnose(document))


def _found(answer: tuple[int, str]) -> dict[str, Any]:
    status, told = answer
    if status < 0:
        raise errors.of_json(told)
    return cast("dict[str, Any]", json.loads(told))


def _field(answer: tuple[int, str]) -> str:
    status, told = answer
    if status < 0:
        raise errors.of_json(told)
    return str(json.loads(told)["text"])


def _again(class_: type[Client], config: Union[bytes, str]) -> Client:
    return class_(config if isinstance(config, str) else json.loads(config))


def _opened(config: Config) -> tuple[_native.Client, Union[bytes, str, None]]:
    """The client, and what it pickles as: JSON or a path; None where that would be a secret."""
    document = None if isinstance(config, (str, os.PathLike)) else _document.of_config(config)
    kept: Union[bytes, str, None]
    if document is None:
        kept = os.path.abspath(_document.of_path(config))
        client, error = _native.Client.open_file(kept)
    else:
        client, error = _native.Client.open(document)
        kept = document if client is not None and not client.holds_secrets else None
    # A debugger or an error tracker shows the locals of a traceback.
    del document, config
    if client is None:
        raise errors.of_json(error)
    return client, kept
