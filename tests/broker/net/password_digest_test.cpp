#include "broker/net/password_digest.hpp"

#include <doctest/doctest.h>

using namespace trunkline;
using namespace trunkline::broker;

TEST_CASE("a line of mosquitto_passwd is the password that it was made of, and no other") {
    const auto file = PasswordFile::parse(
        "north:$7$101$a0IQf4qBdwne3HRJ$GQ2OHSS3PnpCrxp6nhKSWEHPhGA0mAqtb8DRIzK+rFMA44371l/jr1oTz1msMlpUJpKslH9juHFFR1tX"
        "XKr1kw==\n");
    REQUIRE(file);
    const Credential& hash = *file->find("north");
    CHECK(is_password(hash, as_byte_view("secret")));
    for (const char* wrong : {"", "Secret", "secret ", "secre"}) CHECK_FALSE(is_password(hash, as_byte_view(wrong)));
}

TEST_CASE("$6$ is SHA-512 of the password and then the salt") {
    // printf abcXYZ | sha512sum, with "XYZ" as the salt
    const auto file = PasswordFile::parse(
        "a:$6$WFla$qInaEOtKLsHsB/dcC+jU0+WIDjztGpY1J57udmOKNmjDoHqURUltd28DrwpEBa5BQSrhCuZ416fVBQcOnyk70Q==\n");
    REQUIRE(file);
    CHECK(is_password(*file->find("a"), as_byte_view("abc")));
    CHECK_FALSE(is_password(*file->find("a"), as_byte_view("abcX")));
}

TEST_CASE("a new hash has a salt of its own and is read again") {
    const PasswordHash one = hash_password(as_byte_view("secret"), 2);
    const PasswordHash other = hash_password(as_byte_view("secret"), 2);
    CHECK(one.salt.size() == 16);
    CHECK(one.salt != other.salt);
    CHECK(is_password(*PasswordFile::parse(password_line("a", one))->find("a"), as_byte_view("secret")));
}
