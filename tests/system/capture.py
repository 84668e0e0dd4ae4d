"""Datagrams to a capture file that Wireshark reads, written by the one who sends and receives them."""

import struct
import time

RAW_IPV4 = 228  # LINKTYPE_IPV4


class Capture:
    def __init__(self, path):
        self._file = open(path, "wb")
        self._file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, RAW_IPV4))

    def datagram(self, source_port, destination_port, octets):
        """Both ends are 127.0.0.1."""
        udp = struct.pack("!HHHH", source_port, destination_port, 8 + len(octets), 0) + octets  # no checksum
        loopback = bytes([127, 0, 0, 1])
        ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0, loopback, loopback)
        ip = ip[:10] + struct.pack("!H", header_checksum(ip)) + ip[12:]
        seconds, nanoseconds = divmod(time.time_ns(), 10**9)
        size = len(ip) + len(udp)
        self._file.write(struct.pack("<IIII", seconds, nanoseconds // 1000, size, size) + ip + udp)

    def close(self):
        self._file.close()


def header_checksum(header):
    """RFC 791 §3.1."""
    total = sum(struct.unpack("!10H", header))
    total = (total & 0xFFFF) + (total >> 16)
    return ~(total + (total >> 16)) & 0xFFFF
