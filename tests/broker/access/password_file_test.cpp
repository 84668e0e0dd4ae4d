#include "broker/access/password_file.hpp"

#include <string>

#include <doctest/doctest.h>

using namespace trunkline;
using namespace trunkline::broker;

namespace {

const std::string salt = "c2FsdHNhbHRzYWx0";              // "saltsaltsalt"
const std::string digest = std::string(85, 'A') + "Q==";  // 63 zeros and a one
const std::string key = std::string(42, 'A') + "E=";      // 31 zeros and a one
const std::string good = "operator:$7$101$" + salt + '$' + digest;

}  // namespace

TEST_CASE("a password file has salts and hashes of both schemes, comments and empty lines") {
    const auto file = PasswordFile::parse("# people\n\n" + good + "\r\n  ps-117:$6$" + salt + '$' + digest + "\n");
    REQUIRE(file);
    CHECK(file->size() == 2);
    const auto* pbkdf2 = std::get_if<PasswordHash>(file->find("operator"));
    REQUIRE(pbkdf2 != nullptr);
    CHECK(pbkdf2->scheme == PasswordHash::Scheme::pbkdf2_sha512);
    CHECK(pbkdf2->iterations == 101);
    CHECK(as_text(pbkdf2->salt) == "saltsaltsalt");
    CHECK(pbkdf2->digest.size() == 64);
    CHECK(pbkdf2->digest.back() == std::byte{1});
    const auto* salted = std::get_if<PasswordHash>(file->find("ps-117"));
    REQUIRE(salted != nullptr);
    CHECK(salted->scheme == PasswordHash::Scheme::salted_sha512);
    CHECK(file->find("nobody") == nullptr);
    CHECK(file->decoy() != nullptr);
    CHECK(PasswordFile::parse("")->decoy() == nullptr);
}

TEST_CASE("a malformed line of a password file is named with what is wrong and what helps") {
    struct Row {
        std::string line;
        const char* reason;
    };
    const Row rows[] = {
        {"operator", "USER:HASH is wanted"},
        {":$6$" + salt + '$' + digest, "a user name is wanted before the colon"},
        {"op\xff:$6$x", "the user name is no MQTT string"},
        {"op :$6$x", "a user name does not begin or end with a blank"},
        {"operator:secret", "the password itself stands here; trunkline-broker passwd FILE USER writes its hash"},
        {"operator:", "the password itself stands here; trunkline-broker passwd FILE USER writes its hash"},
        {"operator:$argon2id$v=19$m=47104,t=1,p=1$x$y",
         "$argon2id$ is not available in this version; write the password again with trunkline-broker passwd"},
        {"operator:$8$x$y", "a hash that begins with $6$, $7$ or SCRAM-SHA-256$ is wanted"},
        {"operator:$7$x$" + salt + '$' + digest, "a number of iterations from 1 to 10000000 is wanted behind $7$"},
        {"operator:$7$0$" + salt + '$' + digest, "a number of iterations from 1 to 10000000 is wanted behind $7$"},
        {"operator:$7$10000001$" + salt + '$' + digest,
         "a number of iterations from 1 to 10000000 is wanted behind $7$"},
        {"operator:$7$101$" + salt + "x$" + digest, "the salt is not Base64"},
        {"operator:$7$101$$" + digest, "the salt is not Base64"},
        {"operator:$7$101$" + salt, "the hash is not 64 octets in Base64: the line may be cut off"},
        {"operator:$6$" + salt + "$c2FsdA==", "the hash is not 64 octets in Base64: the line may be cut off"},
        {"operator:SCRAM-SHA-256$4095:" + salt + '$' + key + ':' + key,
         "SCRAM-SHA-256$ITERATIONS:SALT$STORED_KEY:SERVER_KEY is wanted, with 4096 to 10000000 iterations"},
        {good + '$', "the hash is not 64 octets in Base64: the line may be cut off"},
        {"other:$6$" + salt + '$' + digest + "\n" + "other:$6$" + salt + '$' + digest,
         "user other stands in an earlier line already; keep one of them"},
    };
    for (const Row& row : rows) {
        const auto file = PasswordFile::parse("# one\nfirst:$6$" + salt + '$' + digest + "\n" + row.line + "\n");
        REQUIRE_MESSAGE(!file, row.line);
        CHECK(file.error().reason == row.reason);
        CHECK(file.error().line == (row.line.starts_with("other") ? 4 : 3));
    }
}

TEST_CASE("a user's line is replaced where it stands, or added, and the rest stays as it is") {
    const Credential hash = *PasswordFile::parse(good)->find("operator");
    CHECK(with_password_line("", "operator", hash) == good + '\n');
    CHECK(with_password_line("# mine\noperator2:x", "operator", hash) == "# mine\noperator2:x\n" + good + '\n');
    CHECK(with_password_line("a:1\noperator:old\nb:2\n", "operator", hash) == "a:1\n" + good + "\nb:2\n");
    CHECK(*PasswordFile::parse(password_line("operator", hash))->find("operator") == hash);
}

TEST_CASE("a line for SCRAM stands beside the others and is written as it was read") {
    const std::string line = "operator:SCRAM-SHA-256$4096:" + salt + '$' + key + ':' + key;
    const auto file = PasswordFile::parse("first:$6$" + salt + '$' + digest + '\n' + line + '\n');
    REQUIRE(file);
    const auto* scram = std::get_if<ScramCredential>(file->find("operator"));
    REQUIRE(scram != nullptr);
    CHECK(scram->iterations == 4096);
    CHECK(file->any_scram() != nullptr);
    CHECK(password_line("operator", *scram) == line);
    CHECK(PasswordFile::parse(good)->any_scram() == nullptr);
}

TEST_CASE("names that a password file cannot hold are refused") {
    for (const char* name : {"", "a:b", "a\nb", " a", "a ", "#a", "\xff"}) CHECK_FALSE(why_no_user_name(name).empty());
    for (const char* name : {"a", "a b", "a/b", "a#", "\xc3\xa9"}) CHECK(why_no_user_name(name).empty());
}
