"""A TCP proxy that misbehaves on demand: swallows everything, or loses what comes back and then cuts the line."""

import contextlib
import socket
import struct
import threading
from urllib.parse import urlsplit


class Proxy:
    """Stands before `url`; `url_through` is the same through the proxy. Flags may be set at any time."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.target = (parts.hostname or "127.0.0.1", parts.port or 5672)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url_through = url.replace(f":{self.target[1]}", f":{self._listener.getsockname()[1]}", 1)
        self.black_hole = threading.Event()  # nothing passes, nothing is closed
        self.lose_answers = threading.Event()  # requests pass, answers do not
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                far = socket.create_connection(self.target)
                self._pairs.append((near, far))
                threading.Thread(target=self._carry, args=(near, far, False), daemon=True).start()
                threading.Thread(target=self._carry, args=(far, near, True), daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket, answers: bool) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65_536):
                if self.black_hole.is_set() or (answers and self.lose_answers.is_set()):
                    continue
                target.sendall(data)
        with contextlib.suppress(OSError):
            target.shutdown(socket.SHUT_WR)

    def cut(self) -> None:
        """Resets every connection; new ones may come."""
        pairs, self._pairs = self._pairs, []
        for pair in pairs:
            for side in pair:
                with contextlib.suppress(OSError):
                    side.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    side.shutdown(socket.SHUT_RDWR)
                    side.close()

    def close(self) -> None:
        self._listener.close()
        self.cut()
