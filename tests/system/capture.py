"""Datagrams and streams to a capture file that Wireshark reads, written by the one who sends and receives them."""

import socket
import struct
import threading
import time

RAW_IPV4 = 228  # LINKTYPE_IPV4


class Capture:
    def __init__(self, path):
        self._lock = threading.Lock()
        self._file = open(path, "wb")
        self._file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, RAW_IPV4))

    def datagram(self, source_port, destination_port, octets):
        """Both ends are 127.0.0.1."""
        udp = struct.pack("!HHHH", source_port, destination_port, 8 + len(octets), 0) + octets  # no checksum
        self._packet(socket.IPPROTO_UDP, udp)

    def segment(self, source_port, destination_port, position, octets):
        """Of a TCP stream, whose `position` these octets have. The same."""
        offset_and_flags, window = 5 << 12 | 0x18, 65535  # no options; PSH, ACK
        header = struct.pack(
            "!HHIIHHHH", source_port, destination_port, 1 + position, 1, offset_and_flags, window, 0, 0
        )
        self._packet(socket.IPPROTO_TCP, header + octets)

    def _packet(self, protocol, octets):
        loopback = bytes([127, 0, 0, 1])
        ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(octets), 0, 0, 64, protocol, 0, loopback, loopback)
        ip = ip[:10] + struct.pack("!H", header_checksum(ip)) + ip[12:]
        seconds, nanoseconds = divmod(time.time_ns(), 10**9)
        size = len(ip) + len(octets)
        with self._lock:
            self._file.write(struct.pack("<IIII", seconds, nanoseconds // 1000, size, size) + ip + octets)

    def close(self):
        self._file.close()


def header_checksum(header):
    """RFC 791 §3.1."""
    total = sum(struct.unpack("!10H", header))
    total = (total & 0xFFFF) + (total >> 16)
    return ~(total + (total >> 16)) & 0xFFFF
