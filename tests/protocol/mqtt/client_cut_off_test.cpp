// Two clients as the two ends of a session whose connection is cut again and again: what one publishes, the other
// receives, as if each were the other's server. The acknowledgements of QoS 2 are the same both ways.

#include <doctest/doctest.h>

#include <set>

#include "protocol/base/random.hpp"
#include "tests/protocol/mqtt/client_bench.hpp"

using namespace trunkline;
using namespace trunkline::mqtt;

namespace {

class CutOff {
public:
    CutOff(ProtocolVersion version, bool receiver_acknowledges_itself, std::uint64_t seed)
        : random_(seed, "cut off", "test"),
          version_(version),
          sender_(settings(version, true)),
          receiver_(settings(version, receiver_acknowledges_itself)) {
        connect(false);
    }

    void run() {
        for (int round = 0; round < 400; ++round) {
            if (random_.below(2) == 0) publish();
            if (random_.below(3) == 0) acknowledge_one();
            if (random_.below(8) == 0) cut();
            else exchange(all);
        }
        while (sender_.in_flight() != 0) {
            acknowledge_one();
            exchange(all);
        }
        CHECK(settled_.size() == published_);
    }

private:
    static constexpr std::size_t all = 1'000'000;

    static ClientSettings settings(ProtocolVersion version, bool acknowledges_itself) {
        ClientSettings wanted = lasting(version);
        wanted.client_id = "c";
        wanted.acknowledges_itself = acknowledges_itself;
        wanted.receive_maximum = 5;
        return wanted;
    }
    void publish() {
        const std::string payload = std::to_string(published_ + 1);
        if (sender_.publish("a", as_byte_view(payload), QoS::exactly_once, false, {})) ++published_;
    }
    /// The owner of the receiver answers, connection or not, in any order.
    void acknowledge_one() {
        if (told_.empty()) return;
        const auto chosen = told_.begin() + static_cast<std::ptrdiff_t>(random_.below(told_.size()));
        receiver_.acknowledge(chosen->packet_id, ReasonCode::success);
        settled_.insert(number_of(*chosen));
        told_.erase(chosen);
    }
    void connect(bool session_present) {
        OutputBytes connack;
        PropertyBuilder limits;
        limits.number(PropertyId::receive_maximum, 5);
        encode(ConnAck{.session_present = session_present, .properties = limits.view()}, version_, connack);
        for (Client* end : {&sender_, &receiver_}) {
            OutputBytes connect;
            end->transport_opened({});
            end->take_output(connect);
            end->received(connack.view(), {});
        }
    }
    /// Some of what is on its way still arrives, the rest is lost.
    void cut() {
        exchange(random_.below(4));
        sender_.transport_closed({});
        receiver_.transport_closed({});
        if (random_.below(2) == 0) acknowledge_one();
        connect(true);
    }
    void exchange(std::size_t packets) {
        pass(sender_, receiver_, packets);
        note();
        pass(receiver_, sender_, packets);
        REQUIRE(sender_.is_connected());
        REQUIRE(receiver_.is_connected());
        sender_.events_taken();
    }
    static void pass(Client& from, Client& to, std::size_t packets) {
        OutputBytes out;
        from.take_output(out);
        for (; packets > 0 && !out.empty(); --packets) {
            const auto frame = next_frame(out.view(), no_limit);
            REQUIRE(frame.has_value());
            REQUIRE(frame->has_value());
            const std::size_t size = (*frame)->size;
            to.received(out.view().first(size), {});
            out.consume(size);
        }
    }
    void note() {
        for (const ClientEvent& event : receiver_.events()) {
            const auto* message = std::get_if<ClientMessage>(&event);
            if (message == nullptr) continue;
            const unsigned number = number_of(*message);
            REQUIRE(!settled_.contains(number));  // never after it was acknowledged
            if (receiver_.settings().acknowledges_itself) {
                REQUIRE(number == settled_.size() + 1);  // once, and in order
                settled_.insert(number);
                continue;
            }
            std::erase_if(told_, [&](const ClientMessage& earlier) { return number_of(earlier) == number; });
            told_.push_back(*message);
        }
        receiver_.events_taken();
    }
    static unsigned number_of(const ClientMessage& message) {
        return static_cast<unsigned>(std::stoul(std::string(as_text(message.payload))));
    }

    Random random_;
    ProtocolVersion version_;
    Client sender_;
    Client receiver_;
    unsigned published_ = 0;
    std::vector<ClientMessage> told_;  // and not acknowledged
    std::set<unsigned> settled_;       // told, and acknowledged
};

}  // namespace

TEST_CASE("[MQTT-4.3.3-10] [MQTT-4.4.0-1] [MQTT-4.6.0-1] exactly once and in order, wherever the connection is cut") {
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
        CAPTURE(seed);
        CutOff(v5, true, seed).run();
        CutOff(v311, true, seed).run();
    }
}

TEST_CASE("[MQTT-4.3.3-8] what the owner has acknowledged does not come again, wherever the connection is cut") {
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
        CAPTURE(seed);
        CutOff(v5, false, seed).run();
        CutOff(v311, false, seed).run();
    }
}
