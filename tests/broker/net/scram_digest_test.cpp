#include "broker/net/scram_digest.hpp"

#include <doctest/doctest.h>

#include "broker/net/password_digest.hpp"

using namespace trunkline;
using namespace trunkline::broker;

TEST_CASE("RFC 4231 §4.3: HMAC-SHA-256 of \"what do ya want for nothing?\"") {
    const Octets digest = hmac_sha256(as_byte_view("Jefe"), as_byte_view("what do ya want for nothing?"));
    REQUIRE(digest.size() == 32);
    CHECK(digest.front() == std::byte{0x5b});
    CHECK(digest.back() == std::byte{0x43});
}

TEST_CASE("who has a line for SCRAM may say the password itself as well") {
    const Credential credential = new_scram_credential(as_byte_view("pencil"), 4096);
    CHECK(is_password(credential, as_byte_view("pencil")));
    for (const char* wrong : {"", "Pencil", "pencil ", "penci"})
        CHECK_FALSE(is_password(credential, as_byte_view(wrong)));
    CHECK(new_scram_credential(as_byte_view("pencil"), 4096) != std::get<ScramCredential>(credential));
}
