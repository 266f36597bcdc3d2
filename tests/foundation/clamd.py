"""A scanner that speaks clamd's INSTREAM and knows one signature."""

import socketserver
import struct
import threading

from tests.foundation.upload_samples import EICAR


class _Answering(socketserver.StreamRequestHandler):
    def handle(self):
        if self.rfile.read(10) != b"zINSTREAM\0":
            self.wfile.write(b"UNKNOWN COMMAND\0")
            return
        content, server = bytearray(), self.server
        while size := struct.unpack("!I", self.rfile.read(4))[0]:
            content += self.rfile.read(size)
        server.seen.append(bytes(content))
        found = b"Win.Test.EICAR_HDB-1 FOUND" if EICAR in content else b"OK"
        self.wfile.write(server.says or b"stream: " + found + b"\0")


class Clamd(socketserver.ThreadingTCPServer):
    """`seen` are the streams that came; `says` answers every one of them with these bytes."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Answering)
        self.seen, self.says = [], b""
        self.url = f"tcp://127.0.0.1:{self.server_address[1]}"

    def __enter__(self):
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *error):
        self.shutdown()
        self.server_close()
