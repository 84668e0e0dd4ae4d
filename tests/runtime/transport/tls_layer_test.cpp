// One TLS stream without a socket, against OpenSSL's own client.

#include <doctest/doctest.h>
#include <malloc.h>

#include <vector>

#include "runtime/transport/tls_context.hpp"
#include "tests/runtime/transport/tls_client.hpp"

namespace trunkline::runtime {

namespace {

using namespace std::string_view_literals;
using ClientCertificate = TlsSettings::ClientCertificate;
using Status = StreamLayer::Status;
using UserName = TlsSettings::UserName;

/// A layer and a client whose octets are carried over in pieces.
struct TlsPair {
    TlsPair(const TlsContext& context, const test::TestClientSettings& settings, std::size_t piece_ = 100'000)
        : layer(context.make_layer()), client(settings), piece(piece_) {
        give(client.exchange(""));
    }
    /// To the server, and back and forth until both are silent.
    void give(std::string octets) {
        while (!octets.empty()) {
            OutputBytes down;
            for (std::size_t at = 0; at < octets.size(); at += piece) {
                layer->received(as_byte_view(std::string_view(octets).substr(at, piece)), up, down);
            }
            octets = client.exchange(as_text(down.view()));
        }
    }
    std::string_view text() const { return as_text(up.view()); }
    StreamOrigin origin() const {
        StreamOrigin described;
        layer->describe(described);
        return described;
    }

    std::unique_ptr<StreamLayer> layer;
    test::TlsClient client;
    std::size_t piece;
    OutputBytes up;
};

struct TlsFixture {
    TlsSettings settings() const {
        TlsSettings tls;
        tls.certificate = files.write_certificate("server.pem", server);
        tls.key = files.write_key("server.key", server);
        return tls;
    }
    TlsSettings settings(ClientCertificate wanted, UserName user_name = UserName::common_name) const {
        TlsSettings tls = settings();
        tls.ca = files.write_certificate("ca.pem", ca);
        tls.client_certificate = wanted;
        tls.user_name = user_name;
        return tls;
    }

