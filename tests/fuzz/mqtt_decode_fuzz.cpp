// Any stream is refused or understood, in the same way however it is cut; what is understood can be sent, and is
// understood as the same then. The first octet chooses the version and where to cut.

#include <vector>

#include "protocol/mqtt/codec.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace trunkline;
using namespace trunkline::mqtt;
using trunkline::fuzz::require;

namespace {

constexpr std::size_t maximum_packet_size = 100'000;

/// Walks what decoding left to be read on demand.
void walk(const Properties& properties) {
    std::size_t walked = 0;
    for (const Property& property : properties) walked += 1 + property.text.size() + property.value.size();
    require(walked == 0 || !properties.empty(), "an empty list has nothing to walk");
}

void walk_fields(const Packet& packet) {
    std::visit(
        [](const auto& fields) {
            if constexpr (requires { fields.properties; }) walk(fields.properties);
            if constexpr (requires { fields.will; }) {
                if (fields.will) walk(fields.will->properties);
            }
            if constexpr (requires { fields.requests; }) {
                SubscriptionRequests requests = fields.requests;
                while (requests.next())
                    require(requests.octets().size() < fields.requests.octets().size(), "a walk ends");
            }
        },
        packet);
}

void check_frame(const Frame& frame, ProtocolVersion version) {
    const Decoded<Packet> packet = decode(frame, version);
    if (!packet) return require(!packet.error().clause.empty(), "a refusal names its clause");
    walk_fields(*packet);
    const auto* connect = std::get_if<Connect>(&*packet);
    const ProtocolVersion spoken = connect != nullptr ? connect->version : version;
    require(connect == nullptr || connect_version(frame) == spoken, "the version is known beforehand");

    OutputBytes once;
    const std::size_t size = encode(*packet, spoken, once);
    require(size == once.size() && size == encoded_size(*packet, spoken), "sizes are what they are said to be");
    require(size <= frame.size, "what is written is never longer than what was read");
    const auto again_frame = next_frame(once.view(), maximum_packet_size);
    require(again_frame && *again_frame && (*again_frame)->size == size, "what is written is one frame");
    const Decoded<Packet> again = decode(**again_frame, spoken);
    require(again.has_value() && again->index() == packet->index(), "what is written is understood as the same packet");
    OutputBytes twice;
    encode(*again, spoken, twice);
    require(as_text(once.view()) == as_text(twice.view()), "encoding is stable");
}

/// Frames of the whole stream at once, each checked; the number of them and whether the stream was refused.
std::pair<std::size_t, bool> check_stream(ByteView stream, ProtocolVersion version) {
    std::size_t frames = 0;
    while (const auto frame = next_frame(stream, maximum_packet_size)) {
        if (!*frame) return {frames, true};
        check_frame(**frame, version);
        stream = stream.subspan((*frame)->size);
        ++frames;
    }
    return {frames, false};
}

std::pair<std::size_t, bool> count_cut(ByteView stream, std::size_t length) {
    FrameStream frames(maximum_packet_size);
    std::size_t count = 0;
    while (!stream.empty()) {
        const std::size_t size = std::min(length, stream.size());
        const std::vector<std::byte> arrived(stream.begin(), stream.begin() + static_cast<std::ptrdiff_t>(size));
        frames.feed(arrived);
        while (const auto frame = frames.next()) {
            if (!*frame) return {count, true};
            ++count;
        }
        stream = stream.subspan(size);
    }
    return {count, false};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* input, std::size_t size) {
    if (size == 0) return 0;
    constexpr ProtocolVersion versions[] = {ProtocolVersion::v3_1, ProtocolVersion::v3_1_1, ProtocolVersion::v5};
    const ByteView stream = fuzz::as_byte_view(input + 1, size - 1);
    const auto whole = check_stream(stream, versions[input[0] % 3]);
    require(count_cut(stream, 1 + input[0] / 3) == whole, "the same frames however the stream is cut");
    return 0;
}
