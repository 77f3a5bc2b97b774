"""The scenarios of benchmarks/load/faults; see there. Arguments: an unpacked distribution, a port."""

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

DIST, PORT = sys.argv[1], int(sys.argv[2])
ORIGIN_PORT = PORT + 1
TICKS = os.sysconf("SC_CLK_TCK")
rows = []
failed = []


def row(scenario, figure, value, good=True):
    rows.append((scenario, figure, value, "" if good else "NOT AS IT SHOULD BE"))
    if not good:
        failed.append(figure)


class Origin:
    """Answers /slow/N after 300 ms, /drip with an octet each 100 ms without end, all else at once; notes what it saw."""

    def __init__(self):
        self.seen = set()
        self.listener = socket.create_server(("127.0.0.1", ORIGIN_PORT), backlog=512)
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            connection, _ = self.listener.accept()
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        held = b""
        try:
            while True:
                while b"\r\n\r\n" not in held:
                    piece = connection.recv(65536)
                    if not piece:
                        return
                    held += piece
                head, held = held.split(b"\r\n\r\n", 1)
                target = head.split(b" ")[1].decode()
                self.seen.add(target)
                if target.startswith("/drip"):
                    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
                    while True:
                        connection.sendall(b"x")
                        time.sleep(0.1)
                if target.startswith("/slow"):
                    time.sleep(0.3)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")
        except OSError:
            pass
        finally:
            connection.close()


