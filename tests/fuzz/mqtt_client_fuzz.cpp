// Whatever the server sends and whenever, the client stays within its promises: one end for each connection and each
// message, limits kept, never PUBLISH after PUBREL, well-formed packets out. The input is a sequence of steps: one
// octet that says what, one that says how much.

#include <array>
#include <chrono>
#include <set>
#include <string>
#include <variant>

#include "protocol/mqtt/client.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace trunkline;
using namespace trunkline::mqtt;
using trunkline::fuzz::require;
using namespace std::chrono_literals;

namespace {

class Run {
public:
    explicit Run(std::uint8_t choices) : client_(settings(choices)) {}

    /// One step; takes what it needs off the input.
    void step(ByteView& input) {
        const auto what = std::to_integer<unsigned>(input[0]);
        const auto amount = std::to_integer<unsigned>(input[1]);
        input = input.subspan(2);
        switch (what % 8) {
            case 0:
                open();
                break;
            case 1:
                close();
                break;
            case 2:
                receive(input, amount);
                break;
            case 3:
                pass(std::chrono::seconds(amount));
                break;
            case 4:
                publish(static_cast<QoS>(amount % 3), amount);
                break;
            case 5:
                if (amount % 4 == 3) client_.unsubscribe("plant/#", now_);
                else client_.subscribe("plant/#", static_cast<QoS>(amount % 4), now_);
                break;
            case 6:
                client_.acknowledge(PacketId{static_cast<std::uint16_t>(amount)}, ReasonCode::success);
                break;
            default:
                if (amount == 0) client_.disconnect(ReasonCode::success, now_);
                break;
        }
        check();
    }

private:
    static ClientSettings settings(std::uint8_t choices) {
        constexpr std::array versions = {ProtocolVersion::v3_1, ProtocolVersion::v3_1_1, ProtocolVersion::v5};
        ClientSettings chosen;
        chosen.version = versions[choices % 3];
        chosen.client_id = "c";
        chosen.clean_start = (choices & 4U) != 0;
        chosen.acknowledges_itself = (choices & 8U) != 0;
        chosen.session_expiry = std::chrono::seconds(choices & 16U);
        chosen.receive_maximum = 3;
        chosen.in_flight_limit = 5;
        chosen.maximum_packet_size = 1000;
        return chosen;
    }

    void open() {
        if (is_open_) return;
        client_.transport_opened(now_);
        is_open_ = true;
        ends_ = 0;
    }
    void close() {
        client_.transport_closed(now_);
        is_open_ = false;
        note_events();
        require(ends_ == 1, "each connection ends once");
    }
    /// Octets of the input.
    void receive(ByteView& input, unsigned amount) {
        const std::size_t size = std::min<std::size_t>(amount, input.size());
        client_.received(input.first(size), now_);
        input = input.subspan(size);
    }
    void pass(Duration time) {
        now_ += time;
        client_.advance(now_);
        require(!client_.next_deadline() || *client_.next_deadline() > now_, "a deadline lies ahead");
    }
    void publish(QoS qos, unsigned amount) {
        const std::string payload(amount, 'p');
        const auto packet_id = client_.publish("a/b", as_byte_view(payload), qos, (amount & 8U) != 0, now_);
        if (packet_id && qos != QoS::at_most_once)
            require(under_way_.insert(*packet_id).second, "an identifier in use is not given again");
    }

    void note_events() {
        for (const ClientEvent& event : client_.events()) {
            const bool ends =
                std::holds_alternative<ClientDisconnected>(event) || std::holds_alternative<ClientRefused>(event);
            ends_ += ends ? 1 : 0;
            if (const auto* published = std::get_if<ClientPublished>(&event)) {
                require(under_way_.erase(published->packet_id) == 1, "each message is over once");
                released_.erase(published->packet_id);
            }
        }
        client_.events_taken();
    }
    void check() {
        check_output();
        note_events();
        require(ends_ <= 1, "a connection ends at most once");
        require(client_.close_requested() == (is_open_ && ends_ == 1), "what has ended asks to be closed");
        require(client_.in_flight() <= 5, "our own limit holds");
        require(client_.in_flight() == under_way_.size(), "what is not over is in flight");
    }
    void check_output() {
        OutputBytes out;
        client_.take_output(out);
        ByteView rest = out.view();
        while (!rest.empty()) {
            const auto frame = next_frame(rest, 1'000'000);
            require(frame && *frame, "whole packets leave");
            const auto packet = decode(**frame, client_.settings().version);
            require(packet.has_value(), "well-formed packets leave");
            check_released(*packet);
            rest = rest.subspan((*frame)->size);
        }
    }

    /// [MQTT-4.3.3-6]. Only 5.0 tells a PUBREL of ours from the answer to a PUBREC for nothing.
    void check_released(const Packet& packet) {
        if (client_.settings().version != ProtocolVersion::v5) return;
        if (const auto* release = std::get_if<PubRel>(&packet); release && release->reason == ReasonCode::success)
            released_.insert(release->packet_id);
        if (const auto* message = std::get_if<Publish>(&packet))
            require(!released_.contains(message->packet_id), "never PUBLISH after PUBREL");
    }

    Client client_;
    Instant now_{};
    bool is_open_ = false;
    int ends_ = 1;  // nothing is open
    std::set<PacketId> under_way_;
    std::set<PacketId> released_;  // of those
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* input, std::size_t size) {
    if (size == 0) return 0;
    Run run(input[0]);
    ByteView rest = fuzz::as_byte_view(input + 1, size - 1);
    while (rest.size() >= 2) run.step(rest);
    return 0;
}
