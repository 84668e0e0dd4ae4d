// Any text is refused with its line, or is rules; and what reads a topic may subscribe to it.

#include <algorithm>
#include <string_view>

#include "protocol/access/acl.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace trunkline;
using trunkline::fuzz::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* input, std::size_t size) {
    const std::string_view text = as_text(fuzz::as_byte_view(input, size));
    const auto acl = Acl::parse(text);
    if (!acl) {
        const auto lines = static_cast<unsigned>(std::count(text.begin(), text.end(), '\n')) + 1;
        require(acl.error().line >= 1 && acl.error().line <= lines, "a refusal names a line of the file");
        require(!acl.error().reason.empty(), "a refusal says why");
        return 0;
    }
    for (const char* topic : {"a", "a/b", "device/ps-1/pressure", "$SYS/uptime", "/", "in/north"}) {
        for (const AclClient client :
             {AclClient{{}, "ps-1"}, AclClient{"north", "ps-1"}, AclClient{"north", "+"}, AclClient{"a", "a/b"}}) {
            const AclDecision read = acl->decide(client, Access::read, topic);
            require(!read.allowed || read.rule != nullptr, "what is allowed is allowed by a line");
            const bool may_subscribe = acl->decide_subscription(client, topic).allowed;
            require(read.allowed == may_subscribe, "a topic may be subscribed to by who may read it, and nobody else");
        }
    }
    return 0;
}
