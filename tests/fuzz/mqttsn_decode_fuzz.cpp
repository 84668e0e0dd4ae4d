// Any datagram is refused or understood; what is understood can be sent, and is understood as the same then.

#include "protocol/mqttsn/codec.hpp"
#include "protocol/mqttsn/forwarding.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace trunkline;
using namespace trunkline::mqttsn;
using trunkline::fuzz::require;

namespace {

void check_encapsulation(ByteView datagram, const Forwarded& forwarded) {
    const std::vector<std::byte> again = wrap(forwarded);
    require(again.size() == datagram.size(), "an encapsulation keeps its size");
    const auto unwrapped = unwrap(again);
    require(unwrapped.has_value(), "what wrap() makes, unwrap() takes");
    require(unwrapped->message.size() == forwarded.message.size(), "an encapsulated message keeps its size");
}

void check_message(ByteView datagram) {
    const auto message = decode(datagram);
    if (!message) {
        require(!message.error().clause.empty(), "a refusal names its clause");
        return;
    }
    const std::vector<std::byte> wire = encode(*message);
    // The short form may stand for a long one; nothing else is lost.
    require(wire.size() == datagram.size() || wire.size() + 2 == datagram.size(), "encoding keeps every field");
    const auto again = decode(wire);
    require(again.has_value(), "what encode() makes, decode() takes");
    require(again->index() == message->index(), "a message stays what it is");
    require(encode(*again) == wire, "encoding is stable");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* input, std::size_t size) {
    const ByteView datagram = fuzz::as_byte_view(input, size);
    if (!is_encapsulated(datagram)) {
        check_message(datagram);
        return 0;
    }
    const auto forwarded = unwrap(datagram);
    if (!forwarded) return 0;
    check_encapsulation(datagram, *forwarded);
    check_message(forwarded->message);
    return 0;
}
