// DTLS with certificates of both sides.

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "runtime/transport/start_error.hpp"
#include "tests/runtime/transport/certificates.hpp"
#include "tests/runtime/transport/dtls_world.hpp"

namespace trunkline::runtime {

namespace {

struct CertificateFixture : KeyFixture {
    CertificateFixture() {
        tls.certificate = files.write_certificate("server.pem", server);
        tls.key = files.write_key("server.key", server);
        tls.ca = files.write_certificate("ca.pem", ca);
        tls.client_certificate = TlsSettings::ClientCertificate::required;
        tls.user_name = TlsSettings::UserName::common_name;
        listen();
    }
    ~CertificateFixture() { clients.clear(); }  // before their contexts
    void listen() {
        DtlsLimits limits;
        limits.mtu = 600;
        peers = std::make_unique<DtlsPeers>(tls, limits, events);
    }
    /// Null: without a certificate.
    const DtlsClientContext& context_of(const test::Identity* who) {
        DtlsClientSettings client;
        client.ca = tls.ca;
        client.mtu = 600;
        if (who != nullptr) {
            client.certificate = files.write_certificate("client.pem", *who);
            client.key = files.write_key("client.key", *who);
        }
        return contexts.emplace_back(client);
    }
    TestClient& come(const Address& address, const DtlsClientContext& with, const std::vector<std::byte>& ticket = {}) {
        clients.erase(address);
        TestClient& client = clients.try_emplace(address, with, DtlsIdentity{}, ticket).first->second;
        run();
        return client;
    }

    test::PemFiles files;
    test::Identity ca = test::make_identity({"the plant", "", true});
    test::Identity server = test::make_identity({"gateway", "DNS:localhost", false}, &ca);
    test::Identity sensor = test::make_identity({"ps-117", "", false}, &ca);
    test::Identity other_sensor = test::make_identity({"ps-118", "", false}, &ca);
    test::Identity stranger = test::make_identity({"ps-117", "", false});
    TlsSettings tls;
    std::deque<DtlsClientContext> contexts;
};

}  // namespace

TEST_CASE_FIXTURE(
    CertificateFixture,
    "dtls: certificates of both sides, in datagrams that every network carries; the name is the certificate's") {
    const DtlsClientContext& context = context_of(&sensor);
    REQUIRE(come(home, context).dtls.status() == DtlsStatus::open);
    say(home, "hello");
    CHECK(events.records == std::vector<std::string>{"10.0.0.1:5000 ps-117 hello"});
    CHECK(largest_out + 40 + 8 <= 600);
    const std::vector<std::byte> ticket = clients.at(home).dtls.ticket();
    CHECK(come(elsewhere, context, ticket).dtls.is_resumed());
    say(elsewhere, "moved");
    CHECK(events.records.back() == "10.0.0.2:5001 ps-117 moved");
    CHECK(peers->size() == 1);
    clients.clear();
    CHECK(come(home, context, ticket).dtls.is_resumed());
    say(home, "back");
    CHECK(events.records.back() == "10.0.0.1:5000 ps-117 back");
}

TEST_CASE_FIXTURE(CertificateFixture, "dtls: a certificate that the CA has not signed does not come in, nor none") {
    SUBCASE("one that nobody has signed") { come(home, context_of(&stranger)); }
    SUBCASE("none") { come(home, context_of(nullptr)); }
    CHECK(clients.at(home).dtls.status() != DtlsStatus::open);
    CHECK(peers->size() == 0);
    REQUIRE(events.failures.size() == 1);
    CHECK(events.failures[0].starts_with("10.0.0.1:5000 "));
}

TEST_CASE_FIXTURE(
    CertificateFixture,
    "G9: whose certificate is revoked, or of a CA that is no longer ours, is there no longer; who has another stays") {
    tls.crl = files.write_crl("revoked.pem", ca, stranger);
    listen();
    come(home, context_of(&sensor));
    come(elsewhere, context_of(&other_sensor));
    REQUIRE(peers->size() == 2);
    REQUIRE(peers->reload());
    say(home, "nothing has changed");
    files.write_crl("revoked.pem", ca, sensor);
    REQUIRE(peers->reload());
    say(home, "still here?");
    say(elsewhere, "not I");
    CHECK(events.records ==
          std::vector<std::string>{"10.0.0.1:5000 ps-117 nothing has changed", "10.0.0.2:5001 ps-118 not I"});
    CHECK(events.expulsions == std::vector<std::string>{"10.0.0.1:5000 ps-117"});
    CHECK(clients.at(home).dtls.status() == DtlsStatus::ended);
    const test::Identity other_ca = test::make_identity({"another plant", "", true});
    files.write_certificate("ca.pem", other_ca);
    files.write_crl("revoked.pem", other_ca, sensor);
    REQUIRE(peers->reload());
    say(elsewhere, "nor I?");
    CHECK(events.records.size() == 2);
    CHECK(peers->size() == 0);
}

}  // namespace trunkline::runtime
