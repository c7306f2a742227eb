"""What takes seconds to minutes: jobs run beside the widget, report how far they are, and can be cancelled.

Each kind has a thread, or its jobs run at once where there are no threads, as in Python in a browser. None holds the
widget's lock for long, so that other questions are answered meanwhile. One that a newer one of its kind overtakes is
given up, and the newer begins once that has ended: however many are asked for, one of each kind computes. One that is
cancelled says what it has found until then.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from contextvars import Context, copy_context
from typing import Any

from hesswidget.errors import ProblemError

FIRST, INTERVAL = (
    0.3,
    0.1,
)  # seconds until the first report, and between reports: what is quick reports nothing


_log = logging.getLogger("hesswidget")
MOST_JOINED = 64  # who ask the same: each is told how far it is


class Overtaken(ProblemError):
    """Nobody waits for this any more."""


class Job:
    """A computation under way for a front end, made by `Jobs.start`."""

    def __init__(self, key: Any, identifier: str, tell: Callable[[str, dict[str, Any]], None]) -> None:
        self.key = key
        self._identifiers, self._tell = [identifier], tell
        self._lock = threading.Lock()
        self._next = time.monotonic() + FIRST
        self._is_cancelled = self._is_overtaken = False

    def cancel(self) -> None:
        """Let it come to an end with what it has."""
        self._is_cancelled = True

    def overtake(self) -> None:
        """Let it come to nothing."""
        self._is_overtaken = True

    def join(self, key: Any, identifier: str) -> bool:
        """Answer one more, who asks the same; returns whether that can be.

        Raises
        ------
        ProblemError
            If too many ask.
        """
        with self._lock:
            can = self.key == key and bool(self._identifiers) and not self._is_cancelled
            if can and len(self._identifiers) >= MOST_JOINED:
                raise ProblemError(
                    f"{MOST_JOINED} wait for the same already; ask again when they are answered."
                )
            if can:
                self._identifiers.append(identifier)
            return can

    def is_for(self, identifier: str) -> bool:
        """Whether it was asked for under this name."""
        return identifier in self._identifiers

    def take_identifiers(self) -> list[str]:
        """Return who is to be answered; nobody can join any more."""
        with self._lock:
            taken, self._identifiers = self._identifiers, []
            return taken

    def begin(self) -> None:
        """Raise `Overtaken` where nobody waits for it any more."""
        if self._is_overtaken:
            raise Overtaken("this was given up, as something newer was asked.")

    def report(self, share: float, words: str) -> bool:
        """Tell how far it is, at a bounded rate; return whether to go on. See `hesswidget.progress.Progress`."""
        self.begin()
        if self._is_cancelled:
            return False
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + INTERVAL
            for identifier in tuple(self._identifiers):
                self._tell(identifier, {"kind": "progress", "share": share, "words": words})
        return True


class Jobs:
    """The jobs of one widget, at most one of each kind.

    Parameters
    ----------
    tell : callable
        Takes the name under which a job was asked for, and how far it is.
    """

    def __init__(self, tell: Callable[[str, dict[str, Any]], None]) -> None:
        self._tell = tell
        self._lock = threading.Lock()
        self._newest: dict[str, Job] = {}
        self._next: dict[str, Callable[[], None]] = {}
        self._threads: dict[str, threading.Thread] = {}

    def start(self, kind: str, key: Any, identifier: str, run: Callable[[Job], None]) -> None:
        """Run a job, unless one is under way that was asked the same; another of its kind is given up.

        `run` calls the job's `begin` first.
        """
        context = _of_no_subshell()
        with self._lock:
            before = self._newest.get(kind)
            if before is not None:
                if before.join(key, identifier):
                    return
                before.overtake()
            job = self._newest[kind] = Job(key, identifier, self._tell)

            def body() -> None:
                try:
                    context.run(run, job)
                finally:
                    with self._lock:
                        if self._newest.get(kind) is job:
                            del self._newest[kind]

            given_up = self._next.pop(kind, None)
            is_busy = kind in self._threads
            self._next[kind] = body
            if not is_busy:
                name = f"hesswidget {kind}"
                self._threads[kind] = threading.Thread(
                    target=self._work, args=(kind,), name=name, daemon=True
                )
        if given_up is not None:
            given_up()  # which says so to whom has asked
        if not is_busy:
            try:
                self._threads[kind].start()
            except RuntimeError:  # Python in a browser has no threads
                self._work(kind)

    def _work(self, kind: str) -> None:
        """Run what is next until nothing is."""
        while True:
            with self._lock:
                body = self._next.pop(kind, None)
                if body is None:
                    del self._threads[kind]
                    return
            try:
                body()
            except Exception:  # or nothing of this kind would run any more
                _log.exception("a job of the kind %s", kind)

    def cancel(self, identifier: str | None = None) -> None:
        """Cancel the job that was asked for under a name, or all."""
        with self._lock:
            for job in self._newest.values():
                if identifier is None or job.is_for(identifier):
                    job.cancel()

    def wait(self) -> None:
        """Wait until none is under way."""
        for thread in tuple(self._threads.values()):
            thread.join()


def _of_no_subshell() -> Context:
    """Return a context for what is sent later: that of the question that is being answered, but of no page's subshell.

    IPython's kernel has what a page sends to a widget handled where the widget's last message was a reply to, and where
    a thread has no context, by whichever page asked last. A job may outlive a page and its subshell; then nothing more
    that any page sends would be handled.
    """
    context = copy_context()
    for variable, message in context.items():
        if variable.name == "shell_parent" and message.get("header"):
            header = {name: x for name, x in message["header"].items() if name != "subshell_id"}
            context.run(variable.set, {**message, "header": header})
    return context
