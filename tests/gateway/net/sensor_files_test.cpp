#include "gateway/net/sensor_files.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <string>

#include "protocol/mqttsn/codec.hpp"
#include "runtime/time/real_clock.hpp"
#include "runtime/transport/start_error.hpp"
#include "tests/support/temporary_folder.hpp"

namespace trunkline::gateway {

namespace {

using namespace std::chrono_literals;

struct FilesFixture {
    FilesFixture() {
        write("allowed", "ps-*\n");
        write("acl", "pattern readwrite station/%c/#\n");
        write("ids", "*,a,7\nps-1,b,8\n");
        settings.allow_list = folder.file("allowed");
        settings.acl_file = folder.file("acl");
        settings.predefined_file = folder.file("ids");
        settings.predefined = {{mqttsn::TopicId{9}, "c", ""}};
    }
    void write(const std::string& name, std::string_view text) { std::ofstream(folder.file(name)) << text; }
    /// What the gateway says to this one's CONNECT: nothing while it asks the broker.
    std::string answer_to(std::string_view client_id) {
        core.received(Address::v4(10, 0, 0, 1, ++port),
                      mqttsn::encode(mqttsn::Connect{.clean_session = true, .client_id = client_id}), clock.now());
        DatagramBatch batch;
        core.take_datagrams(batch);
        return batch.empty() ? "" : std::string(as_text(batch.datagram(batch.size() - 1)));
    }

    test::TemporaryFolder folder;
    SensorFileSettings settings;
    std::uint16_t port = 0;
    runtime::RealClock clock;
    runtime::EventLoop loop;
    runtime::Log log{runtime::LogLevel::error};
    Gateway core{Settings{}};
};

const std::string refused("\x03\x05\x03", 3);

}  // namespace

TEST_CASE_FIXTURE(FilesFixture, "sensor files: list, rules and topics are read, those of the settings beside them") {
    const auto content = read_sensor_files(settings);
    REQUIRE(content);
    CHECK(content->rules->lets_in("ps-1"));
    CHECK_FALSE(content->rules->lets_in("other"));
    CHECK(content->rules->may_publish("ps-1", "station/ps-1/p"));
    CHECK_FALSE(content->rules->may_publish("ps-1", "station/ps-2/p"));
    CHECK(content->predefined.size() == 3);
    const auto nothing = read_sensor_files({});
    REQUIRE(nothing);
    CHECK(nothing->rules->lets_in("anybody"));
    CHECK(nothing->rules->may_publish("", "any"));
}

TEST_CASE_FIXTURE(FilesFixture, "sensor files: what is wrong is told with its file and line") {
    write("acl", "topic read a\ntopic raed b\n");
    CHECK(read_sensor_files(settings).error().starts_with(folder.file("acl") + ":2: "));
    write("acl", "");
    write("ids", "*,a\n");
    CHECK(read_sensor_files(settings).error().starts_with(folder.file("ids") + ":1: "));
    write("ids", "*,a,9\n");
    CHECK(read_sensor_files(settings).error() ==
          folder.file("ids") + ": the id of a is given in the settings, too; keep one of them");
    settings.allow_list = folder.file("none");
    CHECK(read_sensor_files(settings).error() == "cannot read " + folder.file("none") + ": No such file or directory");
    CHECK_THROWS_AS(SensorFiles(
                        loop, settings, [&] { return settings; }, core, log),
                    runtime::StartError);
}

TEST_CASE_FIXTURE(FilesFixture, "sensor files: a change is noticed and taken; a bad one keeps what was") {
    SensorFiles files(
        loop, settings, [&] { return settings; }, core, log);
    CHECK(answer_to("valve-1") == refused);
    write("allowed", "valve-*\n");
    const Instant give_up = clock.now() + 20s;
    while (answer_to("valve-1") == refused) {
        REQUIRE(clock.now() < give_up);
        loop.run_round(clock.now() + 100ms);
        files.reload_changed();
    }
    write("allowed", "other\n");
    write("acl", "nonsense\n");
    files.reload();
    CHECK(answer_to("valve-2") != refused);
    write("acl", "");
    files.reload();
    CHECK(answer_to("valve-3") == refused);
}

TEST_CASE_FIXTURE(FilesFixture,
                  "sensor files: the settings are asked again, and what they cannot mean changes nothing") {
    settings.config = folder.file("gateway.json");
    write("gateway.json", "{}");
    bool is_bad = true;
    SensorFiles files(
        loop, settings,
        [&]() -> Result<SensorFileSettings, std::string> {
            if (is_bad) return Failure{std::string("gateway.json:1: bad")};
            SensorFileSettings changed = settings;
            changed.allow_list.reset();
            return changed;
        },
        core, log);
    files.reload();
    CHECK(answer_to("other") == refused);
    is_bad = false;
    files.reload();
    CHECK(answer_to("other").empty());
}

}  // namespace trunkline::gateway
