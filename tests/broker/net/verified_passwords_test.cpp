#include "broker/net/verified_passwords.hpp"

#include <chrono>

#include <doctest/doctest.h>

#include "broker/net/password_digest.hpp"

using namespace trunkline;
using namespace trunkline::broker;
using namespace std::chrono_literals;

namespace {

constexpr Instant start{};

struct Memory {
    explicit Memory(std::size_t limit = 3) : passwords(limit, 60s) {}
    VerifiedPasswords::Digest digest(std::string_view user, std::string_view password = "secret") const {
        return passwords.digest_of(user, as_byte_view(password), line);
    }
    VerifiedPasswords passwords;
    Credential line = hash_password(as_byte_view("secret"), 1);
};

}  // namespace

TEST_CASE("what was right is known, and nothing that differs from it") {
    Memory memory;
    CHECK_FALSE(memory.passwords.knows(memory.digest("north"), start));
    memory.passwords.add(memory.digest("north"), start);
    CHECK(memory.passwords.knows(memory.digest("north"), start));
    CHECK_FALSE(memory.passwords.knows(memory.digest("north", "guess"), start));
    CHECK_FALSE(memory.passwords.knows(memory.digest("nort", "hsecret"), start));
    const Credential other_line = hash_password(as_byte_view("secret"), 1);  // another salt
    CHECK_FALSE(
        memory.passwords.knows(memory.passwords.digest_of("north", as_byte_view("secret"), other_line), start));
    CHECK(Memory().passwords.digest_of("north", as_byte_view("secret"), memory.line) != memory.digest("north"));
}

TEST_CASE("what was right is forgotten when it has not been used for its lifetime") {
    Memory memory;
    memory.passwords.add(memory.digest("north"), start);
    CHECK(memory.passwords.knows(memory.digest("north"), start + 60s - 1ns));
    CHECK(memory.passwords.knows(memory.digest("north"), start + 120s - 2ns));
    CHECK_FALSE(memory.passwords.knows(memory.digest("north"), start + 180s - 2ns));
    CHECK(memory.passwords.size() == 0);
}

TEST_CASE("there is room for so many, and the one that was not used for longest makes room") {
    Memory memory;
    for (const char* user : {"a", "b", "c"}) memory.passwords.add(memory.digest(user), start);
    CHECK(memory.passwords.knows(memory.digest("a"), start + 1s));
    memory.passwords.add(memory.digest("d"), start + 2s);
    CHECK(memory.passwords.size() == 3);
    CHECK_FALSE(memory.passwords.knows(memory.digest("b"), start + 2s));
    for (const char* user : {"a", "c", "d"}) CHECK(memory.passwords.knows(memory.digest(user), start + 2s));
    memory.passwords.add(memory.digest("d"), start + 2s);
    CHECK(memory.passwords.size() == 3);
    memory.passwords.clear();
    CHECK_FALSE(memory.passwords.knows(memory.digest("a"), start + 2s));
}

TEST_CASE("a limit of 0 remembers nothing") {
    Memory memory(0);
    memory.passwords.add(memory.digest("north"), start);
    CHECK_FALSE(memory.passwords.knows(memory.digest("north"), start));
}
