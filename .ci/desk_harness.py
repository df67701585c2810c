"""What the checks of .ci/desk are made of: a terminal, a redis-server, and patience."""

import itertools
import json
import os
import re
import shlex
import socket
import subprocess
import time
import unicodedata

program = ""  # the program under test, and a directory to write to; .ci/desk sets both
scratch = ""

DEADLINE = 20  # seconds until a wait gives up: far more than is ever needed, so that a busy machine fails nothing
POLL = 0.05  # seconds between two looks; a frame of the desk is longer


class Failure(Exception):
    """What a check didn't find; the text is shown together with the screen."""


def wait(what, look, screen=None):
    """Calls look until it returns something true, and returns that."""
    end = time.monotonic() + DEADLINE
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() > end:
            raise Failure(f"waited {DEADLINE}s for {what}" + (f"; the screen:\n{screen.framed()}" if screen else ""))
        time.sleep(POLL)


def columns(text):
    """The width of a text on a terminal."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text
    )


class Screen:
    """A shell in a private tmux server, of one size, in which the program is started by typing its name."""

    PROMPT = "shell-is-here>"
    NUMBERS = itertools.count()

    def __init__(self, width, height):
        self.width, self.height = width, height
        # A name is used once: a server that was told to go is still there for a moment.
        self.server = f"streamdesk-ci-{os.getpid()}-{next(self.NUMBERS)}"
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("STREAMDESK_", "TMUX", "XDG_", "NO_COLOR"))}
        environment.update(HOME=scratch, TMPDIR=scratch, PS1=self.PROMPT, LC_ALL="C.UTF-8", COLORTERM="truecolor")
        self.tmux(
            "-f", "/dev/null", "new-session", "-d", "-x", str(width), "-y", str(height), "env", "-u", "ENV", "sh",
            ";", "set-option", "-g", "status", "off",
            environment=environment,
        )
        try:
            wait("the shell", lambda: self.PROMPT in self.text(), self)
            wait("the full height", lambda: self.size() == (width, height), self)
        except Failure:
            self.__exit__()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.tmux("kill-server", check=False)

    def tmux(self, *arguments, environment=None, check=True):
        result = subprocess.run(
            ["tmux", "-u", "-L", self.server, *arguments], env=environment, capture_output=True, text=True, check=False
        )
        if check and result.returncode != 0:
            raise Failure(f"tmux {' '.join(arguments)}: {result.stderr.strip()}")
        return result.stdout

    def text(self):
        return self.tmux("capture-pane", "-p")

    def size(self):
        return tuple(map(int, self.tmux("display-message", "-p", "#{pane_width} #{pane_height}").split()))

    def framed(self):
        edge = "-" * self.width
        return f"{edge}\n{self.text().rstrip()}\n{edge}"

    def type(self, text):
        self.tmux("send-keys", "-l", text)

    def press(self, *keys):
        self.tmux("send-keys", *keys)

    def shows(self, *wanted):
        """Waits until the screen holds every text and matches every pattern."""

        def look():
            text = self.text()
            return all(w.search(text) if isinstance(w, re.Pattern) else w in text for w in wanted)

        names = ", ".join(w.pattern if isinstance(w, re.Pattern) else w for w in wanted)
        wait(f"{names} on the screen of {self.width}x{self.height}", look, self)

    def start(self, *arguments):
        """Types the command, behind a line that has to be back on the screen when the program is gone."""
        self.type(f"echo before-$((6*7)); {shlex.join([program, *arguments])}; echo exit=$?")
        self.press("Enter")

    def quit(self):
        """Presses q, and finds the shell's own screen again with exit status 0."""
        self.press("q")
        wait("exit=0 and the shell's screen after q", lambda: {"before-42", "exit=0"} <= set(self.text().splitlines()), self)

    def fits(self):
        """Nothing wraps: a line that was wider than the screen would be one with the next."""

        def narrow():
            return all(columns(line.rstrip()) <= self.width for line in self.tmux("capture-pane", "-p", "-J").splitlines())

        # A screen that is looked at while it is drawn anew holds parts of two.
        wait(f"lines of at most {self.width} columns", narrow, self)

    def tiled(self, above=1, below=2):
        """Between the lines above and below the panes, every line runs from one pane's edge to another's, as wide as the screen.

        A line that had wrapped would push all below it out of place. This holds where fits doesn't: tmux goes on to count a
        line as folded when a frame for the old size reached it after it had become narrower, whatever is drawn there since.
        """

        def whole():
            lines = self.text().split("\n")[: self.height]
            body = lines[above : len(lines) - below]
            return len(lines) == self.height and all(
                columns(line) == self.width and line[0] in "╭│╰" and line[-1] in "╮│▐╯" for line in body
            )

        wait(f"panes from edge to edge of {self.width}x{self.height}", whole, self)


class Redis:
    """A redis-server of our own, on a free port, that keeps nothing."""

    def __init__(self):
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.process = subprocess.Popen(
            ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no",
             "--dir", scratch],
            stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL,
        )
        try:
            wait("redis-server", lambda: self("PING", check=False) == "PONG")
        except Failure:
            self.__exit__()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def __call__(self, *command, check=True):
        result = subprocess.run(
            ["redis-cli", "-h", "127.0.0.1", "-p", str(self.port), *command], capture_output=True, text=True, check=False
        )
        if check and result.returncode != 0:
            raise Failure(f"{shlex.join(command)}: {result.stderr.strip()}")
        return result.stdout.strip()

    def publish(self, event_type, workflow):
        """Writes one event as HyperAgent's own producers do, and returns its entry ID."""
        event = {"id": f"id-{workflow}", "type": event_type, "workflow_id": workflow, "timestamp": "2025-01-31T12:00:00Z",
                 "data": {"contract": "ERC20"}, "source_agent": "coordinator"}
        return self("XADD", f"events:{event_type}", "*", "data", json.dumps(event))

    def writes(self):
        """The commands that can change something and that were sent since the last CONFIG RESETSTAT."""
        changing = set(self("ACL", "CAT", "write").split())
        sent = re.findall(r"^cmdstat_([^:]+):", self("INFO", "commandstats"), re.MULTILINE)
        return sorted(changing.intersection(sent))


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def run(*arguments):
    """Runs the program as a script does: no terminal anywhere."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("STREAMDESK_", "XDG_"))}
    environment["HOME"] = scratch
    return subprocess.run(
        [program, *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True, env=environment, timeout=60, check=False
    )


def expect(condition, what, result):
    if not condition:
        raise Failure(f"{what}; exit {result.returncode}\nstdout: {result.stdout.strip()}\nstderr: {result.stderr.strip()}")
