// Any octets are refused, or a header, or its beginning; and no end that is cut off turns one into another.

#include "protocol/carrier/proxy_header.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace trunkline;
using trunkline::fuzz::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* input, std::size_t size) {
    const ByteView octets = fuzz::as_byte_view(input, size);
    const auto whole = carrier::parse_proxy_header(octets);
    if (!whole) {
        require(!whole.error().empty(), "a refusal says why");
        return 0;
    }
    if (!*whole) {
        require(size < carrier::longest_proxy_header, "what is longer than every header is not waited for");
        return 0;
    }
    const std::size_t header = (*whole)->size;
    require(header <= size && header <= carrier::longest_proxy_header, "a header ends within the octets");
    const auto exact = carrier::parse_proxy_header(octets.first(header));
    require(exact && *exact && (*exact)->source == (*whole)->source, "what follows a header changes nothing");
    const auto cut = carrier::parse_proxy_header(octets.first(header - 1));
    require(cut && !*cut, "a header without its last octet waits for it");
    return 0;
}
