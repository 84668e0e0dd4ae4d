// A gateway whose process ends at any change of its disk: what its sensor was told holds, and no will is published that
// nobody died for.

#include <doctest/doctest.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gateway/store/sqlite_store.hpp"
#include "runtime/store/disk_vfs.hpp"
#include "runtime/store/virtual_disk.hpp"
#include "tests/gateway/core/scene.hpp"

using namespace trunkline;
using namespace trunkline::gateway;
using namespace std::chrono_literals;

namespace {

Settings durable() {
    Settings settings;
    settings.is_durable = true;
    return settings;
}

/// One process of the gateway, a broker that agrees to everything, and a disk that may stop.
class Process {
public:
    Process(runtime::VirtualDisk& disk, WallTime wall) : disk_(disk), vfs_(disk), scene_(durable()) {
        auto opened = SqliteStore::open("gateway.sqlite", runtime::Sync::full, vfs_.name());
        if (!opened) return;
        store_ = *std::move(opened);
        scene_.gateway.start(scene_.now, wall);
        struct Restoring : Store::Visitor {
            explicit Restoring(Scene& into) : scene(into) {}
            void record(StoreRecord record) override { scene.gateway.restore(record, scene.now); }
            Scene& scene;
        };
        Restoring restoring(scene_);
        is_whole_ = store_->load(restoring).has_value() && store_->verify().empty();
    }
    bool is_running() const { return store_ != nullptr && !disk_.is_stopped(); }
    bool is_whole() const { return is_whole_; }

    /// What the sensor hears afterwards.
    std::string say(const mqttsn::Message& message) {
        if (!is_running()) return {};
        scene_.send(sensor_a, message);
        return settle();
    }
    std::string wait(Duration duration) {
        const Instant until = scene_.now + duration;
        while (is_running() && scene_.now < until) {
            const auto next = scene_.gateway.next_deadline();
            scene_.pass(next && *next < until ? std::max(*next - scene_.now, Duration::zero()) : until - scene_.now);
            heard_ += settle();
        }
        return std::exchange(heard_, {});
    }
    /// The broker goes away, and does not come back in this process's life.
    void cut_broker() {
        is_cut_ = true;
        for (const UpstreamId id : std::exchange(connections_, {})) scene_.close(id);
    }
    /// What the broker got since the last call.
    std::string got() { return std::exchange(got_, {}); }
    std::size_t sensors() const { return scene_.gateway.sensor_count(); }

private:
    /// What leaves before the disk has written counts as heard, also when it never will have.
    std::string settle() {
        std::string answers;
        for (bool moved = true; moved && is_running();) {
            moved = serve_broker();
            answers += scene_.heard(sensor_a);
            const auto batch = scene_.gateway.take_batch();
            if (!batch) continue;
            moved = true;
            if (store_->apply(*batch) && !disk_.is_stopped()) scene_.gateway.stored(batch->ticket, scene_.now);
        }
        return answers;
    }
    bool serve_broker() {
        const std::vector<UpstreamId> asked = scene_.asked();
        for (const UpstreamId id : asked) {
            if (is_cut_) {
                scene_.close(id);
                continue;
            }
            connections_.push_back(id);
            scene_.open(id);
            scene_.accept(id);
        }
        bool moved = !asked.empty();
        for (const UpstreamId id : connections_) {
            const std::string packets = scene_.got(id);
            got_ += packets.empty() ? "" : packets + "; ";
            moved = moved || !packets.empty();
            if (const auto at = packets.find("SUBSCRIBE packet="); at != std::string::npos) {
                const auto packet_id = static_cast<std::uint16_t>(std::stoul(packets.substr(at + 17)));
                scene_.suback(id, packet_id, mqtt::ReasonCode::granted_qos_1);
            }
        }
        return moved;
    }

