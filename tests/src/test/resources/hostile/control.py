"""Runs attacks against the test-only launcher, with one layer switched off. Inside throwaway.sh only.

argv: root of the project, folder of the launcher's build, folder of the attacks. Each line of input is a JSON object:

    {"layer": "uid", "attacks": [{"attack": "files.root_only", "after": "module.name", …}, …]}

No layer ("") means that all are in force. For each, a zygote is started from nothing, and for each
attack a sandbox made from it over the real protocol. The answer is one line of JSON, a list of what
the attacks returned; what did not return is {"ended": "…"}. `after`: an attack that is called in
another sandbox first, which stays alive: the neighbour."""

import contextlib
import json
import os
import signal
import stat
import struct
import sys

project, build, attacks = sys.argv[1:]
sys.path[:0] = [f"{project}/launcher/tests", attacks]
import wire  # noqa: E402
from worker import INTO_CGROUP, Zygote, call  # noqa: E402

UID = 2147400000

# runtimes/PROTOCOL.md; what a runtime sends is in wire.py
SPECIALISE, REQUEST = 1, 2
HEADER = struct.Struct(">IBBHI")
SPECIAL = {
    "function": "control",
    "version": "0" * 64,
    "bundle": "/handler",
    "entry": {"kind": "openlambda"},
    "environment": {},
    "memory_bytes": 1 << 27,
    "timeout_ms": 30_000,
}
HEAD = {
    "id": "00000000-0000-4000-8000-000000000000",
    "method": "POST",
    "mount": "/run/control",
    "path": "",
    "query": "",
    "headers": [],
    "scheme": "http",
    "peer": "127.0.0.1:1",
    "deadline_ms": 30_000,
}
SYS_MOUNT = 165
MOST_PROCESSES = 40
PATIENCE_SECONDS = 20 * int(os.environ.get("OL_SLOW", "1"))  # of a slow machine, as an emulator


def main():
    if os.getpid() != 1 or stat.S_ISDIR(os.stat("/sys").st_mode) and os.listdir("/sys"):
        sys.exit("control.py runs inside throwaway.sh only: successful attacks destroy things")
    prepare()
    for line in sys.stdin:
        order = json.loads(line)
        print(json.dumps(run(order["layer"], order["attacks"], order.get("before", ""))), flush=True)


def prepare():
    """What a careless host could have: each is guarded by one layer alone."""
    os.makedirs("/srv/bundle", exist_ok=True)
    os.system(f"cp {attacks}/*.py /srv/bundle")
    write("/srv/canary", "seen", 0o644)
    write("/srv/bundle/careless.txt", "careless", 0o666)
    write("/srv/bundle/root-only.txt", "secret", 0o600)
    os.mknod("/srv/bundle/device", 0o666 | stat.S_IFCHR, os.makedev(1, 5))
    os.chmod("/srv/bundle/device", 0o666)
    os.symlink("/srv/canary", "/srv/bundle/link")


def write(path, text, mode):
    with open(path, "w") as file:
        file.write(text)
    os.chmod(path, mode)


def run(layer, orders, before):
    options = ["--bind", "/srv/bundle:/handler", "--env", f"OL_WITHOUT={layer}"]
    with contextlib.ExitStack() as stack:
        group = stack.enter_context(Group()) if any(o.get("group") for o in orders) else None
        zygote = Zygote(
            build,
            UID,
            options=options,
            program=[
                *("/usr/bin/python3", "-I", "-S", "-E", "-B", "-c", program(before)),
                *("3", "/ol/python/libol_python.so", "/policy/strict.bpf"),
            ],
            procs=group.procs if group else (),
        )
        stack.callback(zygote.close)
        zygote.ready()
        answers = []
        for number, order in enumerate(orders):
            with contextlib.ExitStack() as sandboxes:
                if order.get("after"):
                    first = Sandbox(zygote, UID + 1 + 2 * number, None)
                    sandboxes.callback(first.close)
                    first.begin({"attack": order["after"]})
                second = Sandbox(zygote, UID + 2 + 2 * number, group if order.get("group") else None)
                sandboxes.callback(second.close)
                answers.append(second.ask(order))
        return answers


