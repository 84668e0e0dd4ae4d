#pragma once
// What has happened to the streams of one thread, on its way to their owner's.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "runtime/transport/incoming_streams.hpp"

namespace trunkline::runtime {

/// A record of calls of IncomingEvents, in order.
class Happenings {
public:
    bool empty() const { return records_.empty(); }
    /// About what it takes of memory.
    std::size_t bytes() const { return octets_.size() + records_.size() * sizeof(Record); }

    void accepted(StreamId id, const StreamOrigin& origin);
    void handshake_failed(const StreamOrigin& origin, std::string_view why);
    void accept_failed(std::string_view listener, std::error_code error);
    void received(StreamId id, ByteView octets);
    void written(StreamId id, std::size_t bytes);
    void closed(StreamId id, StreamEnd end);

    void tell(IncomingEvents& events) const;
    /// Keeps its memory, but not what a flood has made of it.
    void clear();

private:
    enum class Kind : std::uint8_t { accepted, handshake_failed, accept_failed, received, written, closed };
    struct Record {
        StreamId id{};
        std::uint32_t size = 0;  // octets
        Kind kind{};
    };

    std::vector<Record> records_;
    // What the records of their kind have besides, in the same order.
    std::vector<std::byte> octets_;
    std::vector<StreamOrigin> origins_;
    std::vector<StreamEnd> ends_;
    std::vector<std::string> reasons_;
};

}  // namespace trunkline::runtime
