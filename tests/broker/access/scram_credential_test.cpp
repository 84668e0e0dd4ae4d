#include "broker/access/scram_credential.hpp"

#include <string>

#include <doctest/doctest.h>

using namespace trunkline::broker;

namespace {

const std::string one_key = std::string(42, 'A') + "E=";  // 31 zeros and a one
const std::string other_key = std::string(42, 'A') + "I=";

}  // namespace

TEST_CASE("RFC 5803: a credential is read as it is written") {
    const std::string text = "SCRAM-SHA-256$600000:c2FsdA==$" + one_key + ':' + other_key;
    const auto credential = scram_credential_of(text);
    REQUIRE(credential);
    CHECK(credential->iterations == 600'000);
    CHECK(credential->salt.size() == 4);
    CHECK(credential->stored_key.back() == std::byte{1});
    CHECK(credential->server_key.back() == std::byte{2});
    CHECK(to_text(*credential) == text);
}

TEST_CASE("RFC 7677 §4: what has fewer iterations than 4096, or is cut off, is no credential") {
    const std::string keys = one_key + ':' + other_key;
    const std::string cases[] = {std::string(),
                                 "SCRAM-SHA-1$4096:c2FsdA==$" + keys,
                                 "SCRAM-SHA-256$4095:c2FsdA==$" + keys,
                                 "SCRAM-SHA-256$10000001:c2FsdA==$" + keys,
                                 "SCRAM-SHA-256$:c2FsdA==$" + keys,
                                 "SCRAM-SHA-256$4096x:c2FsdA==$" + keys,
                                 "SCRAM-SHA-256$4096:$" + keys,
                                 "SCRAM-SHA-256$4096$" + keys,
                                 "SCRAM-SHA-256$4096:c2FsdA==",
                                 "SCRAM-SHA-256$4096:c2FsdA==$" + one_key,
                                 "SCRAM-SHA-256$4096:c2FsdA==$" + one_key + ":AAAA",
                                 "SCRAM-SHA-256$4096:c2FsdA==$AAAA:" + one_key,
                                 "SCRAM-SHA-256$4096:c2FsdA==$" + keys + ':' + one_key};
    for (const std::string& text : cases) CHECK_MESSAGE(!scram_credential_of(text), text);
    CHECK(scram_credential_of("SCRAM-SHA-256$4096:c2FsdA==$" + keys));
    CHECK(scram_credential_of("SCRAM-SHA-256$10000000:c2FsdA==$" + keys));
}
