"""What is measured. Each scenario starts both servers afresh, warms both up, and then lets them take turns."""

import os
import shutil
import statistics
import time
from dataclasses import dataclass, field

import load as generator
from load import Load
from processes import cpu_seconds, free_port, memory, resident
from refusing import FOREIGN, HOSTED, Attack, GatepostStored
from servers import BOTH, BOTH_STOPPED, Gatepost, Postfix


@dataclass
class Row:
    """One line of the table. `goal` is the ratio Gatepost is to reach, or a limit of its own."""

    title: str
    unit: str
    postfix: list = field(default_factory=list)
    gatepost: list = field(default_factory=list)
    opensmtpd: list = field(default_factory=list)
    goal: str = ""
    more_is_better: bool = True

    @property
    def ratio(self):
        """Beside the best of the others."""
        ours, others = statistics.median(self.gatepost), [statistics.median(values) for values in (self.postfix, self.opensmtpd) if values]
        theirs = max(others) if self.more_is_better else min(others)
        if not ours or not theirs:
            return 0.0
        return ours / theirs if self.more_is_better else theirs / ours


@dataclass
class Throughput:
    title: str
    load: Load
    goal: str
    relayed: bool = False
    sides: tuple = BOTH

    def run(self, options, say):
        sink = free_port() if self.relayed else None
        servers = [side(options.folder, sink) for side in self.sides]
        rates = Row(self.title, "messages/s", goal=self.goal)
        cpu = Row(self.title + ": CPU of the server", "ms a message", more_is_better=False)
        generators = Row(self.title + ": CPU of the generators", "ms a message", more_is_better=False)
        try:
            for server in servers:
                server.start()
            counts = {server.name: self._warm_up(server, sink, options.seconds, say) for server in servers}
            for number in range(options.rounds):
                # Who goes first changes with the round: neither profits from the other's write-back.
                for server in servers if number % 2 == 0 else servers[::-1]:
                    self._settle(servers)
                    measured = generator.drive(server, self.load, counts[server.name], sink)
                    say(f"  round {number + 1} {server.name:8} {measured.rate:7.0f}/s  CPU {measured.server_cpu:.3f} ms a message, generators {measured.generator_cpu:.3f}")
                    for row, value in ((rates, measured.rate), (cpu, measured.server_cpu), (generators, measured.generator_cpu)):
                        getattr(row, server.name).append(value)
        finally:
            for server in servers:
                server.destroy()
        return [rates, cpu, generators]

    def _warm_up(self, server, sink, seconds, say):
        """Until the just-in-time compiler and the caches have settled; returns how many messages fill `seconds`."""
        generator.drive(server, self.load, 200, sink)
        warm = generator.drive(server, self.load, 1000, sink)
        rate = generator.drive(server, self.load, max(500, int(warm.rate * 3)), sink).rate
        say(f"  warm    {server.name:8} {rate:7.0f}/s")
        return max(200, int(rate * seconds))

    @staticmethod
    def _settle(servers):
        """Nobody's turn begins while the other side still works on what it took, or the disk on what it was given."""
        os.sync()
        for _ in range(60):
            before = [cpu_seconds(server.pid) for server in servers]
            time.sleep(0.5)
            if all(cpu_seconds(server.pid) - used < 0.05 for server, used in zip(servers, before)):
                return


@dataclass
class IdleSessions:
    title: str = "idle sessions"

    def run(self, options, say):
        row = Row("memory an idle session (after EHLO)", "KB", goal="Gatepost at most 8 KB", more_is_better=False)
        base = Row("memory of the idle server", "MB", more_is_better=False)
        # Postfix has a process a session: 5,000 of them would not fit; the memory of each does not depend on their number.
        for side, count in ((Postfix, 300), (Gatepost, 5000)):
            server = side(options.folder, free_port(), processes=count + 50)
            try:
                server.start()
                generator.drive(server, Load(10, 4096, False), 500, None) if side is Postfix else self._warm(server)
                time.sleep(2)
                measure = memory if side is Postfix else lambda pid: resident(pid)
                before = measure(server.pid)
                sessions = generator.idle_sessions(server.port, count)
                time.sleep(2)
                after = measure(server.pid)
                for session in sessions:
                    session.close()
                each = (after - before) / count / 1024
                say(f"  {server.name:8} {each:8.1f} KB a session ({count} open), {before / 2**20:.0f} MB without")
                getattr(row, server.name).append(each)
                getattr(base, server.name).append(before / 2**20)
            finally:
                server.destroy()
        return [row, base]

    @staticmethod
    def _warm(server):
        """Sessions that came and went: code is compiled, pools are filled as in daily life."""
        for session in generator.idle_sessions(server.port, 500):
            session.close()


@dataclass
class FirstBanner:
    title: str = "first banner"

    def run(self, options, say):
        row = Row("start to first banner", "s", goal="Gatepost at most 0.5 s", more_is_better=False)
        for number in range(max(3, options.rounds)):
            for side in BOTH:
                server = side(options.folder, free_port())
                try:
                    # A second start: the first one also creates the queue.
                    server.start()
                    server.stop()
                    seconds = server.start()
                finally:
                    server.destroy()
                say(f"  round {number + 1} {server.name:8} {seconds:.3f} s")
                getattr(row, server.name).append(seconds)
        return [row]


SCENARIOS = {
    "accept": Throughput("accepted, 4 KB, 10 sessions, many messages a connection", Load(10, 4096, False), "6x"),
    "stopped": Throughput("accepted while delivery is stopped (Postfix: defer_transports), 4 KB, 10 sessions", Load(10, 4096, False), "6x", sides=BOTH_STOPPED),
    "fresh": Throughput("accepted, 4 KB, 10 sessions, one message a connection", Load(10, 4096, True), "3x"),
    "large": Throughput("accepted, 50 KB, 10 sessions, many messages a connection", Load(10, 51200, False), "3x"),
    "relay": Throughput("relayed end to end to a sink, 4 KB, 10 sessions", Load(10, 4096, False), "6x", relayed=True),
    "refused": Attack("refused as unknown, 20 sessions, each waits for each reply", HOSTED, 1, goal="3x the faster one"),
    "refused-piped": Attack("refused as unknown, 20 sessions, 10 recipients at a time", HOSTED, 10, goal="3x"),
    "refused-stored": Attack("refused as unknown, each waits for each reply; Gatepost's mailboxes in its store", HOSTED, 1, goal="3x the faster one", ours=GatepostStored),
    "relay-denied": Attack("refused as relaying, 20 sessions, each waits for each reply", FOREIGN, 1, goal="3x the faster one"),
    "relay-denied-piped": Attack("refused as relaying, 20 sessions, 10 recipients at a time", FOREIGN, 10, goal="3x"),
    "idle": IdleSessions(),
    "banner": FirstBanner(),
}


def clean(folder):
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
