#pragma once
// A client on the bench: virtual time, its messages decoded, answers given by hand.

#include <doctest/doctest.h>

#include <chrono>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/mqttsn/client.hpp"

namespace trunkline::mqttsn {

using namespace std::chrono_literals;

inline ClientSettings sensor(bool clean_session = true) {
    ClientSettings settings;
    settings.client_id = "PT-1";
    settings.clean_session = clean_session;
    settings.keep_alive = 60s;
    settings.retry = {.interval = 10s, .limit = 3};
    return settings;
}

class ClientBench {
public:
    explicit ClientBench(ClientSettings settings = sensor()) : client(std::move(settings)) {}

    Client client;
    Instant now{};

    void answer(const Message& message) { client.received(encode(message), now); }
    /// Lets time pass, deadline by deadline, as a driver does.
    void pass(Duration duration) {
        const Instant end = now + duration;
        for (auto next = client.next_deadline(); next && *next <= end; next = client.next_deadline()) {
            now = std::max(now, *next);
            client.advance(now);
        }
        now = end;
    }
    /// The names of what the client has sent since the last call, "CONNECT PUBLISH"; the messages stay in `sent`.
    std::string take_sent() {
        sent_.clear();
        std::string names;
        for (Datagram& datagram : client.take_datagrams()) {
            datagrams_.push_back(std::move(datagram));
            const auto message = decode(datagrams_.back());
            REQUIRE(message);
            sent_.push_back(*message);
            if (const auto* publish = std::get_if<Publish>(&*message)) published_ = *publish;
            names += (names.empty() ? "" : " ") + std::string(name_of(*message));
        }
        return names;
    }
    /// One of the messages of the last take_sent().
    template <typename T>
    const T& sent(std::size_t at = 0) const {
        REQUIRE(at < sent_.size());
        REQUIRE(std::holds_alternative<T>(sent_[at]));
        return std::get<T>(sent_[at]);
    }
    std::vector<ClientEvent> take_events() {
        std::vector<ClientEvent> events(client.events().begin(), client.events().end());
        client.events_taken();
        return events;
    }
    /// The only event since the last call.
    template <typename T>
    T take_event() {
        const std::vector<ClientEvent> events = take_events();
        REQUIRE(events.size() == 1);
        REQUIRE(std::holds_alternative<T>(events.front()));
        return std::get<T>(events.front());
    }

    void become_active() {
        client.connect(now);
        REQUIRE(take_sent() == "CONNECT");
        answer(ConnAck{});
        take_event<ClientConnected>();
    }
    PublishId publish(std::string_view topic = "a/b", std::string_view data = "42") {
        return client.publish(topic, as_byte_view(data), false, now);
    }
    /// Publishes on "a/b" and answers REGISTER with this id: PUBLISH is out, and is sent<Publish>().
    PublishId publish_registered(TopicId topic_id = TopicId{7}) {
        const PublishId id = publish();
        REQUIRE(take_sent() == "REGISTER");
        answer(RegAck{.topic_id = topic_id, .msg_id = sent<Register>().msg_id, .return_code = ReturnCode::accepted});
        REQUIRE(take_sent() == "PUBLISH");
        return id;
    }
    /// PUBACK for the last PUBLISH that take_sent() has seen.
    void answer_publish(ReturnCode code) {
        answer(PubAck{.topic_id = published_.topic_id, .msg_id = published_.msg_id, .return_code = code});
    }

private:
    std::deque<Datagram> datagrams_;  // what `sent_` views
    std::vector<Message> sent_;
    Publish published_;
};

}  // namespace trunkline::mqttsn
