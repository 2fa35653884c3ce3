#!/usr/bin/env python3
"""A crowd of idle or slow clients, and good ones beside it: how many get in, and how long the good ones wait.

    bench/crowd.py PORT [--count 2500] [--sources 250] [--mode idle|data] [--seconds 60] [--to ann@demo.test]

The crowd comes from 127.0.2.1 and up, the good clients from 127.0.1.1, one after the other. `data` sends one octet of a message every
two seconds. Give the server `trusted = []` and a limit of descriptors (`ulimit -n 1024`) to see what it does without any.
"""
import argparse
import asyncio
import time

args = argparse.ArgumentParser()
args.add_argument("port", type=int)
args.add_argument("--count", type=int, default=2500)
args.add_argument("--sources", type=int, default=250)
args.add_argument("--mode", choices=["idle", "data"], default="idle")
args.add_argument("--seconds", type=float, default=60)
args.add_argument("--to", default="ann@demo.test")
args = args.parse_args()

seen = {"220": 0, "421": 0, "no answer": 0, "cut later": 0}


async def crowd(number, over):
    source = f"127.0.{2 + number % args.sources // 250}.{1 + number % args.sources % 250}"
    try:
        reader, writer = await asyncio.wait_for(
            asyncio.open_connection("127.0.0.1", args.port, local_addr=(source, 0)), 60)
        greeting = await asyncio.wait_for(reader.readline(), 60)
    except (OSError, asyncio.TimeoutError):
        seen["no answer"] += 1
        return
    code = greeting[:3].decode() or "no answer"
    seen[code] = seen.get(code, 0) + 1
    try:
        if code == "220" and args.mode == "data":
            for line in (f"EHLO c{number}.test", "MAIL FROM:<slow@client.test>", f"RCPT TO:<{args.to}>", "DATA"):
                writer.write(line.encode() + b"\r\n")
                while (await reader.readline())[3:4] == b"-":
                    pass
            while not over.is_set():
                writer.write(b"x")
                await writer.drain()
                await asyncio.sleep(2)
                if reader.at_eof() or writer.is_closing():
                    seen["cut later"] += 1
                    break
        elif code == "220":
            waiting = asyncio.ensure_future(over.wait())
            reading = asyncio.ensure_future(reader.read(1000))
            done, _ = await asyncio.wait([waiting, reading], return_when=asyncio.FIRST_COMPLETED)
            seen["cut later"] += reading in done
    except OSError:
        seen["cut later"] += 1
    writer.close()


async def good(number):
    began = time.monotonic()
    try:
        reader, writer = await asyncio.wait_for(
            asyncio.open_connection("127.0.0.1", args.port, local_addr=("127.0.1.1", 0)), 30)
        for line in (None, "EHLO good.test", "MAIL FROM:<good@client.test>", f"RCPT TO:<{args.to}>", "DATA",
                     f"Subject: good {number}\r\n\r\ntext\r\n.", "QUIT"):
            if line:
                writer.write(line.encode() + b"\r\n")
            while True:
                reply = await asyncio.wait_for(reader.readline(), 30)
                if reply[:1] not in (b"2", b"3"):
                    writer.close()
                    return False, (reply.decode(errors="replace").strip() or "closed"), time.monotonic() - began
                if reply[3:4] != b"-":
                    break
        writer.close()
        return True, "", time.monotonic() - began
    except (OSError, asyncio.TimeoutError) as failure:
        return False, type(failure).__name__, time.monotonic() - began


async def main():
    over = asyncio.Event()
    people = [asyncio.ensure_future(crowd(i, over)) for i in range(args.count)]
    end, served, refused, waits, number = time.monotonic() + args.seconds, 0, {}, [], 0
    while time.monotonic() < end:
        number += 1
        yes, why, took = await good(number)
        if yes:
            served += 1
            waits.append(took)
        else:
            refused[why] = refused.get(why, 0) + 1
        await asyncio.sleep(0.2)
    print("crowd:", seen)
    waits.sort()
    print(f"good: {served} served, refused {refused}",
          f"p50 {waits[len(waits) // 2] * 1000:.0f} ms, longest {waits[-1] * 1000:.0f} ms" if waits else "")
    over.set()
    await asyncio.wait(people, timeout=10)


asyncio.run(main())
