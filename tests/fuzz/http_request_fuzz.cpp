// Any octets become one request or one refusal, the same in any fragmentation.

#include <algorithm>
#include <string>

#include "runtime/http/http_reader.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace trunkline;
using runtime::HttpReader;
using trunkline::fuzz::require;

namespace {

struct Outcome {
    HttpReader::Status status = HttpReader::Status::incomplete;
    std::string what;
};

Outcome outcome_of(ByteView octets, std::size_t piece) {
    HttpReader reader;
    Outcome outcome;
    while (!octets.empty() && outcome.status == HttpReader::Status::incomplete) {
        const std::size_t size = std::min(piece, octets.size());
        outcome.status = reader.feed(octets.first(size));
        octets = octets.subspan(size);
    }
    if (outcome.status == HttpReader::Status::complete) {
        outcome.what = std::to_string(static_cast<int>(reader.request().method)) + reader.request().host;
        for (const std::string& segment : reader.request().path) outcome.what += "/" + segment;
    } else if (outcome.status == HttpReader::Status::refused) {
        require(reader.refusal().status >= 400 && reader.refusal().status < 500, "a refusal blames the client");
        const std::string wire = runtime::to_wire(reader.refusal(), true);
        require(wire.starts_with("HTTP/1.1 4") && wire.size() < 400, "a refusal repeats nothing of the request");
    }
    return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* input, std::size_t size) {
    const ByteView octets = fuzz::as_byte_view(input, size);
    const Outcome whole = outcome_of(octets, size == 0 ? 1 : size);
    for (const std::size_t piece : {std::size_t{1}, std::size_t{7}}) {
        const Outcome pieces = outcome_of(octets, piece);
        // What is too large may be found out sooner or later; everything else does not depend on the pieces.
        if (size > HttpReader::longest_header) continue;
        require(pieces.status == whole.status, "fragmentation changes nothing");
        require(pieces.what == whole.what, "the request is the same in any fragmentation");
    }
    return 0;
}
