"""What processes use: CPU time, memory, and waiting for them."""

import os
import socket
import time

TICK = os.sysconf("SC_CLK_TCK")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def banner(port, patience=60.0):
    """Waits for the first greeting on the port; returns the instant it came."""
    end = time.monotonic() + patience
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=patience) as client:
                if client.recv(512).startswith(b"220"):
                    return time.monotonic()
        except OSError:
            pass
        if time.monotonic() > end:
            raise TimeoutError(f"no greeting on port {port}")
        time.sleep(0.002)


def _stat(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
        return file.read().rpartition(")")[2].split()


def family(pid):
    """The process and all its living descendants."""
    parents = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                parents.setdefault(int(_stat(name)[1]), []).append(int(name))
            except OSError:
                pass
    found, next_ones = [], [pid]
    while next_ones:
        member = next_ones.pop()
        found.append(member)
        next_ones.extend(parents.get(member, []))
    return found


def cpu_seconds(pid):
    """User and system time of the process, its living descendants, and the dead ones it has waited for."""
    ticks = 0
    for member in family(pid):
        try:
            fields = _stat(member)
        except OSError:
            continue
        # utime and stime; for those who wait for children also cutime and cstime.
        ticks += sum(int(field) for field in fields[11:15])
    return ticks / TICK


def memory(pid, kind="Pss"):
    """Octets of memory of the process and its descendants; Pss shares common pages out fairly."""
    total = 0
    for member in family(pid):
        try:
            with open(f"/proc/{member}/smaps_rollup", encoding="ascii") as file:
                for line in file:
                    if line.startswith(kind + ":"):
                        total += int(line.split()[1]) * 1024
        except OSError:
            pass
    return total


def resident(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        for line in file:
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
    return 0
