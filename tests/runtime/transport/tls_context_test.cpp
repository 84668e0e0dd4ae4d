#include "runtime/transport/tls_context.hpp"

#include <doctest/doctest.h>
#include <openssl/pem.h>

#include <cstdio>

#include "runtime/transport/start_error.hpp"
#include "tests/runtime/transport/certificates.hpp"

namespace trunkline::runtime {

namespace {

struct ContextFixture {
    ContextFixture() {
        settings.certificate = files.write_certificate("server.pem", server);
        settings.key = files.write_key("server.key", server);
    }
    std::string error() const {
        try {
            const TlsContext context(settings);
        } catch (const StartError& error) {
            return error.what();
        }
        return "none";
    }

    test::PemFiles files;
    test::Identity server = test::make_identity({"broker", "DNS:localhost"});
    test::Identity other = test::make_identity({"other", ""});
    TlsSettings settings;
};

}  // namespace

TEST_CASE_FIXTURE(ContextFixture, "tls files: an error names the file and what is wrong with it") {
    CHECK(error() == "none");
    SUBCASE("no certificate") {
        settings.certificate = files.path("nowhere.pem");
        CHECK(error() == "certificate " + files.path("nowhere.pem") + ": No such file or directory");
    }
    SUBCASE("no key") {
        settings.key = files.path("nowhere.key");
        CHECK(error() == "key " + files.path("nowhere.key") + ": No such file or directory");
    }
    SUBCASE("a certificate that is none") {
        settings.certificate = files.write_text("text.pem", "hello\n");
        CHECK(error() ==
              "certificate " + settings.certificate + ": no certificate in PEM that can be used (no start line)");
    }
    SUBCASE("a key of somebody else") {
        settings.key = files.write_key("other.key", other);
        CHECK(error() == "key " + settings.key + ": does not belong to certificate " + settings.certificate);
    }
    SUBCASE("a key with a passphrase, which nobody is asked for") {
        settings.key = files.write_key("locked.key", server, "secret");
        CHECK(error().starts_with("key " + settings.key + ": no private key in PEM without a passphrase ("));
    }
    SUBCASE("a CA that is none") {
        settings.ca = files.write_text("ca.pem", "hello\n");
        CHECK(error().starts_with("ca " + settings.ca + ": no certificates in PEM ("));
    }
    SUBCASE("a list of revoked certificates that is none") {
        settings.ca = settings.certificate;
        settings.crl = settings.certificate;
        CHECK(error().starts_with("crl " + settings.crl + ": no list of revoked certificates in PEM ("));
    }
    SUBCASE("ciphers that nobody knows") {
        settings.ciphers = "ROT13";
        CHECK(error() == "ciphers ROT13: no cipher match");
    }
    SUBCASE("cipher suites that nobody knows") {
        settings.cipher_suites = "TLS_ROT13";
        CHECK(error().starts_with("cipher_suites TLS_ROT13: "));
    }
}

TEST_CASE_FIXTURE(ContextFixture, "tls files: certificate and key may stand in one file") {
    settings.certificate = settings.key = files.write_key("both.pem", server);
    std::FILE* file = std::fopen(settings.key.c_str(), "a");
    REQUIRE(file != nullptr);
    REQUIRE(::PEM_write_X509(file, server.certificate.get()) == 1);
    std::fclose(file);
    CHECK(error() == "none");
}

}  // namespace trunkline::runtime
