// Frames give the same data and the same answers however the octets are cut. The first octet says where.

#include <algorithm>

#include "protocol/carrier/websocket_frames.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace trunkline;
using trunkline::fuzz::require;

namespace {

struct Outcome {
    OutputBytes data;
    OutputBytes answers;
    carrier::WebSocketReader reader{100'000};
};

Outcome read_in_pieces(ByteView octets, std::size_t piece) {
    Outcome outcome;
    while (!octets.empty()) {
        const std::size_t size = std::min(piece, octets.size());
        outcome.reader.received(octets.first(size), outcome.data, outcome.answers);
        octets = octets.subspan(size);
    }
    return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* input, std::size_t size) {
    if (size == 0) return 0;
    const ByteView octets = fuzz::as_byte_view(input, size).subspan(1);
    const Outcome whole = read_in_pieces(octets, std::max<std::size_t>(octets.size(), 1));
    const Outcome cut = read_in_pieces(octets, 1U + input[0] % 16U);
    require(as_text(whole.data.view()) == as_text(cut.data.view()), "cutting changes no data");
    require(as_text(whole.answers.view()) == as_text(cut.answers.view()), "cutting changes no answer");
    require(whole.reader.is_over() == cut.reader.is_over(), "cutting changes no end");
    require(whole.data.size() <= octets.size(), "payloads are shorter than their frames");
    require(whole.reader.failure().empty() || whole.reader.is_over(), "a failure is an end");
    return 0;
}
