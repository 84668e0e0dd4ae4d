#include "runtime/transport/listener_url.hpp"

#include <doctest/doctest.h>

namespace trunkline::runtime {

namespace {

ListenerSettings parsed(std::string_view text) {
    auto listener = parse_listener(text);
    if (!listener) FAIL(listener.error());
    return *listener;
}

std::string error_of(std::string_view text) {
    const auto listener = parse_listener(text);
    REQUIRE(!listener);
    return listener.error();
}

const std::string tls = "mqtts://h:1?cert=c.pem&key=k.pem";

}  // namespace

TEST_CASE("listener url: pre-shared keys stand in place of certificates") {
    const ListenerSettings settings = *parse_listener("mqtts://h?psk_hint=plant&psk_file=/etc/keys&user=identity");
    CHECK(settings.tls->wants_psk());
    CHECK(settings.tls->psk_hint == "plant");
    CHECK(settings.tls->files() == std::vector<std::string>{"/etc/keys"});
    CHECK(settings.tls->user_name == TlsSettings::UserName::common_name);
}

TEST_CASE("listener url: what means something to its owner alone is passed on, and near misses are named") {
    constexpr std::string_view names[] = {"mount_point", "cert"};
    const auto settings = parse_listener("mqtt://h?mount_point=a%2Fb&proxy=true&cert=x", names);
    REQUIRE(settings);
    CHECK(settings->of_owner ==
          std::vector<std::pair<std::string, std::string>>{{"mount_point", "a/b"}, {"cert", "x"}});
    CHECK(settings->proxy);
    CHECK(parse_listener("mqtt://h?mount_pint=a", names).error() ==
          "mqtt://h?mount_pint=a: unknown option mount_pint; did you mean mount_point?");
    CHECK_FALSE(parse_listener("mqtt://h?mount_point=a"));
}

TEST_CASE("listener: schemes, ports and paths") {
    CHECK(parsed("mqtt://127.0.0.1:1884").url == Url{Scheme::mqtt, "127.0.0.1", 1884});
    CHECK(parsed("mqtt://[::1]/").url == Url{Scheme::mqtt, "::1", 1883});
    CHECK(parsed("mqtts://h?cert=c.pem").url == Url{Scheme::mqtts, "h", 8883});
    CHECK(parsed("ws://h").url == Url{Scheme::ws, "h", 80, "/mqtt"});
    CHECK(parsed("ws://h:8080/").url.path == "/mqtt");
    CHECK(parsed("ws://h:8080/a/b").url.path == "/a/b");
    CHECK(parsed("wss://h/x?cert=c.pem").url == Url{Scheme::wss, "h", 443, "/x"});
    CHECK(parsed("unix:///run/trunkline/mqtt.sock").url == Url{Scheme::unix_socket, "", 0, "/run/trunkline/mqtt.sock"});
    for (const char* text : {"mqtt://h:1", "ws://[::1]:3/mqtt", "unix:///run/s"})
        CHECK(to_string(parsed(text).url) == text);
    for (const char* text : {"mqtts://[::1]:2", "wss://h:4/x"})
        CHECK(to_string(parsed(text + std::string("?cert=c")).url) == text);
}

TEST_CASE("listener: a scheme brings its layers along") {
    CHECK(!parsed("mqtt://h").has_layers());
    CHECK(!parsed("unix:///s").has_layers());
    CHECK((parsed("ws://h/x").websocket->path == "/x" && !parsed("ws://h").tls));
    CHECK((parsed(tls).tls && !parsed(tls).websocket));
    CHECK((parsed("wss://h?cert=c").tls && parsed("wss://h?cert=c").websocket));
    CHECK(parsed("mqtt://h?proxy=true").proxy);
    CHECK(!parsed("mqtt://h?proxy=false").proxy);
}

TEST_CASE("listener: options of TLS") {
    const TlsSettings settings = *parsed(tls +
                                         "&ca=ca.pem&crl=r.pem&client_cert=optional&user=san&min_version=1.3"
                                         "&ciphers=A:B&cipher_suites=C")
                                      .tls;
    CHECK(settings.certificate == "c.pem");
    CHECK(settings.key == "k.pem");
    CHECK(settings.ca == "ca.pem");
    CHECK(settings.crl == "r.pem");
    CHECK(settings.client_certificate == TlsSettings::ClientCertificate::optional);
    CHECK(settings.user_name == TlsSettings::UserName::alternative_name);
    CHECK(settings.least_version == TlsSettings::Version::v1_3);
    CHECK(settings.ciphers == "A:B");
    CHECK(settings.cipher_suites == "C");
    CHECK(parsed("mqtts://h?cert=both.pem").tls->key == "both.pem");
    CHECK(parsed(tls).tls->client_certificate == TlsSettings::ClientCertificate::none);
    CHECK(parsed(tls + "&ca=x").tls->client_certificate == TlsSettings::ClientCertificate::required);
    CHECK(parsed(tls + "&ca=x&user=cn").tls->user_name == TlsSettings::UserName::common_name);
}

TEST_CASE("listener: options of WebSockets and of every listener") {
    const ListenerSettings settings =
        parsed("ws://h?origins=https://a.example,http://b:1&max_frame=128&handshake_timeout=3&handshake_limit=7");
    CHECK(settings.websocket->origins == std::vector<std::string>{"https://a.example", "http://b:1"});
    CHECK(settings.websocket->frame_limit == 128);
    CHECK(settings.handshake_timeout == std::chrono::seconds(3));
    CHECK(settings.handshake_limit == 7);
}

TEST_CASE("listener: values are percent-decoded") {
    CHECK(parsed("mqtts://h?cert=/a%20b/%26%3d%25.pem").tls->certificate == "/a b/&=%.pem");
    for (const char* wrong : {"%", "%2", "%zz", "%00", "%-1"})
        CHECK(error_of("mqtts://h?cert=" + std::string(wrong)).find("two hexadecimal digits") != std::string::npos);
}

TEST_CASE("listener: what is wrong is said with a remedy") {
    const auto says = [](const std::string& text, const char* what) {
        CAPTURE(text);
        const std::string error = error_of(text);
        CAPTURE(error);
        CHECK(error.find(what) != std::string::npos);
        CHECK(error.starts_with(text + ": "));
    };
    for (const char* text : {"", "127.0.0.1:1883", "http://h:1", "udp://h:1", "dtls://h"})
        says(text, "mqtt://HOST:PORT is wanted, or mqtts://");
    says("mqtts://h", "a certificate is missing: add ?cert=FILE&key=FILE");
    says("mqtt://h?cert=c.pem", "cert means something to mqtts and wss only");
    says("mqtts://h?cert=c&origins=x", "origins means something to ws and wss only");
    says(tls + "&crt=x", "unknown option crt; did you mean cert?");
    says(tls + "&zebra=x", "unknown option zebra; see");
    says(tls + "&key=x", "key is given twice");
    says(tls + "&ca", "NAME=VALUE is wanted, got \"ca\"");
    says(tls + "&ca=", "ca: a value is wanted");
    says(tls + "&min_version=1.1", "min_version: 1.2 or 1.3 is wanted, got \"1.1\"");
    says(tls + "&client_cert=maybe", "client_cert: none, optional or required is wanted");
    says(tls + "&client_cert=required", "client_cert wants to know whom to believe: add ca=FILE");
    says(tls + "&user=cn", "user wants clients' certificates: add ca=FILE");
    says(tls + "&crl=r", "crl wants clients' certificates: add ca=FILE");
    says(tls + "&ca=x&client_cert=none", "ca means nothing with client_cert=none");
    says("mqtts://h?psk_hint=x&cert=c", "psk_hint and psk_file stand in place of cert, key, ca and crl");
    says("mqtts://h?psk_file=keys&ca=x", "psk_hint and psk_file stand in place of cert, key, ca and crl");
    says("mqtts://h?psk_hint=x&client_cert=required", "client_cert wants certificates, not keys");
    says("mqtts://h?psk_hint=", "psk_hint: a text of up to 128 octets is wanted");
    says("mqtt://h?psk_hint=x", "psk_hint means something to mqtts and wss only");
    says("mqtt://h?proxy=v2", "proxy: true or false is wanted");
    says("ws://h?max_frame=127", "max_frame: a number of octets from 128");
    says("mqtt://h?handshake_timeout=0", "handshake_timeout: a number of seconds from 1 to 3600");
    says("mqtt://h?handshake_limit=0", "handshake_limit: a number from 1 to 1000000");
    says("mqtt://h/topic", "a path means nothing here");
    says("mqtt://h#x", "a fragment means nothing here");
    says("unix://run/s", "unix:///PATH is wanted");
    says("unix:///", "unix:///PATH is wanted");
    says("ws://h:70000", "a port from 0 to 65535");
    CHECK(error_of("mqtts://user:secret@h:1").find("secret") == std::string::npos);
}

}  // namespace trunkline::runtime