    test::PemFiles files;
    test::Identity ca = test::make_identity({"Pipeline CA", "", true});
    test::Identity server = test::make_identity({"broker", "DNS:localhost"}, &ca);
};

}  // namespace

TEST_CASE_FIXTURE(TlsFixture, "tls: octets go both ways, in pieces of any size") {
    const TlsContext context(settings());
    for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, std::size_t{1000}, std::size_t{100'000}}) {
        TlsPair pair(context, {.ca = &ca}, piece);
        REQUIRE(pair.layer->status() == Status::open);
        REQUIRE(pair.client.is_open());
        const std::string much(50'000, 'm');
        pair.give(pair.client.send("hello"));
        pair.give(pair.client.send(much));
        CHECK((pair.text() == "hello" + much));
        OutputBytes down;
        pair.layer->send(as_byte_view(much), down);
        pair.client.exchange(as_text(down.view()));
        CHECK((pair.client.text() == much));
        CHECK(pair.origin().security.starts_with("TLSv1.3 "));
        CHECK(pair.origin().user.empty());
    }
}

TEST_CASE_FIXTURE(TlsFixture, "tls: both sides say when they end") {
    const TlsContext context(settings());
    TlsPair of_client(context, {});
    std::string last = of_client.client.send("last words");
    of_client.give(last += of_client.client.close());
    CHECK(of_client.text() == "last words");
    CHECK(of_client.layer->status() == Status::ended);
    TlsPair of_server(context, {});
    OutputBytes down;
    of_server.layer->close(down);
    of_server.client.exchange(as_text(down.view()));
    CHECK(of_server.client.server_has_closed());
}

TEST_CASE_FIXTURE(TlsFixture, "tls: versions below the least are refused, the least and those above are not") {
    struct Row {
        TlsSettings::Version least;
        int most_of_client;
        bool is_good;
    };
    using Version = TlsSettings::Version;
    for (const Row& row : {Row{Version::v1_2, TLS1_1_VERSION, false}, Row{Version::v1_2, TLS1_2_VERSION, true},
                           Row{Version::v1_2, TLS1_3_VERSION, true}, Row{Version::v1_3, TLS1_2_VERSION, false},
                           Row{Version::v1_3, TLS1_3_VERSION, true}}) {
        TlsSettings tls = settings();
        tls.least_version = row.least;
        const TlsContext context(tls);
        TlsPair pair(context, {.most_version = row.most_of_client});
        CHECK((pair.layer->status() == Status::open) == row.is_good);
        CHECK(pair.client.is_open() == row.is_good);
        if (!row.is_good) {
            CHECK(pair.layer->failure() == "unsupported protocol");
            CHECK(!pair.client.failure().empty());  // an alert has come
        }
    }
}

TEST_CASE_FIXTURE(TlsFixture, "tls: what is no TLS fails, at once or in the middle") {
    const TlsContext context(settings());
    for (const std::string_view garbage :
         {"GET / HTTP/1.1\r\n\r\n"sv, "\x10\x0c\x00\x04MQTT\x04\x02"sv, "\xff\xff\xff\xff\xff\xff"sv}) {
        TlsPair pair(context, {});
        const auto fresh = context.make_layer();
        OutputBytes up;
        OutputBytes down;
        fresh->received(as_byte_view(garbage), up, down);
        CHECK(fresh->status() == Status::failed);
        CHECK(!fresh->failure().empty());
        pair.give(std::string("\x17\x03\x03\x00\x20", 5) + std::string(32, 'g'));
        CHECK(pair.layer->status() == Status::failed);
        CHECK(up.empty());
    }
}

TEST_CASE_FIXTURE(TlsFixture, "tls: clients' certificates: good, none, of another CA, revoked") {
    const test::Identity good = test::make_identity({"ps-117", ""}, &ca);
    const test::Identity revoked = test::make_identity({"ps-118", ""}, &ca);
    const test::Identity other_ca = test::make_identity({"Other CA", "", true});
    const test::Identity stranger = test::make_identity({"ps-117", ""}, &other_ca);
    TlsSettings required = settings(ClientCertificate::required);
    required.crl = files.write_crl("crl.pem", ca, revoked);
    TlsSettings optional = required;
    optional.client_certificate = ClientCertificate::optional;
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        const auto failure_of = [&](const TlsSettings& tls, const test::Identity* identity) {
            const TlsContext context(tls);
            TlsPair pair(context, {.ca = &ca, .identity = identity, .most_version = version});
            CHECK((pair.layer->status() == Status::failed) == !pair.layer->failure().empty());
            if (pair.layer->status() == Status::open) CHECK(pair.origin().user == (identity ? "ps-117" : ""));
            return std::string(pair.layer->failure());
        };
        CHECK(failure_of(required, &good).empty());
        CHECK(failure_of(required, nullptr) == "peer did not return a certificate");
        CHECK(failure_of(required, &stranger) == "unable to get local issuer certificate");
        CHECK(failure_of(required, &revoked) == "certificate revoked");
        CHECK(failure_of(optional, &good).empty());
        CHECK(failure_of(optional, nullptr).empty());
        CHECK(failure_of(optional, &stranger) == "unable to get local issuer certificate");
    }
}

TEST_CASE_FIXTURE(TlsFixture, "tls: what of a certificate is the user name") {
    const auto user = [&](const test::Subject& subject, UserName wanted) {
        const TlsContext context(settings(ClientCertificate::required, wanted));
        const test::Identity identity = test::make_identity(subject, &ca);
        TlsPair pair(context, {.identity = &identity});
        return pair.layer->status() == Status::open ? pair.origin().user : "failed";
    };
    CHECK(user({"ps-117", "DNS:ps-117.example"}, UserName::common_name) == "ps-117");
    CHECK(user({"Übergabestation", ""}, UserName::common_name) == "Übergabestation");
    CHECK(user({"ps-117", "DNS:ps-117.example"}, UserName::alternative_name) == "ps-117.example");
    CHECK(user({"ps-117", "IP:127.0.0.1,URI:urn:ps-117"}, UserName::alternative_name) == "urn:ps-117");
    CHECK(user({"ps-117", "email:ps-117@pipeline.example"}, UserName::alternative_name) == "ps-117@pipeline.example");
    CHECK(user({"ps-117", ""}, UserName::subject) == "CN=ps-117,O=Pipeline");
    CHECK(user({"ps-117", ""}, UserName::none).empty());
    CHECK(user({"", "DNS:ps-117.example"}, UserName::common_name) == "failed");
    CHECK(user({"ps-117", ""}, UserName::alternative_name) == "failed");
    CHECK(user({"ps-117", "IP:127.0.0.1"}, UserName::alternative_name) == "failed");
}

TEST_CASE_FIXTURE(TlsFixture, "tls: an idle stream holds no buffers") {
    const TlsContext context(settings());
    const auto idle_stream = [&context] {
        auto pair = std::make_unique<TlsPair>(context, test::TestClientSettings{});
        REQUIRE(pair->layer->status() == Status::open);
        pair->give(pair->client.send("CONNECT"));
        OutputBytes down;
        pair->layer->send(as_byte_view("CONNACK"), down);
        return std::move(pair->layer);
    };
    constexpr std::size_t count = 200;
    std::vector<std::unique_ptr<StreamLayer>> streams;
    streams.reserve(count);
    streams.push_back(idle_stream());  // what the library keeps for all of them
    const std::size_t before = ::mallinfo2().uordblks;
    while (streams.size() < count) streams.push_back(idle_stream());
    const std::size_t each = (::mallinfo2().uordblks - before) / (count - 1);
    if (each != 0) MESSAGE("octets per idle TLS stream: " << each);  // sanitizers' allocators count nothing
    CHECK(each < 16 * 1024);                                         // less than one buffer for a record
}

}  // namespace trunkline::runtime
