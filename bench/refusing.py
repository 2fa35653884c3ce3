"""Refused recipients a second: Gatepost, Postfix and OpenSMTPD under the same dictionary attack.

Each has the domain hosted.test with 1,000 mailboxes in a table in memory or a file, writes a line of log for each refusal, and
is told neither to slow down nor to send away a client for its errors. Gatepost keeps its evidence and journal as always.
OpenSMTPD 6.8 takes no pipelining (500 5.5.1 Pipelining not supported): in the pipelined scenarios it is left out.
"""

import os
import re
import signal
import subprocess
import time
import urllib.request
from dataclasses import dataclass

from processes import cpu_seconds, free_port
from servers import REPOSITORY, Gatepost, Postfix, Server

MAILBOXES = 1000
HOSTED, FOREIGN = "hosted.test", "elsewhere.test"

POSTFIX_REFUSES = """
mynetworks = 192.0.2.1/32
virtual_mailbox_domains = hosted.test
virtual_mailbox_maps = hash:{folder}/etc/mailboxes
virtual_transport = discard
smtpd_hard_error_limit = 100000000
smtpd_soft_error_limit = 100000000
smtpd_error_sleep_time = 0
smtpd_recipient_limit = 100000000
smtpd_recipient_overshoot_limit = 100000000
"""

GATEPOST_TOML = """\
hostname = "mx.gatepost.test"

[[listener]]
role = "mx"
address = "127.0.0.1:{port}"

[[domain]]
name = "hosted.test"
mailboxes = [{mailboxes}]

[limits]
connections-per-address = 1000
recipients = 10000
refusals = 1000000

# Neither of the others asks DNS about the sender or the client.
[[rule]]
name = "sender-domain-not-found"
mode = "off"
[[rule]]
name = "reverse-name-missing"
mode = "off"

[http]
address = "127.0.0.1:{http}"
"""

SMTPD_CONF = """\
table mailboxes file:{folder}/mailboxes
smtp limit max-rcpt 100000000
smtp limit max-mails 100000000
listen on 127.0.0.1 port {port} hostname mx.opensmtpd.test
action "local" maildir "{folder}/mail/%{{user.username}}" userbase <mailboxes>
match from any for domain "hosted.test" action "local"
"""


class PostfixRefusing(Postfix):
    def configure(self):
        super().configure()
        main = os.path.join(self.folder, "etc", "main.cf")
        with open(main, encoding="utf-8") as file:
            text = re.sub("(?m)^(mynetworks|smtpd_recipient_restrictions) .*$", "", file.read())
        self.write("etc/main.cf", text + POSTFIX_REFUSES.format(folder=self.folder) + "smtpd_relay_restrictions = reject_unauth_destination\nsmtpd_recipient_restrictions =\n")
        self.write("etc/mailboxes", "".join(f"user{number}@{HOSTED} user{number}/\n" for number in range(MAILBOXES)))
        subprocess.run(["postmap", f"hash:{self.folder}/etc/mailboxes"], check=True, timeout=60)


