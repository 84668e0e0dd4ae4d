// Pre-shared keys, against OpenSSL's own client.

#include "runtime/transport/tls_psk.hpp"

#include <fstream>
#include <memory>
#include <string>

#include <doctest/doctest.h>

#include "runtime/transport/start_error.hpp"
#include "tests/runtime/transport/tls_client.hpp"
#include "tests/support/temporary_folder.hpp"

namespace trunkline::runtime {

namespace {

using Status = StreamLayer::Status;
using test::TestClientSettings;

const std::string key = "0123456789abcdef";
constexpr int versions[] = {TLS1_2_VERSION, TLS1_3_VERSION};

struct PskFixture {
    PskFixture() { write("ps-117:" + in_hexadecimal(key) + "\n"); }
    static std::string in_hexadecimal(const std::string& octets) {
        std::string digits;
        for (const char octet : octets) {
            digits += "0123456789abcdef"[static_cast<unsigned char>(octet) >> 4U];
            digits += "0123456789abcdef"[static_cast<unsigned char>(octet) & 15U];
        }
        return digits;
    }
    void write(const std::string& text) const { std::ofstream(folder.file("keys")) << text; }
    TlsSettings settings() const {
        TlsSettings tls;
        tls.psk_file = folder.file("keys");
        tls.psk_hint = "plant";
        tls.user_name = TlsSettings::UserName::common_name;
        return tls;
    }
    TestClientSettings client(int version, std::string identity = "ps-117", std::string psk = key) const {
        TestClientSettings client;
        client.most_version = version;
        client.psk_identity = std::move(identity);
        client.psk = std::move(psk);
        return client;
    }
    test::TemporaryFolder folder;
};

/// A layer and a client that have said to each other what they have to say.
struct PskPair {
    PskPair(const TlsContext& context, const TestClientSettings& settings)
        : layer(context.make_layer()), client(settings) {
        give(client.exchange(""));
    }
    void give(std::string octets) {
        while (!octets.empty()) {
            OutputBytes down;
            layer->received(as_byte_view(octets), up, down);
            octets = client.exchange(as_text(down.view()));
        }
    }
    StreamOrigin origin() const {
        StreamOrigin described;
        layer->describe(described);
        return described;
    }
    std::unique_ptr<StreamLayer> layer;
    test::TlsClient client;
    OutputBytes up;
};

}  // namespace

TEST_CASE_FIXTURE(PskFixture, "tls: who has the key comes in, in both versions, and its identity is its user name") {
    const TlsContext context(settings());
    for (const int version : versions) {
        PskPair pair(context, client(version));
        REQUIRE(pair.layer->status() == Status::open);
        CHECK(pair.client.is_open());
        pair.give(pair.client.send("hello"));
        CHECK(as_text(pair.up.view()) == "hello");
        CHECK(pair.origin().user == "ps-117");
        CHECK(pair.origin().security.starts_with(version == TLS1_3_VERSION ? "TLSv1.3" : "TLSv1.2"));
        CHECK(pair.client.psk_hint() == (version == TLS1_2_VERSION ? "plant" : ""));
    }
}

TEST_CASE_FIXTURE(PskFixture, "tls: an identity is no user name unless the listener says so") {
    TlsSettings nameless = settings();
    nameless.user_name = TlsSettings::UserName::none;
    const TlsContext context(nameless);
    PskPair pair(context, client(TLS1_3_VERSION));
    CHECK(pair.layer->status() == Status::open);
    CHECK(pair.origin().user.empty());
}

TEST_CASE_FIXTURE(PskFixture, "tls: another key, another identity and a client without a key do not come in") {
    const TlsContext context(settings());
    for (const int version : versions) {
        CHECK(PskPair(context, client(version, "ps-117", "0123456789abcdeF")).layer->status() == Status::failed);
        CHECK(PskPair(context, client(version, "ps-118")).layer->status() == Status::failed);
        CHECK(PskPair(context, client(version, "")).layer->status() == Status::failed);
    }
}

TEST_CASE_FIXTURE(PskFixture,
                  "tls: keys that are read again are those of streams that come; a bad file keeps the old ones") {
    TlsContext context(settings());
    for (const int version : versions) {
        const PskPair early(context, client(version));
        write("ps-117:xyz\n");
        CHECK(context.reload().error() == "psk_file " + folder.file("keys") +
                                              ":1: a key of 1 to 256 octets is wanted, two hexadecimal digits each, "
                                              "without 0x");
        CHECK(PskPair(context, client(version)).layer->status() == Status::open);
        write("ps-118:" + in_hexadecimal(key) + "\n");
        REQUIRE(context.reload());
        CHECK(PskPair(context, client(version)).layer->status() == Status::failed);
        CHECK(PskPair(context, client(version, "ps-118")).layer->status() == Status::open);
        CHECK(early.origin().user == "ps-117");
        write("ps-117:" + in_hexadecimal(key) + "\n");
        REQUIRE(context.reload());
    }
}

TEST_CASE("tls: a hint without keys, and keys that are not there, keep a listener from starting") {
    TlsSettings tls;
    tls.psk_hint = "plant";
    CHECK_THROWS_WITH_AS(TlsContext{tls}, "psk_hint wants keys: add psk_file=FILE", StartError);
    tls.psk_file = "/no/where";
    CHECK_THROWS_WITH_AS(TlsContext{tls}, "psk_file /no/where: No such file or directory", StartError);
}

}  // namespace trunkline::runtime
