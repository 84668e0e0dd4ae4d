#include "runtime/transport/happenings.hpp"

namespace trunkline::runtime {

namespace {

constexpr std::size_t kept_octets = 256 * 1024;
constexpr std::size_t kept_entries = 4096;

template <typename T>
void empty_out(std::vector<T>& entries, std::size_t kept) {
    entries.clear();
    if (entries.capacity() > kept) entries.shrink_to_fit();
}

}  // namespace

void Happenings::accepted(StreamId id, const StreamOrigin& origin) {
    records_.push_back({id, 0, Kind::accepted});
    origins_.push_back(origin);
}

void Happenings::handshake_failed(const StreamOrigin& origin, std::string_view why) {
    records_.push_back({{}, 0, Kind::handshake_failed});
    origins_.push_back(origin);
    reasons_.emplace_back(why);
}

void Happenings::accept_failed(std::string_view listener, std::error_code error) {
    records_.push_back({{}, 0, Kind::accept_failed});
    reasons_.emplace_back(listener);
    ends_.push_back({StreamEnd::Cause::failed, error});
}

void Happenings::received(StreamId id, ByteView octets) {
    records_.push_back({id, static_cast<std::uint32_t>(octets.size()), Kind::received});
    octets_.insert(octets_.end(), octets.begin(), octets.end());
}

void Happenings::written(StreamId id, std::size_t bytes) {
    records_.push_back({id, static_cast<std::uint32_t>(bytes), Kind::written});
}

void Happenings::closed(StreamId id, StreamEnd end) {
    records_.push_back({id, 0, Kind::closed});
    ends_.push_back(end);
}

void Happenings::tell(IncomingEvents& events) const {
    ByteView octets(octets_);
    auto origin = origins_.begin();
    auto end = ends_.begin();
    auto reason = reasons_.begin();
    for (const Record& record : records_) {
        switch (record.kind) {
            case Kind::accepted:
                events.accepted(record.id, *origin++);
                break;
            case Kind::handshake_failed:
                events.handshake_failed(*origin++, *reason++);
                break;
            case Kind::accept_failed:
                events.accept_failed(*reason++, (end++)->error);
                break;
            case Kind::received:
                events.received(record.id, octets.first(record.size));
                octets = octets.subspan(record.size);
                break;
            case Kind::written:
                events.written(record.id, record.size);
                break;
            case Kind::closed:
                events.closed(record.id, *end++);
                break;
        }
    }
}

void Happenings::clear() {
    empty_out(records_, kept_entries);
    empty_out(octets_, kept_octets);
    empty_out(origins_, kept_entries);
    empty_out(ends_, kept_entries);
    empty_out(reasons_, kept_entries);
}

}  // namespace trunkline::runtime
