// Whatever a client says in its place, the parts of what is taken for a message of SCRAM lie in it.

#include <string>
#include <string_view>

#include "broker/access/scram_messages.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace trunkline;
using trunkline::fuzz::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* input, std::size_t size) {
    const std::string_view text = as_text(fuzz::as_byte_view(input, size));
    if (const auto first = broker::ScramClientFirst::parse(text)) {
        require(std::string(first->gs2_header) + std::string(first->bare) == text, "header and rest are the message");
        require(!first->user.empty(), "somebody is named");
        require(first->bare.find(first->nonce) != std::string_view::npos, "the nonce stands in it");
        require(text.find('\0') == std::string_view::npos, "what separates messages stands in none");
    }
    if (const auto final = broker::ScramClientFinal::parse(text)) {
        require(text.starts_with(final->without_proof), "what the proof is about comes first");
        require(!final->nonce.empty(), "there is a nonce");
    }
    return 0;
}
