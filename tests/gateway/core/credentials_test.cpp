// User names and passwords of connections to the broker.

#include "gateway/core/credentials.hpp"

#include <doctest/doctest.h>

#include <string>

#include "tests/gateway/core/scene.hpp"

namespace trunkline::gateway {

namespace {

CredentialFile parsed(std::string_view text) {
    Result<CredentialFile, FileError> file = CredentialFile::parse(text);
    REQUIRE(file);
    return *std::move(file);
}

/// What CONNECT of a new sensor says.
std::string connect_of(Scene& scene, const Address& from, std::string_view client_id) {
    scene.send(from, mqttsn::Connect{.clean_session = true, .duration_seconds = 60, .client_id = client_id});
    const UpstreamId id = scene.asked_one();
    scene.open(id);
    return scene.got(id);
}

}  // namespace

TEST_CASE("credentials: a file has a line for each client, with colons of names escaped and passwords as they are") {
    const CredentialFile file = parsed("# sensors\nps-117:field:s3cret\n\nps\\:118:do\\\\main:a:b\\c\nps-119:field:\n");
    CHECK(file.size() == 3);
    REQUIRE(file.find("ps-117") != nullptr);
    CHECK(*file.find("ps-117") == Credentials{"field", "s3cret"});
    REQUIRE(file.find("ps:118") != nullptr);
    CHECK(*file.find("ps:118") == Credentials{"do\\main", "a:b\\c"});
    CHECK(*file.find("ps-119") == Credentials{"field", ""});
    CHECK(file.find("ps") == nullptr);
}

TEST_CASE("credentials: an error names its line, and never says what the password is") {
    const auto error = [](std::string_view text) {
        const auto file = CredentialFile::parse(text);
        REQUIRE(!file);
        CHECK(file.error().reason.find("s3cret") == std::string::npos);
        return std::to_string(file.error().line) + ": " + file.error().reason;
    };
    CHECK(error("ps-117:s3cret") == "1: CLIENTID:USER:PASSWORD is wanted");
    CHECK(error("# one\nps-117") == "2: CLIENTID:USER:PASSWORD is wanted");
    CHECK(error(":field:s3cret") == "1: the ClientId is no MQTT string");
    CHECK(error("ps-117::s3cret") == "1: the user name is no MQTT string");
    CHECK(error("ps-\xff:field:s3cret") == "1: the ClientId is no MQTT string");
    CHECK(error("a:b:c\na:b:s3cret") == "2: ClientId a stands in an earlier line already; keep one of them");
}

TEST_CASE("credentials: a client's own stand before those of all, in which %c is the ClientId") {
    const CredentialBook book({"gw/%c/%c", "all"}, parsed("ps-117:field:own"));
    CHECK(book.of("ps-117") == Credentials{"field", "own"});
    CHECK(book.of("ps-118") == Credentials{"gw/ps-118/ps-118", "all"});
    CHECK(book.of("%c") == Credentials{"gw/%c/%c", "all"});
    CHECK(CredentialBook().of("ps-117") == Credentials{});
    CHECK(CredentialBook({}, parsed("ps-117:field:own")).of("ps-118") == Credentials{});
}

TEST_CASE("credentials: each sensor's connection has its own, a change counts for the next one") {
    Scene scene;
    scene.gateway.change_credentials(CredentialBook({"all", "old"}, parsed("s2:two:own")));
    CHECK(connect_of(scene, sensor_a, "s1") == "CONNECT s1 clean=0 expiry=60 user=all password=old");
    CHECK(connect_of(scene, sensor_b, "s2") == "CONNECT s2 clean=0 expiry=60 user=two password=own");
    scene.gateway.change_credentials(CredentialBook({"all", "new"}, {}));
    CHECK(connect_of(scene, sensor_c, "s3") == "CONNECT s3 clean=0 expiry=60 user=all password=new");
}

TEST_CASE("credentials: the connection for QoS -1 has those of its own ClientId") {
    Settings settings;
    settings.predefined_topics = {{mqttsn::TopicId{7}, "p"}};
    settings.own_client_id = "gw-7";
    Scene scene(settings);
    scene.gateway.change_credentials(CredentialBook({"%c", std::nullopt}, {}));
    scene.send(sensor_a, mqttsn::Publish{.qos = mqttsn::QoS::minus_one,
                                         .topic_id_type = mqttsn::TopicIdType::predefined,
                                         .topic_id = mqttsn::TopicId{7},
                                         .data = {}});
    const UpstreamId id = scene.asked_one();
    scene.open(id);
    CHECK(scene.got(id) == "CONNECT gw-7 clean=1 expiry=0 user=gw-7");
}

TEST_CASE(
    "MQTT-SN 1.2 §5.4.5: a user name or password that the broker refuses is \"not supported\", and told to the log") {
    Scene scene;
    scene.gateway.change_credentials(CredentialBook({"all", "wrong"}, {}));
    scene.send(sensor_a, mqttsn::Connect{.duration_seconds = 60, .client_id = "s1"});
    const UpstreamId id = scene.asked_one();
    scene.open(id);
    scene.answer(id, mqtt::ConnAck{.reason = mqtt::ReasonCode::bad_user_name_or_password});
    CHECK(scene.heard(sensor_a) == "CONNACK code=3");
    CHECK(scene.facts() == "refused s1 code=3 reason=134");
}

}  // namespace trunkline::gateway
