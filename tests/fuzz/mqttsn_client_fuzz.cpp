// A client under any sequence of requests, answers, losses, datagrams and pauses: each request ends exactly once, what
// leaves is well-formed, and time always moves on.

#include <algorithm>
#include <optional>
#include <utility>

#include "protocol/mqttsn/client.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace trunkline;
using namespace trunkline::mqttsn;
using trunkline::fuzz::require;

namespace {

class Script {
public:
    explicit Script(ByteView input) : rest_(input) {}
    bool at_end() const { return rest_.empty(); }
    unsigned octet() {
        if (rest_.empty()) return 0;
        const auto value = static_cast<unsigned>(rest_[0]);
        rest_ = rest_.subspan(1);
        return value;
    }
    ByteView octets(std::size_t wanted) {
        const ByteView taken = rest_.first(std::min(wanted, rest_.size()));
        rest_ = rest_.subspan(taken.size());
        return taken;
    }

private:
    ByteView rest_;
};

ClientSettings settings(unsigned choice) {
    ClientSettings settings;
    settings.client_id = "PT-1";
    settings.clean_session = (choice & 1U) != 0;
    settings.keep_alive = std::chrono::seconds((choice & 2U) != 0 ? 5 : 60);
    if ((choice & 4U) != 0) settings.will = Will{.topic = "w", .message = {}};
    if ((choice & 8U) != 0) settings.reconnect_pause = std::chrono::seconds(3);
    return settings;
}

// What the gateway may say to a message of the client's, with any code.
struct Answer {
    ReturnCode code;
    std::optional<Message> operator()(const Connect& m) const {
        return m.will && code == ReturnCode::accepted ? Message{WillTopicReq{}} : Message{ConnAck{code}};
    }
    std::optional<Message> operator()(const WillTopic&) const { return WillMsgReq{}; }
    std::optional<Message> operator()(const WillMsg&) const { return ConnAck{code}; }
    std::optional<Message> operator()(const Register& m) const { return RegAck{TopicId{7}, m.msg_id, code}; }
    std::optional<Message> operator()(const Publish& m) const {
        if (m.qos == QoS::exactly_once && code == ReturnCode::accepted) return PubRec{m.msg_id};
        return PubAck{m.topic_id, m.msg_id, code};
    }
    std::optional<Message> operator()(const PubRel& m) const { return PubComp{m.msg_id}; }
    std::optional<Message> operator()(const Subscribe& m) const { return SubAck{m.qos, TopicId{9}, m.msg_id, code}; }
    std::optional<Message> operator()(const Unsubscribe& m) const { return UnsubAck{m.msg_id}; }
    std::optional<Message> operator()(const PingReq&) const { return PingResp{}; }
    std::optional<Message> operator()(const Disconnect&) const { return Disconnect{}; }
    std::optional<Message> operator()(const WillTopicUpd&) const { return WillTopicResp{code}; }
    std::optional<Message> operator()(const WillMsgUpd&) const { return WillMsgResp{code}; }
    template <typename NotAnswered>
    std::optional<Message> operator()(const NotAnswered&) const {
        return std::nullopt;
    }
};

class Run {
public:
    explicit Run(ByteView input) : script_(input), client_(settings(script_.octet())) { client_.connect(now_); }

    void play() {
        while (!script_.at_end()) {
            step(script_.octet());
            take_events();
            take_datagrams();
        }
    }

private:
    void step(unsigned what) {
        switch (what % 12) {
            case 0:
                return client_.connect(now_);
            case 1:
                return client_.disconnect(now_);
            case 2:
                return client_.wake(now_);
            case 3:
            case 4:
                return to_the_next_deadline();
            case 5:
            case 6:
            case 7:
                return answer(static_cast<ReturnCode>(what / 12 % 4));
            case 8:
                return client_.received(script_.octets(script_.octet() % 64), now_);
            case 9:
                return client_.publish_without_connection(Topic::short_name("tt"), {}, false, now_);
            default:
                if (client_.can_request()) request(what / 12);
        }
    }
    void request(unsigned which) {
        const auto qos = static_cast<QoS>(which / 8 % 3);
        is_running_ = true;
        switch (which % 8) {
            case 0:
                return client_.subscribe(Topic::named("c/#"), qos, now_);
            case 1:
                return client_.unsubscribe(Topic::predefined(TopicId{17}), now_);
            case 2:
                return client_.change_will(Will{.topic = "w/2", .message = {}}, now_);
            case 3:
                return client_.delete_will(now_);
            case 4:
                is_running_ = false;  // told by ClientAsleep
                return client_.sleep(std::chrono::seconds(60), now_);
            case 5:
                running_ = client_.publish(Topic::short_name("tt"), qos, {}, false, now_);
                return;
            case 6:
                running_ = client_.publish(Topic::named("a/b"), qos, {}, false, now_);
                return;
            default:
                running_ = client_.publish(Topic::predefined(TopicId{17}), qos, {}, false, now_);
        }
    }
    void answer(ReturnCode code) {
        if (last_sent_.empty()) return;
        const auto message = decode(last_sent_);
        const std::optional<Message> answer = std::visit(Answer{code}, *message);
        if (answer) client_.received(encode(*answer), now_);
    }
    void to_the_next_deadline() {
        const std::optional<Instant> next = client_.next_deadline();
        if (!next) return;
        require(*next >= now_, "a deadline that is due is not left behind");
        now_ = *next;
        client_.advance(now_);
        const std::optional<Instant> after = client_.next_deadline();
        require(!after || *after > now_, "what was due is done");
    }
    void take_datagrams() {
        for (Datagram& datagram : client_.take_datagrams()) {
            require(decode(datagram).has_value(), "what a client sends is well-formed");
            last_sent_ = std::move(datagram);
        }
    }
    void take_events() {
        for (const ClientEvent& event : client_.events()) {
            std::visit([&](const auto& e) { heed(e); }, event);
        }
        client_.events_taken();
    }
    void end_request() {
        require(is_running_, "a request ends once");
        is_running_ = false;
    }
    void heed(const ClientPublished& published) {
        require(published.id == running_, "it is the publish that runs which ends");
        end_request();
    }
    void heed(const ClientSubscribed&) { end_request(); }
    void heed(const ClientUnsubscribed&) { end_request(); }
    void heed(const ClientWillChanged&) { end_request(); }
    void heed(const ClientLost&) { require(!is_running_, "a request ends before its connection"); }
    void heed(const ClientDisconnected&) { require(!is_running_, "a request ends before its connection"); }
    template <typename Other>
    void heed(const Other&) {}

    Script script_;
    Client client_;
    Instant now_{};
    Datagram last_sent_;
    bool is_running_ = false;
    PublishId running_{};
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* input, std::size_t size) {
    Run(fuzz::as_byte_view(input, size)).play();
    return 0;
}
