#pragma once
// The messages of SCRAM (RFC 5802 §5, §7) as text: what the client says taken apart, what the broker says put together.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/base/bytes.hpp"

namespace trunkline::broker {

/// "n,,n=user,r=nonce". Views the message.
struct ScramClientFirst {
    std::string_view gs2_header;  // "n,,", which the last message repeats
    std::string_view bare;        // the rest
    std::string user;
    std::string_view nonce;

    /// Nothing: it is not of this form, binds to a channel (which is not offered), wants to act for somebody else, or
    /// has an extension that must be understood.
    static std::optional<ScramClientFirst> parse(std::string_view message);
};

/// "c=biws,r=nonce,p=proof". Views the message.
struct ScramClientFinal {
    std::string_view without_proof;  // what the proof is about
    std::vector<std::byte> channel_binding;
    std::string_view nonce;
    std::vector<std::byte> proof;

    static std::optional<ScramClientFinal> parse(std::string_view message);
};

/// "r=nonce,s=salt,i=iterations": the nonce of both sides together.
std::string scram_server_first(std::string_view nonce, ByteView salt, std::uint32_t iterations);

/// "v=signature".
std::string scram_server_final(ByteView signature);

}  // namespace trunkline::broker
