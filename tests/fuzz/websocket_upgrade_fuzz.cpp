// Any header gets an answer of HTTP: 101 for what is an upgrade, else a refusal that says why and closes.

#include <string>

#include "runtime/transport/websocket_upgrade.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace trunkline;
using trunkline::fuzz::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* input, std::size_t size) {
    const std::string_view request = as_text(fuzz::as_byte_view(input, size));
    runtime::WebSocketSettings settings;
    for (const bool restricted : {false, true}) {
        if (restricted) settings.origins = {"https://scada.example"};
        const runtime::UpgradeAnswer answer = runtime::answer_upgrade(request, settings);
        require(answer.response.starts_with("HTTP/1.1 "), "the answer is HTTP");
        require(answer.response.find("\r\n\r\n") != std::string::npos, "the answer has a whole header");
        const bool is_accepted = answer.response.starts_with("HTTP/1.1 101 ");
        require(is_accepted == answer.refusal.empty(), "what is not accepted is refused with a reason");
        if (!is_accepted) continue;
        require(request.starts_with("GET /mqtt"), "only the path that is served becomes a WebSocket");
        require(answer.response.find("Sec-WebSocket-Protocol: mqtt\r\n") != std::string::npos,
                "the subprotocol is mqtt");
        // The answer is ours: nothing of the request but the digest of its key stands in it.
        require(answer.response.size() < 300, "the answer repeats nothing of the request");
    }
    return 0;
}
