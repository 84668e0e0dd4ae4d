#include <doctest/doctest.h>

#include "protocol/mqttsn/codec.hpp"
#include "tests/protocol/mqttsn/generated_message.hpp"
#include "tests/protocol/mqttsn/wire.hpp"
#include "tests/support/allocations.hpp"

using namespace trunkline;
using namespace trunkline::mqttsn;
using test::allocation_count;

namespace {

constexpr std::size_t kinds = std::variant_size_v<Message>;

// What the tables of §5.4 are checked against field by field stands in codec_test; here it is enough that nothing is
// lost on the way there and back.
bool survives(const Octets& wire, const Octets& received, std::size_t kind) {
    const auto decoded = decode(received);
    return decoded && decoded->index() == kind && encode(*decoded) == wire;
}

}  // namespace

TEST_CASE("MQTT-SN 1.2 §5.2.1-1, §5.2.1-2: whatever is sent is understood, in both length forms") {
    MessageGenerator messages(1);
    for (std::size_t kind = 0; kind < kinds; ++kind) {
        CAPTURE(kind);
        int lost = 0;
        int lost_in_long_form = 0;
        for (int n = 0; n < 500; ++n) {
            const Message message = messages.draw(kind);
            const Octets wire = encode(message);
            lost += survives(wire, wire, kind) ? 0 : 1;
            const bool is_long = wire[0] == std::byte{0x01};
            if (!is_long) lost_in_long_form += survives(wire, in_long_form(wire), kind) ? 0 : 1;
        }
        CHECK(lost == 0);
        CHECK(lost_in_long_form == 0);
    }
}

TEST_CASE("MQTT-SN 1.2 §5.4: a message with one octet changed is refused, or is another message that encodes") {
    MessageGenerator messages(2);
    Random random(3, "tests", "changes");
    int unstable = 0;
    for (std::size_t n = 0; n < 20'000; ++n) {
        Octets wire = encode(messages.draw(n % kinds));
        wire[random.below(wire.size())] = static_cast<std::byte>(random.below(0x100));
        const auto decoded = decode(wire);
        if (!decoded) continue;
        const Octets again = encode(*decoded);
        unstable += survives(again, again, decoded->index()) ? 0 : 1;
    }
    CHECK(unstable == 0);
}

TEST_CASE("MQTT-SN 1.2 §5.4: decoding allocates nothing, whether it accepts or refuses") {
    MessageGenerator messages(4);
    for (std::size_t kind = 0; kind < kinds; ++kind) {
        Octets wire = encode(messages.draw(kind));
        const std::uint64_t before = allocation_count();
        const bool accepted = decode(wire).has_value();
        const bool refused = !decode(ByteView(wire).first(wire.size() - 1)).has_value();
        const std::uint64_t after = allocation_count();
        CHECK(accepted);
        CHECK(refused);
        CHECK(after == before);
    }
}

TEST_CASE("MQTT-SN 1.2 §5.4: encoding is one allocation, and none into a span of the caller's") {
    MessageGenerator messages(5);
    const Message message = messages.draw(11);
    const std::uint64_t before = allocation_count();
    Octets wire = encode(message);
    CHECK(allocation_count() == before + 1);
    encode_into(message, wire);
    CHECK(allocation_count() == before + 1);
}
