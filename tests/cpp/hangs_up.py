"""A gateway that reads the whole request, acts, and ends the connection without an answer: how often is it sent?

    hangs_up.py CONFIG NEW-CONFIG command…    CONFIG with this gateway's address becomes NEW-CONFIG; in the command, URL is the address

Prints the requests that came; the command's exit code is its own. A request whose body is "kept" is answered, and its connection kept.
"""

import json
import socket
import subprocess
import sys
import threading

COUNT = []


def serve(connection):
    with connection, connection.makefile("rb") as stream:
        while True:
            head = []
            while (line := stream.readline()) not in (b"\r\n", b""):
                head.append(line.lower())
            if not head:
                return
            length = next(int(line.split(b":")[1]) for line in head if line.startswith(b"content-length:"))
            body = stream.read(length)
            if body != b"kept":
                COUNT.append(body)
                return
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK")


def listen(listener):
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=serve, args=(connection,), daemon=True).start()


def main(config, new_config, *command):
    # "localhost" has two addresses where there is IPv6, and a client must not try the second one with a request that the first one read.
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    threading.Thread(target=listen, args=(listener,), daemon=True).start()
    try:
        beside = socket.create_server(("::1", port), family=socket.AF_INET6)
        threading.Thread(target=listen, args=(beside,), daemon=True).start()
    except OSError:
        pass
    url = f"http://localhost:{port}"
    with open(config, encoding="utf-8") as file:
        settings = json.load(file)
    settings.pop("ca_file", None)
    with open(new_config, "w", encoding="utf-8") as file:
        json.dump({**settings, "base_url": url}, file)
    ran = subprocess.run([url if part == "URL" else part for part in command], stdout=subprocess.DEVNULL, timeout=60)
    print(len(COUNT))
    return ran.returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