    runtime::VirtualDisk& disk_;
    runtime::DiskVfs vfs_;
    std::unique_ptr<SqliteStore> store_;
    Scene scene_;
    std::vector<UpstreamId> connections_;
    std::string got_;
    std::string heard_;
    bool is_whole_ = false;
    bool is_cut_ = false;
};

/// What the sensor knows.
struct Promises {
    bool is_connected = false;
    std::map<std::string, mqttsn::TopicId> ids;
    bool is_subscribed = false;
    std::string will = "state";
    bool changes_will = false;  // asked, not answered
    bool is_asleep = false;
    bool wakes_up = false;  // asked, not answered
    bool leaves = false;    // asked
    bool has_left = false;
};

void register_name(Process& gateway, Promises& told, const std::string& name) {
    const std::string answer = gateway.say(mqttsn::Register{.msg_id = mqttsn::MsgId{7}, .topic_name = name});
    if (answer.starts_with("REGACK id="))
        told.ids[name] = mqttsn::TopicId(static_cast<std::uint16_t>(std::stoul(answer.substr(10))));
}

void play(Process& gateway, Promises& told) {
    gateway.say(mqttsn::Connect{.will = true, .clean_session = true, .duration_seconds = 60, .client_id = "s1"});
    gateway.say(mqttsn::WillTopic{mqttsn::QoS::at_most_once, false, "state"});
    told.is_connected = gateway.say(mqttsn::WillMsg{as_byte_view("gone")}) == "CONNACK code=0";
    register_name(gateway, told, "plant/p");
    told.is_subscribed =
        gateway
            .say(mqttsn::Subscribe{
                .qos = mqttsn::QoS::at_least_once, .msg_id = mqttsn::MsgId{3}, .topic_name = "plant/+"})
            .starts_with("SUBACK qos=1");
    told.changes_will = gateway.is_running();
    if (gateway.say(mqttsn::WillTopicUpd{mqttsn::QoS::at_most_once, false, "state/new"}) == "WILLTOPICRESP code=0") {
        told.will = "state/new";
        told.changes_will = false;
    }
    told.is_asleep = gateway.say(mqttsn::Disconnect{std::uint16_t{300}}) == "DISCONNECT";
    told.wakes_up = gateway.is_running();
    if (gateway.say(mqttsn::Connect{.duration_seconds = 60, .client_id = "s1"}) == "CONNACK code=0")
        told.is_asleep = told.wakes_up = false;
    register_name(gateway, told, "plant/q");
    told.leaves = gateway.is_running();
    told.has_left = gateway.say(mqttsn::Disconnect{}) == "DISCONNECT";
}

void check_will(Process& gateway, const Promises& told) {
    // Silence counts from the restart, by the longer of the two when the sensor may be asleep.
    if (told.is_asleep && !told.wakes_up) {
        gateway.wait(320s);
        CHECK(gateway.got().find("PUBLISH state") == std::string::npos);
    } else {
        gateway.wait(60s);
        CHECK(gateway.got().find("PUBLISH state") == std::string::npos);
    }
    gateway.wait(400s);
    const std::string after = gateway.got();
    const bool is_old = after.find("PUBLISH " + told.will + " ") != std::string::npos;
    const bool is_new = told.changes_will && after.find("PUBLISH state/new ") != std::string::npos;
    CHECK((is_old || is_new));
    CHECK(gateway.sensors() == 0);
}

/// True: the script came to its end before that change.
bool play_until(std::uint64_t change, std::optional<std::uint64_t> crash_seed) {
    runtime::VirtualDisk disk;
    Promises told;
    const WallTime wall{std::chrono::hours(400'000)};
    disk.stop_at(change);
    {
        Process before(disk, wall);
        play(before, told);
    }
    const bool is_complete = !disk.is_stopped();
    disk.stop();
    if (crash_seed) disk.crash(*crash_seed);
    else disk.kill();

    Process after(disk, wall + 1h);
    REQUIRE(after.is_running());
    CHECK(after.is_whole());
    if (told.has_left) {
        CHECK(after.sensors() == 0);
        after.wait(1000s);
        CHECK(after.got().empty());
        return is_complete;
    }
    if (!told.is_connected || told.leaves) return is_complete;
    CHECK(after.sensors() == 1);
    after.wait(1s);  // the longest first back-off
    const std::string connect = after.got();
    CHECK(connect.starts_with("CONNECT s1 clean=0"));
    CHECK((!told.is_subscribed || connect.find("plant/+ qos=1") != std::string::npos));
    for (const auto& [name, id] : told.ids) {
        CHECK(after.say(qos_0(id, "reading")).empty());
        CHECK(after.got() == "PUBLISH " + name + " qos=0 'reading'; ");
    }
    check_will(after, told);
    return is_complete;
}

/// Publishes while the broker is away. The payloads that were acknowledged.
std::vector<std::string> publish_to_nobody(Process& gateway) {
    std::vector<std::string> acknowledged;
    gateway.say(mqttsn::Connect{.clean_session = true, .duration_seconds = 60, .client_id = "s1"});
    gateway.say(mqttsn::Register{.msg_id = mqttsn::MsgId{7}, .topic_name = "plant/p"});
    gateway.cut_broker();
    std::uint16_t msg_id = 0;
    for (const char* payload : {"one", "two", "three", "four"}) {
        const std::string answer = gateway.say(mqttsn::Publish{.qos = mqttsn::QoS::at_least_once,
                                                               .topic_id = mqttsn::TopicId{1},
                                                               .msg_id = mqttsn::MsgId{++msg_id},
                                                               .data = as_byte_view(payload)});
        if (answer.starts_with("PUBACK") && answer.ends_with("code=0")) acknowledged.emplace_back(payload);
    }
    gateway.say(mqttsn::Disconnect{});  // its session ends, its messages do not
    return acknowledged;
}

/// True: the script came to its end before that change.
bool forward_after(std::uint64_t change, std::uint64_t crash_seed) {
    runtime::VirtualDisk disk;
    const WallTime wall{std::chrono::hours(400'000)};
    disk.stop_at(change);
    std::vector<std::string> acknowledged;
    {
        Process before(disk, wall);
        acknowledged = publish_to_nobody(before);
    }
    const bool is_complete = !disk.is_stopped();
    if (is_complete) CHECK(acknowledged.size() == 4);
    disk.stop();
    disk.crash(crash_seed);

    Process after(disk, wall + 1h);
    REQUIRE(after.is_running());
    CHECK(after.is_whole());
    after.wait(1s);  // the longest first back-off
    const std::string got = after.got();
    std::size_t from = 0;
    for (const std::string& payload : acknowledged) {
        const std::size_t at = got.find("'" + payload + "'", from);
        CHECK(at != std::string::npos);
        from = at;
    }
    return is_complete;
}

}  // namespace

TEST_CASE("what a sensor was told holds when the gateway is killed at any change of the disk") {
    std::uint64_t change = 1;
    for (; !play_until(change, std::nullopt); ++change) CAPTURE(change);
    CHECK(change > 20);
}

TEST_CASE("what a sensor was told holds when power is lost at any change of the disk") {
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        std::uint64_t change = 1;
        for (; !play_until(change, seed); ++change) CAPTURE(change);
        CHECK(change > 20);
    }
}

TEST_CASE("a message that was acknowledged while the broker was away arrives, in order, wherever power is lost") {
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        std::uint64_t change = 1;
        for (; !forward_after(change, seed); ++change) CAPTURE(change);
        CHECK(change > 20);
    }
}
