"""Load by Postfix's own generators, smtp-source and smtp-sink, and by idle sockets."""

import resource
import socket
import subprocess
import time
from dataclasses import dataclass

from processes import banner, cpu_seconds


@dataclass
class Measured:
    """One run: messages a second, and milliseconds of CPU a message of the server and of the generators."""

    rate: float
    server_cpu: float
    generator_cpu: float


@dataclass
class Load:
    sessions: int
    size: int
    fresh: bool  # a new connection for every message


def _children_cpu():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _source(port, load, messages):
    command = ["smtp-source", "-s", str(load.sessions), "-m", str(messages), "-l", str(load.size), "-M", "client.test", "-f", "from@client.test", "-t", "to@sink.test"]
    if not load.fresh:
        command.append("-d")
    return command + [f"127.0.0.1:{port}"]


def start_sink(port, messages):
    """A sink that ends after so many messages."""
    sink = subprocess.Popen(["smtp-sink", "-u", "nobody", "-M", str(messages), f"127.0.0.1:{port}", "1024"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    banner(port)
    return sink


def drive(server, load, messages, sink_port=None):
    """Sends so many messages through the server; with a sink the run ends when the last one arrived there."""
    sink = start_sink(sink_port, messages) if sink_port else None
    cpu, children, started = cpu_seconds(server.pid), _children_cpu(), time.monotonic()
    try:
        subprocess.run(_source(server.port, load, messages), check=True, stdout=subprocess.DEVNULL, timeout=120)
        if sink:
            sink.wait(120)
    finally:
        if sink and sink.poll() is None:
            sink.kill()
            sink.wait()
    seconds = time.monotonic() - started
    used = cpu_seconds(server.pid) - cpu
    return Measured(messages / seconds, 1000 * used / messages, 1000 * (_children_cpu() - children) / messages)


def idle_sessions(port, count):
    """Opens sessions that said EHLO and then nothing."""
    sessions = []
    for _ in range(count):
        client = socket.create_connection(("127.0.0.1", port), timeout=60)
        sessions.append(client)
        _reply(client)
        client.sendall(b"EHLO client.test\r\n")
        _reply(client)
    return sessions


def _reply(client):
    text = b""
    while not (text.endswith(b"\r\n") and text.rstrip().split(b"\r\n")[-1][3:4] == b" "):
        part = client.recv(4096)
        if not part:
            raise ConnectionError("the server closed an idle session: " + text.decode("utf-8", "replace"))
        text += part