def program(before):
    """The real zygote, with a line before it: what a package that it imports could do."""
    return (
        "import sys; sys.argv[0] = '/ol/python/zygote.py'; sys.path.insert(0, '/handler')\n"
        f"{before}\n"
        "exec(compile(open(sys.argv[0]).read(), sys.argv[0], 'exec'), "
        "{'__name__': '__main__', '__file__': sys.argv[0]})"
    )


class Group:
    """A control group of few processes, of either kind, that is gone at the end."""

    def __enter__(self):
        self.place = "/sys/cgroup"
        os.makedirs(self.place, exist_ok=True)
        self.v2 = True
        try:
            call("mount", SYS_MOUNT, b"none", self.place.encode(), b"cgroup", 0, b"pids")
            self.v2 = False
        except OSError:
            call("mount", SYS_MOUNT, b"none", self.place.encode(), b"cgroup2", 0, None)
        self.top = f"{self.place}/openlambda-control-{os.urandom(4).hex()}"
        self.folders = [self.top]
        os.mkdir(self.top)
        self.procs = []
        if self.v2:
            write_control(f"{self.place}/cgroup.subtree_control", "+pids")
            write_control(f"{self.top}/cgroup.subtree_control", "+pids")
            self.zygote, self.child = f"{self.top}/zygote", f"{self.top}/child"
            self.folders += [self.zygote, self.child]
            os.mkdir(self.zygote)
            os.mkdir(self.child)
            for folder in (self.top, self.child):
                os.chown(f"{folder}/cgroup.procs", UID, UID)
            self.procs = [os.open(f"{self.zygote}/cgroup.procs", os.O_WRONLY)]
        else:
            self.child = self.top
        write_control(f"{self.child}/pids.max", str(MOST_PROCESSES))
        return self

    def options(self):
        if self.v2:
            return {"flags": INTO_CGROUP, "cgroup": os.open(self.child, os.O_RDONLY)}
        return {"tasks": [os.open(f"{self.child}/tasks", os.O_WRONLY)]}

    def __exit__(self, *_):
        for descriptor in self.procs:
            os.close(descriptor)
        for folder in reversed(self.folders):
            os.rmdir(folder)
        call("umount2", 166, self.place.encode(), 0)


def write_control(path, text):
    with open(path, "w") as file:
        file.write(text)


class Sandbox:
    """A child of the zygote that speaks the runtime's protocol."""

    def __init__(self, zygote, uid, group):
        self.zygote = zygote
        more = group.options() if group else {}
        try:
            self.child = zygote.spawn(uid, mapped=False, nofile=256, **more)
        except struct.error:
            raise EOFError(f"the zygote ended: {zygote.words()}") from None
        for kind in ("uid_map", "gid_map"):
            write_control(f"/proc/{self.child.pid}/{kind}", f"1000 {uid} 1")
        for descriptor in more.get("tasks", []) + [d for d in (more.get("cgroup"),) if d]:
            os.close(descriptor)
        self.child.link.settimeout(PATIENCE_SECONDS)
        self.child.link.sendall(b"M")
        self.received = b""
        self.expect(wire.READY)

    def take(self, count):
        while len(self.received) < count:
            data = self.child.link.recv(65536)
            if not data:
                raise EOFError(f"it ended; its log: {self.child.words()!r}")
            self.received += data
        taken, self.received = self.received[:count], self.received[count:]
        return taken

    def expect(self, kind):
        """The payload of the next frame, which must be of this type."""
        length, found, *_ = HEADER.unpack(self.take(HEADER.size))
        payload = self.take(length)
        if found != kind:
            raise EOFError(f"type {found} where {kind} belongs: {payload[:500]!r}")
        return payload

    def begin(self, event):
        head = json.dumps(HEAD).encode()
        request = struct.pack(">I", len(head)) + head + json.dumps(event).encode()
        self.child.link.sendall(
            wire.frame(SPECIALISE, 0, json.dumps(SPECIAL).encode())
            + wire.frame(REQUEST, 1, request, end=True)
        )
        self.expect(wire.LOADED)
        return self.expect(wire.ANSWER)

    def ask(self, event):
        try:
            payload = self.begin(event)
            (length,) = struct.unpack_from(">I", payload)
            return json.loads(payload[4 + length :])
        except (EOFError, OSError, ValueError) as error:
            return {"ended": str(error)}

    def close(self):
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.child.pidfd, signal.SIGKILL)
        self.child.ended()
        self.zygote.exited()  # or it would be taken for the answer to the next order
        self.child.close()


main()
