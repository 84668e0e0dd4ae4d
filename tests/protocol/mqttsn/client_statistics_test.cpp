// The arithmetic of bounded retries, on the shipped client: what a lossy path lets through.

#include <doctest/doctest.h>

#include <cmath>
#include <optional>

#include "protocol/base/random.hpp"
#include "protocol/mqttsn/client.hpp"

using namespace trunkline;
using namespace trunkline::mqttsn;
using namespace std::chrono_literals;

namespace {

struct Counts {
    unsigned readings = 0;
    unsigned delivered = 0;
    unsigned acknowledged = 0;
    std::uint64_t transmissions = 0;
};

// A gateway that answers at once. CONNECT and REGISTER always come through: the formula is about PUBLISH.
class LossyPath {
public:
    LossyPath(double loss, unsigned retry_limit) : loss_(loss), client_(settings(retry_limit)) {}

    Counts run(unsigned readings) {
        client_.connect(now_);
        exchange();
        while (counts_.readings < readings) {
            REQUIRE(client_.can_publish());
            is_delivered_ = false;
            client_.publish("a/b", as_byte_view("42"), false, now_);
            ++counts_.readings;
            exchange();
            while (!client_.can_publish()) {
                now_ = *client_.next_deadline();
                client_.advance(now_);
                exchange();
            }
            counts_.delivered += is_delivered_ ? 1 : 0;
            take_events();
        }
        counts_.transmissions = client_.publishes_sent();
        return counts_;
    }

private:
    static ClientSettings settings(unsigned retry_limit) {
        ClientSettings settings;
        settings.client_id = "PT-1";
        settings.clean_session = false;
        settings.keep_alive = 25s;
        settings.retry = {.interval = 10s, .limit = retry_limit};
        return settings;
    }
    void exchange() {
        for (auto datagrams = client_.take_datagrams(); !datagrams.empty(); datagrams = client_.take_datagrams()) {
            for (const Datagram& datagram : datagrams) {
                const auto message = decode(datagram);
                REQUIRE(message);
                if (const std::optional<Message> answer = answer_to(*message)) client_.received(encode(*answer), now_);
            }
        }
    }
    std::optional<Message> answer_to(const Message& message) {
        if (std::holds_alternative<Connect>(message)) return ConnAck{};
        if (const auto* request = std::get_if<Register>(&message)) {
            return RegAck{.topic_id = TopicId{1}, .msg_id = request->msg_id, .return_code = {}};
        }
        const auto* publish = std::get_if<Publish>(&message);
        if (publish == nullptr || random_.chance(loss_)) return std::nullopt;
        is_delivered_ = true;
        if (random_.chance(loss_)) return std::nullopt;
        return PubAck{.topic_id = publish->topic_id, .msg_id = publish->msg_id, .return_code = {}};
    }
    void take_events() {
        for (const ClientEvent& event : client_.events()) {
            const auto* published = std::get_if<ClientPublished>(&event);
            if (published == nullptr) continue;
            const bool is_acknowledged = published->outcome == ClientPublished::Outcome::acknowledged;
            REQUIRE((is_acknowledged || published->outcome == ClientPublished::Outcome::gave_up));
            counts_.acknowledged += is_acknowledged ? 1 : 0;
        }
        client_.events_taken();
    }

    double loss_;
    Client client_;
    Random random_{1, "sensor:PT-1", "loss"};
    Instant now_{};
    bool is_delivered_ = false;
    Counts counts_;
};

// Wilson's bounds of a share, 99.9 %.
bool within_bounds(unsigned hits, unsigned trials, double expected) {
    constexpr double z = 3.2905;
    const double n = trials;
    const double share = hits / n;
    const double middle = (share + z * z / (2 * n)) / (1 + z * z / n);
    const double reach = z / (1 + z * z / n) * std::sqrt(share * (1 - share) / n + z * z / (4 * n * n));
    return std::abs(expected - middle) <= reach;
}

}  // namespace

TEST_CASE("MQTT-SN 1.2 §6.13: losses let through what the arithmetic of Nretry + 1 attempts says") {
    for (const double loss : {0.1, 0.2, 0.3}) {
        for (const unsigned retry_limit : {0U, 3U}) {
            CAPTURE(loss);
            CAPTURE(retry_limit);
            constexpr unsigned readings = 20'000;
            const Counts counts = LossyPath(loss, retry_limit).run(readings);
            const double attempts = retry_limit + 1;
            const double answered = (1 - loss) * (1 - loss);
            const double acknowledged = 1 - std::pow(1 - answered, attempts);
            CHECK(within_bounds(counts.delivered, readings, 1 - std::pow(loss, attempts)));
            CHECK(within_bounds(counts.acknowledged, readings, acknowledged));
            const double per_reading = static_cast<double>(counts.transmissions) / readings;
            CHECK(per_reading == doctest::Approx(acknowledged / answered).epsilon(0.01));
        }
    }
}