class GatepostRefusing(Gatepost):
    def configure(self):
        mailboxes = ", ".join(f'"user{number}"' for number in range(MAILBOXES))
        self.http = free_port()
        self.write("gatepost.toml", GATEPOST_TOML.format(port=self.port, http=self.http, mailboxes=mailboxes))

    def lost(self):
        """Events and lines of log it had to drop: with a loss its figure does not count."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.http}/metrics", timeout=10) as page:
            lines = page.read().decode().splitlines()
        return [line for line in lines if line.startswith(("gatepost_journal_dropped_events", "gatepost_log_dropped_lines")) and float(line.split()[1]) > 0]


class GatepostStored(GatepostRefusing):
    """The same with the domain and some mailboxes in the directory of its store instead of the configuration."""

    def configure(self):
        super().configure()
        path = os.path.join(self.folder, "gatepost.toml")
        with open(path, encoding="utf-8") as file:
            text = re.sub(r"\[\[domain\]\]\nname = .*\nmailboxes = .*\n", "", file.read())
        self.write("gatepost.toml", text)

    def start(self):
        seconds = super().start()
        self._tell("domain", "add", HOSTED)
        for number in range(10):
            self._tell("account", "add", f"user{number}@{HOSTED}", standard_input=f"the password of {number}\n")
        return seconds

    def _tell(self, *words, standard_input=None):
        place = ["--data", os.path.join(self.folder, "data"), "--config", os.path.join(self.folder, "gatepost.toml")]
        subprocess.run(["dotnet", self.program, *words, *place], check=True, capture_output=True, text=True, input=standard_input, timeout=60)


class OpenSmtpd(Server):
    """Debian's package conflicts with its Postfix, so it is unpacked beside the system instead of installed."""

    name = "opensmtpd"
    program = None
    process = None

    @classmethod
    def fetch(cls, say):
        """Finds or unpacks the program and makes the users and folders that are compiled into it."""
        folder = os.path.join(REPOSITORY, "artifacts", "opensmtpd")
        cls.program = os.path.join(folder, "usr", "sbin", "smtpd")
        if not os.path.exists(cls.program):
            os.makedirs(folder, exist_ok=True)
            say("  fetching Debian's opensmtpd into artifacts/ (it is not installed)")
            cls._unpack("opensmtpd", folder)
        missing = [line.split()[0] for line in cls._libraries() if "not found" in line]
        if missing:
            raise OSError(f"opensmtpd needs {', '.join(missing)}: install Debian's libevent-2.1-7 and libdb5.3")
        for user in ("opensmtpd", "opensmtpq"):
            if subprocess.run(["id", user], capture_output=True, check=False).returncode != 0:
                say(f"  creating the system user {user}, which OpenSMTPD demands")
                subprocess.run(["useradd", "--system", "--user-group", "--no-create-home", "--home-dir", "/var/lib/opensmtpd/empty", "--shell", "/usr/sbin/nologin", user], check=True)
        for needed in ("/var/lib/opensmtpd/empty", "/var/spool/smtpd"):
            if not os.path.isdir(needed):
                say(f"  creating {needed}, which is compiled into OpenSMTPD")
                os.makedirs(needed, mode=0o711)

    @staticmethod
    def _unpack(package, folder):
        for command in (["apt-get", "download", package], ["apt-get", "update", "-q"], ["apt-get", "download", package]):
            if subprocess.run(command, cwd=folder, capture_output=True, check=False, timeout=300).returncode == 0 and "download" in command:
                break
        archives = [name for name in os.listdir(folder) if name.startswith(package + "_") and name.endswith(".deb")]
        if not archives:
            raise OSError(f"apt-get download {package} failed")
        subprocess.run(["dpkg", "-x", archives[0], "."], cwd=folder, check=True, timeout=60)

    @classmethod
    def _libraries(cls):
        return subprocess.run(["ldd", cls.program], capture_output=True, text=True, check=False).stdout.splitlines()

    def configure(self):
        self.write("mailboxes", "".join(f"user{number} 65534:65534:{self.folder}/mail\n" for number in range(MAILBOXES)))
        self.write("smtpd.conf", SMTPD_CONF.format(folder=self.folder, port=self.port))

    def launch(self):
        log = open(os.path.join(self.folder, "log"), "ab")  # kept open by the child
        self.process = subprocess.Popen([self.program, "-d", "-f", os.path.join(self.folder, "smtpd.conf")], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        log.close()
        time.sleep(0.5)
        if self.process.poll() is not None:
            self.process = None
            with open(os.path.join(self.folder, "log"), encoding="utf-8", errors="replace") as file:
                raise OSError("smtpd ended: " + " ".join(file.read().split())[:300])

    def stop(self):
        if self.process is None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None

    @property
    def pid(self):
        return self.process.pid


@dataclass
class Attack:
    """One dictionary attack: `window` recipients under way in each session; 1 waits for each reply."""

    title: str
    domain: str
    window: int
    sessions: int = 20
    recipients: int = 2000
    goal: str = ""
    ours: type = GatepostRefusing

    client = os.path.join(REPOSITORY, "artifacts", "dictionary", "dictionary.dll")

    @classmethod
    def build(cls):
        subprocess.run(["dotnet", "build", os.path.join(REPOSITORY, "bench", "dictionary.cs"), "-c", "Release", "-v", "quiet", "--nologo", "-o", os.path.dirname(cls.client)], check=True)

    def run(self, options, say):
        from scenarios import Row

        if not options.no_build or not os.path.exists(self.client):
            self.build()
        rates = Row(self.title, "RCPTs/s", goal=self.goal)
        cpu = Row(self.title + ": CPU of the server", "µs a RCPT", more_is_better=False)
        clients = Row(self.title + ": CPU of the client", "µs a RCPT", more_is_better=False)
        servers = []
        try:
            self._start(servers, options.folder, say)
            for number in range(options.rounds):
                for server in servers if number % 2 == 0 else servers[::-1]:
                    settle(servers)
                    rate, used, client = self._measure(server, options.seconds)
                    say(f"  round {number + 1} {server.name:9} {rate:7.0f}/s  CPU {used:6.1f} µs a RCPT, client {client:.1f}")
                    for row, value in ((rates, rate), (cpu, used), (clients, client)):
                        getattr(row, server.name).append(value)
            for server in servers:
                if isinstance(server, GatepostRefusing) and (lost := server.lost()):
                    raise OSError(f"evidence was lost, the figures do not count: {', '.join(lost)}")
        finally:
            for server in servers:
                server.destroy()
        return [rates, cpu, clients]

    def _start(self, servers, folder, say):
        for side in (PostfixRefusing, OpenSmtpd, self.ours) if self.window == 1 else (PostfixRefusing, self.ours):
            try:
                if side is OpenSmtpd:
                    OpenSmtpd.fetch(say)
                server = side(folder)
                server.start()
            except (OSError, subprocess.SubprocessError) as missing:
                if side is not OpenSmtpd:
                    raise
                say(f"  without OpenSMTPD: {missing}")
                continue
            servers.append(server)
            self._measure(server, 2)
            rate, _, _ = self._measure(server, 3)
            say(f"  warm    {server.name:9} {rate:7.0f}/s")

    def _measure(self, server, seconds):
        """RCPTs a second, and microseconds of CPU a RCPT of server and client; what the server has left to write is waited for."""
        before = cpu_seconds(server.pid)
        done = subprocess.run(
            ["dotnet", self.client, str(server.port), self.domain, str(self.sessions), str(self.recipients), str(self.window), str(seconds)],
            check=False, capture_output=True, text=True, timeout=seconds + 60)
        if done.returncode != 0:
            raise OSError(f"{server.name}: {done.stderr.strip()}")
        settle([server])
        refused, took, client = (float(word) for word in done.stdout.split())
        return refused / took, 1e6 * (cpu_seconds(server.pid) - before) / refused, 1e6 * client / refused


def settle(servers):
    os.sync()
    for _ in range(60):
        before = [cpu_seconds(server.pid) for server in servers]
        time.sleep(0.4)
        if all(cpu_seconds(server.pid) - used < 0.03 for server, used in zip(servers, before)):
            return
