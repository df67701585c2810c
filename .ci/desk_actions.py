"""Checks of every change that can be made from the desk: one at a time, in bulk, and not at all on a read-only desk."""

import contextlib
import re

from desk_harness import Failure, Redis, Screen, wait

STREAM, GROUP = "events:workflow.failed", "db_writers"
DEAD = f"dead:{STREAM}"
READ_ONLY = "this desk is read-only (by --read-only)"


class Stuck:
    """A server where worker-3 of db_writers holds six of eight entries, and a desk that shows them."""

    def __init__(self, redis, screen):
        self.redis, self.screen = redis, screen
        self.ids = [redis.publish("workflow.failed", f"wf-ci-{n}") for n in range(8)]
        redis("XGROUP", "CREATE", STREAM, GROUP, "0")
        redis("XREADGROUP", "GROUP", GROUP, "worker-3", "COUNT", "6", "STREAMS", STREAM, ">")
        redis("CONFIG", "RESETSTAT")

    def rows(self):
        """The pending entries: their IDs and consumers."""
        words = self.redis("XPENDING", STREAM, GROUP, "-", "+", "100").split()
        return {words[i]: words[i + 1] for i in range(0, len(words), 4)}

    def length(self, key):
        return int(self.redis("XLEN", key))

    def select_pending(self):
        self.screen.press("3")
        self.screen.shows("Pending · db_writers", re.compile(r"▸.*worker-3"), re.compile(r"6 Event …\d+-\d+"))

    def dialog(self, keys, *shows):
        """Presses keys and waits for what the dialog that they open says."""
        self.screen.press(*keys)
        self.screen.shows("Cancel", *shows)

    def until(self, what, look):
        wait(what, look, self.screen)

    def close(self, title):
        """Closes a dialog that says that it is done."""
        self.screen.press("Escape")
        wait(f"{title} to close", lambda: title not in self.screen.text(), self.screen)

    def close_receipt(self):
        """Closes a dialog once it says what came of the change: Redis has it a moment earlier."""
        self.screen.shows("enter or esc close")
        self.close("enter or esc close")


@contextlib.contextmanager
def stuck(*arguments):
    with Redis() as redis, Screen(120, 40) as screen:
        desk = Stuck(redis, screen)
        screen.start("--redis", redis.url, *arguments)
        screen.shows("workflow.failed", GROUP, "worker-3")
        desk.select_pending()
        yield desk
        screen.quit()


def marked_entries_are_acked_and_claimed():
    """marks: A acknowledges two entries at once, C gives two others to another consumer, and nothing else changes"""
    with stuck() as desk:
        screen, ids = desk.screen, desk.ids
        screen.press("Space", "Space")
        desk.dialog("A", "db_writers will never see these 2 entries again")
        screen.press("Tab", "Enter")
        screen.shows("acked 2 of 2")
        if list(desk.rows()) != ids[2:6]:
            raise Failure(f"{list(desk.rows())} are pending, want {ids[2:6]}")
        desk.close("acked 2 of 2 entries")
        screen.shows(re.compile(r"Pending · db_writers ─+ 4 "))

        screen.press("g", "Space", "Space")
        desk.dialog("C", "Consumer")
        screen.press("Tab", "Tab", "C-u")
        screen.type("worker-7")
        screen.press("Tab", "C-u")
        screen.type("0s")
        screen.press("BTab", "BTab")
        screen.shows("XCLAIM events:workflow.failed db_writers worker-7 0 ")  # what was typed is what the button is about
        screen.press("Enter")
        want = {ids[2]: "worker-7", ids[3]: "worker-7", ids[4]: "worker-3", ids[5]: "worker-3"}
        desk.until("two entries to be worker-7's", lambda: desk.rows() == want)
        screen.press("Escape")


def an_entry_is_republished_dead_lettered_and_requeued():
    """R adds the entry again, D keeps it in the dead letters, and L brings it back from there"""
    with stuck() as desk:
        screen = desk.screen
        desk.dialog("R", "will receive this again")
        screen.press("Tab", "Enter")
        desk.until("one entry more", lambda: desk.length(STREAM) == 9)
        if len(desk.rows()) != 6:
            raise Failure("a republish acknowledged the original without being told to")
        desk.close_receipt()

        desk.dialog("D", "db_writers gives this entry up")
        screen.press("Tab", "Enter")
        desk.until("a dead letter", lambda: desk.length(DEAD) == 1)
        desk.until("one pending entry less", lambda: desk.ids[0] not in desk.rows())
        desk.close_receipt()

        screen.press("L")
        screen.shows("given up by hand")
        screen.press("Tab", "Tab", "Enter")
        screen.shows("will receive it again")
        screen.press("Tab", "Enter")
        desk.until("the entry back on its stream", lambda: (desk.length(STREAM), desk.length(DEAD)) == (10, 0))
        first, last = (desk.redis(*command).split("\n")[2] for command in (
            ("XRANGE", STREAM, "-", "+", "COUNT", "1"), ("XREVRANGE", STREAM, "+", "-", "COUNT", "1")))
        if first != last:
            raise Failure(f"{last} came back of {first}")
        screen.press("Escape")
        screen.press("Escape")


