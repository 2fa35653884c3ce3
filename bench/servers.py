"""The two servers side by side: Debian's Postfix and Gatepost, each in a folder of its own on loopback."""

import os
import shutil
import signal
import subprocess
import time

from processes import banner, free_port

REPOSITORY = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

MAIN_CF = """\
compatibility_level = 3.6
myhostname = mx.postfix.test
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
queue_directory = {folder}/queue
data_directory = {folder}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
maillog_file = {folder}/maillog
maillog_file_prefixes = /
alias_maps =
alias_database =
smtpd_recipient_restrictions = {restrictions}
{stopped}
disable_dns_lookups = yes
relayhost = [127.0.0.1]:{sink}
default_process_limit = {processes}
smtpd_client_connection_count_limit = 0
smtpd_client_connection_rate_limit = 0
smtpd_client_message_rate_limit = 0
smtpd_client_recipient_rate_limit = 0
message_size_limit = 60000000
"""

MASTER_CF = """\
127.0.0.1:{port} inet n - n - - smtpd
pickup    unix n - n 60 1 pickup
cleanup   unix n - n - 0 cleanup
qmgr      unix n - n 300 1 qmgr
tlsmgr    unix - - n 1000? 1 tlsmgr
rewrite   unix - - n - - trivial-rewrite
bounce    unix - - n - 0 bounce
defer     unix - - n - 0 bounce
trace     unix - - n - 0 bounce
verify    unix - - n - 1 verify
flush     unix n - n 1000? 0 flush
proxymap  unix - - n - - proxymap
proxywrite unix - - n - 1 proxymap
smtp      unix - - n - - smtp
relay     unix - - n - - smtp
showq     unix n - n - - showq
error     unix - - n - - error
retry     unix - - n - - error
discard   unix - - n - - discard
anvil     unix - - n - 1 anvil
scache    unix - - n - 1 scache
postlog   unix-dgram n - n - 1 postlogd
"""

GATEPOST_TOML = """\
hostname = "mx.gatepost.test"

[[listener]]
role = "internal"
address = "127.0.0.1:{port}"
trusted = ["127.0.0.0/8"]

[limits]
connections = 20000
connections-per-address = 20000

[delivery]
smarthost = "127.0.0.1:{sink}"
{paused}

[http]
enabled = false
"""


class Server:
    """A server with a folder below `root`; `sink` is the port all its mail goes to, or None: mail is kept and not delivered."""

    name = ""

    def __init__(self, root, sink=None, processes=100):
        self.folder = os.path.join(root, self.name)
        shutil.rmtree(self.folder, ignore_errors=True)
        os.makedirs(self.folder)
        os.chmod(self.folder, 0o755)
        self.port = free_port()
        self.sink = sink
        self.processes = processes
        self.configure()

    def start(self):
        """Starts it; returns the seconds until its first greeting."""
        started = time.monotonic()
        self.launch()
        return banner(self.port) - started

    def destroy(self):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)


class Postfix(Server):
    """Accept-only: every message is put on hold, so that the queue manager never sees it."""

    name = "postfix"
    hold = True

    def configure(self):
        for part in ("queue", "data", "etc"):
            os.makedirs(os.path.join(self.folder, part))
        shutil.chown(os.path.join(self.folder, "data"), "postfix")
        restrictions = ("" if self.sink or not self.hold else "check_client_access static:HOLD, ") + "permit_mynetworks, reject"
        stopped = "" if self.sink or self.hold else "defer_transports = smtp"
        self.write("etc/main.cf", MAIN_CF.format(folder=self.folder, sink=self.sink or 9, restrictions=restrictions, stopped=stopped, processes=self.processes))
        self.write("etc/master.cf", MASTER_CF.format(port=self.port))

    def launch(self):
        self._postfix("start")

    def stop(self):
        self._postfix("stop", check=False)

    @property
    def pid(self):
        with open(os.path.join(self.folder, "queue", "pid", "master.pid"), encoding="ascii") as file:
            return int(file.read())

    def _postfix(self, verb, check=True):
        subprocess.run(["postfix", "-c", os.path.join(self.folder, "etc"), verb], check=check, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=60)


class PostfixDeferring(Postfix):
    """Accept-only as an administrator stops delivery: the queue manager takes each message and defers it."""

    hold = False


class Gatepost(Server):
    """Accept-only: delivery is paused."""

    name = "gatepost"
    program = os.path.join(REPOSITORY, "src", "gatepost", "bin", "Release", "net10.0", "gatepost.dll")
    process = None

    @classmethod
    def build(cls):
        subprocess.run(["dotnet", "build", os.path.join(REPOSITORY, "src", "gatepost"), "-c", "Release", "-v", "quiet", "--nologo"], check=True)

    def configure(self):
        paused = "" if self.sink else "paused = true"
        self.write("gatepost.toml", GATEPOST_TOML.format(port=self.port, sink=self.sink or 9, paused=paused))

    def launch(self):
        log = open(os.path.join(self.folder, "log"), "ab")  # kept open by the child
        self.process = subprocess.Popen(
            ["dotnet", self.program, "serve", "--data", os.path.join(self.folder, "data"), "--config", os.path.join(self.folder, "gatepost.toml")],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        log.close()

    def stop(self):
        if self.process is None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None

    @property
    def pid(self):
        return self.process.pid


BOTH = (Postfix, Gatepost)
BOTH_STOPPED = (PostfixDeferring, Gatepost)