class Program:
    def __init__(self, log_path):
        self.folder = tempfile.mkdtemp(prefix="faults-")
        config = os.path.join(self.folder, "config.yml")
        with open(config, "w") as out:
            out.write(
                f"listeners: [{{ host: 127.0.0.1, port: {PORT} }}]\nadmin: {{ enabled: false }}\n"
                f'upstreams: {{ origin: {{ url: "http://127.0.0.1:{ORIGIN_PORT}" }} }}\n'
                "engine: { event-loops: 1 }\n"
            )
        self.log_path = log_path or os.path.join(self.folder, "log")
        self.log = open(self.log_path, "ab")
        begun = time.monotonic()
        self.process = subprocess.Popen(
            [os.path.join(DIST, "bin", "embergate"), "run", "--config", config], stdout=self.log, stderr=subprocess.STDOUT
        )
        while not get("/up", timeout=1):
            if time.monotonic() - begun > 60 or self.process.poll() is not None:
                raise SystemExit("the program did not start; its log is " + self.log_path)
            time.sleep(0.02)
        self.start_seconds = time.monotonic() - begun

    def cpu(self):
        with open(f"/proc/{self.process.pid}/stat") as stat:
            fields = stat.read().rsplit(") ", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def files(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def lines(self):
        with open(self.log_path, "rb") as log:
            return log.read().decode("utf-8", "replace").splitlines()

    def end(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        return self.process.wait(40)


def get(target, timeout=5.0):
    """Whether it was answered 200, whole."""
    try:
        with socket.create_connection(("127.0.0.1", PORT), timeout) as client:
            client.settimeout(timeout)
            client.sendall(f"GET {target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode())
            answer = b""
            while True:
                piece = client.recv(65536)
                if not piece:
                    break
                answer += piece
            return answer.startswith(b"HTTP/1.1 200") and answer.endswith(b"\r\n\r\nhello")
    except OSError:
        return False


def wait_for(what, seconds):
    begun = time.monotonic()
    while not what():
        if time.monotonic() - begun > seconds:
            return None
        time.sleep(0.02)
    return time.monotonic() - begun


def out_of_files():
    name = "out of file handles"
    program = Program(None)
    try:
        running = socket.create_connection(("127.0.0.1", PORT), 5)
        running.sendall(b"GET /drip HTTP/1.1\r\nHost: a\r\n\r\n")
        running.settimeout(5)
        running.recv(4096)
        limit = program.files() + 8
        subprocess.run(["prlimit", "--pid", str(program.process.pid), f"--nofile={limit}:{limit}"], check=True)
        clients = []
        for number in range(60):
            client = socket.create_connection(("127.0.0.1", PORT), 5)
            client.sendall(f"GET /{number} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
            clients.append(client)
        time.sleep(1)
        row(name, "file handles left", limit - program.files(), program.files() >= limit - 1)
        before_lines, before_cpu = len(program.lines()), program.cpu()
        running.setblocking(False)
        try:
            running.recv(1 << 20)
        except BlockingIOError:
            pass
        time.sleep(5)
        busy = (program.cpu() - before_cpu) / 5
        row(name, "CPU while 60 clients wait", f"{busy * 100:.1f} %", busy < 0.3)
        try:
            dripped = len(running.recv(1 << 20))
        except BlockingIOError:
            dripped = 0
        row(name, "octets of a running answer in 5 s", dripped, dripped >= 40)
        added = [line for line in program.lines()[before_lines:] if "time=" not in line]
        row(name, "log lines in 5 s, access lines aside", len(added), len(added) <= 3)
        warned = [line for line in program.lines() if "cannot accept" in line]
        row(name, "warnings of accepting", len(warned), len(warned) == 1)
        for client in clients:
            client.close()
        recovered = wait_for(lambda: get("/after"), 15)
        row(name, "seconds until it answers again", None if recovered is None else f"{recovered:.2f}", recovered is not None)
        traces = [line for line in program.lines() if line.startswith("\tat ")]
        row(name, "lines of stack traces", len(traces), not traces)
        running.close()
        row(name, "exit code of TERM behind it", program.end(), program.process.returncode == 0)
    finally:
        program.process.kill()


def full_disk():
    name = "full disk of the log"
    folder = tempfile.mkdtemp(prefix="faults-disk-")
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", folder], stderr=subprocess.DEVNULL).returncode:
        print("SKIPPED: full disk of the log (needs root, for a tmpfs of its own)", file=sys.stderr)
        row(name, "SKIPPED", "no tmpfs to be had")
        os.rmdir(folder)
        return
    program = None
    try:
        log = os.path.join(folder, "log")
        program = Program(log)
        with open(os.path.join(folder, "filler"), "wb", buffering=0) as filler:
            try:
                while True:
                    filler.write(b"x" * 4096)
            except OSError:
                pass
        answered = sum(get(f"/full/{number}") for number in range(300))
        row(name, "requests answered of 300 on a full disk", answered, answered == 300)
        size = os.path.getsize(log)
        get("/full/last")
        row(name, "log grew by", os.path.getsize(log) - size, os.path.getsize(log) == size)
        os.remove(os.path.join(folder, "filler"))

        def written():
            return get("/again") and any("/again" in line for line in program.lines())

        seconds = wait_for(written, 10)
        row(name, "seconds until lines are written again", None if seconds is None else f"{seconds:.2f}", seconds is not None)
        row(name, "exit code of TERM behind it", program.end(), program.process.returncode == 0)
    finally:
        if program is not None:
            program.process.kill()
            program.process.wait()
            program.log.close()
        subprocess.run(["umount", folder], check=True)
        os.rmdir(folder)


class Load:
    """Clients that ask for one slow answer after another, each on a connection of its own."""

    def __init__(self, prefix, clients=24):
        self.prefix, self.going = prefix, True
        self.whole, self.begun = set(), 0
        self.threads = [threading.Thread(target=self.run, args=(number,), daemon=True) for number in range(clients)]
        for thread in self.threads:
            thread.start()

    def run(self, number):
        count = 0
        while self.going:
            count += 1
            target = f"/slow/{self.prefix}/{number}/{count}"
            self.begun += 1
            if get(target, 10):
                self.whole.add(target)
            elif self.going:
                time.sleep(0.05)

    def stop(self):
        self.going = False
        for thread in self.threads:
            thread.join(15)


def term_under_load(origin):
    name = "TERM under load"
    program = Program(None)
    try:
        load = Load("term")
        time.sleep(3)
        begun = time.monotonic()
        code = program.end()
        row(name, "seconds until it has ended", f"{time.monotonic() - begun:.2f}", time.monotonic() - begun < 20)
        load.stop()
        seen = {target for target in origin.seen if target.startswith("/slow/term/")}
        lost = seen - load.whole
        row(name, "requests the upstream saw", len(seen), len(seen) > 100)
        row(name, "of these not answered whole", len(lost), not lost)
        row(name, "exit code", code, code == 0)
        row(name, "the port takes connections", get("/gone", 1), not get("/gone", 1))
    finally:
        program.process.kill()


def kill_and_start():
    name = "KILL and start again"
    program = Program(None)
    load = Load("kill")
    time.sleep(2)
    row(name, "exit code", program.end(signal.SIGKILL), program.process.returncode == -9)
    again = Program(None)
    try:
        row(name, "seconds from start to the first answer", f"{again.start_seconds:.2f}", again.start_seconds < 15)
        before = len(load.whole)
        time.sleep(2)
        load.stop()
        row(name, "answers in the 2 s behind it", len(load.whole) - before, len(load.whole) - before > 50)
        row(name, "exit code of TERM behind it", again.end(), again.process.returncode == 0)
    finally:
        again.process.kill()


the_origin = Origin()
out_of_files()
full_disk()
term_under_load(the_origin)
kill_and_start()
print(f"{'scenario':24} {'figure':44} value")
for scenario, figure, value, remark in rows:
    print(f"{scenario:24} {figure:44} {value} {remark}".rstrip())
if failed:
    print("not as it should be: " + ", ".join(failed), file=sys.stderr)
    sys.exit(1)