def an_event_is_injected():
    """i publishes an event that was typed, once"""
    with stuck() as desk:
        screen = desk.screen
        desk.dialog("i", "Inject")
        for text in ("audit.started", "wf-by-hand", "operator"):
            screen.type(text)
            screen.press("Tab")
        screen.shows("XADD events:audit.started")
        screen.press("BTab", "BTab", "BTab", "BTab", "Enter")
        desk.until("the event", lambda: desk.length("events:audit.started") == 1)
        entry = desk.redis("XRANGE", "events:audit.started", "-", "+")
        if '"workflow_id":"wf-by-hand"' not in entry or '"source_agent":"operator"' not in entry:
            raise Failure(f"what was injected is {entry}")
        screen.press("Escape")
        screen.shows("audit.started", "wf-by-hand")


def a_groups_id_is_set_and_its_consumer_deleted():
    """S moves the group after saying what it skips; a consumer goes once its entries have moved to another one"""
    with stuck() as desk:
        screen, redis = desk.screen, desk.redis
        # A consumer that holds nothing, made in a way that old servers know too.
        redis("XCLAIM", STREAM, GROUP, "worker-1", "0", desk.ids[-1], "FORCE", "JUSTID")
        redis("XACK", STREAM, GROUP, desk.ids[-1])
        desk.dialog("S", "Set ID · db_writers")
        screen.press("Down")
        screen.type("$")
        screen.press("Tab")
        screen.shows("db_writers will skip 2 entries")
        screen.press("Tab", "Enter")
        desk.until("the group at the end", lambda: f"last-delivered-id\n{desk.ids[-1]}" in redis("XINFO", "GROUPS", STREAM))
        screen.shows("XGROUP SETID")  # with its reply: until then the dialog would come back
        desk.close("─Set ID ·")

        screen.press("2")
        screen.shows("worker-1")
        screen.press(":")
        screen.type("delete a consumer")
        screen.press("Enter")
        screen.shows("worker-3 has 6 entries pending", "worker-1 gets them")
        screen.press("Tab", "Enter")
        desk.until("all entries to be worker-1's", lambda: list(desk.rows().values()) == ["worker-1"] * 6)
        desk.until("worker-3 to be gone", lambda: "worker-3" not in redis("XINFO", "CONSUMERS", STREAM, GROUP))
        screen.shows("deleted consumer worker-3 of")
        desk.close("─Delete consumer ·")


def a_read_only_desk_changes_nothing():
    """with --read-only every change is there, says why it can't be done, and is not sent"""
    with stuck("--read-only") as desk:
        screen = desk.screen
        desk.redis("CONFIG", "RESETSTAT")
        screen.shows("[RO]")
        for key, title in (("A", "acknowledge"), ("C", "claim"), ("R", "republish"), ("D", "give up"), ("X", "delete from"),
                           ("T", "trim"), ("S", "set the group"), ("i", "inject"), ("e", "edit this event")):
            screen.press(key)
            screen.shows(re.compile(f"! {title}.*{re.escape(READ_ONLY[:20])}"))
        screen.press(":")
        screen.type("delete a consumer")
        screen.shows(re.compile(r"delete a consumer.*"))
        screen.press("Enter")
        screen.press("Escape")
        screen.press("?")
        screen.shows("─Keys ─")
        screen.press("/")  # the changes are further down
        screen.type("trim the stream")
        screen.shows(re.compile(r"T  trim the stream"))
        screen.press("Escape")
        screen.press("Escape")
        if desk.redis.writes() or len(desk.rows()) != 6:
            raise Failure(f"a read-only desk sent {desk.redis.writes()}")


CHECKS = (
    marked_entries_are_acked_and_claimed, an_entry_is_republished_dead_lettered_and_requeued, an_event_is_injected,
    a_groups_id_is_set_and_its_consumer_deleted, a_read_only_desk_changes_nothing,
)
