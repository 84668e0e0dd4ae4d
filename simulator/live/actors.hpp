#pragma once
// All observers of a live run, over TCP, their links impaired between observer and socket.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "runtime/transport/tcp_streams.hpp"
#include "simulator/devices/observer.hpp"
#include "simulator/devices/topic_index.hpp"
#include "simulator/live/impaired_stream.hpp"
#include "simulator/live/run_clock.hpp"
#include "simulator/oracle/oracle.hpp"

namespace trunkline::sim {

/// Driver of the observers.
class Actors : private runtime::StreamEvents {
public:
    /// Everything outlives it.
    Actors(const Scenario& scenario, Oracle& oracle, const runtime::Url& broker, runtime::EventLoop& loop,
           const RunClock& clock);
    ~Actors() override = default;

    void advance(Instant now);
    std::optional<Instant> next_deadline() const;
    /// Away: it says DISCONNECT, or drops a connection that is not open yet, and stays away. Absences that overlap all
    /// have to end.
    void set_away(std::size_t actor, bool is_away, Instant now);
    /// All observers say DISCONNECT. Advance on until they are gone.
    void leave(Instant now);
    bool are_gone() const;
    /// All observers have their subscriptions.
    bool are_subscribed() const;
    std::uint64_t streams_opened() const { return attempts_; }

private:
    /// One connection of an actor, from the attempt to the end that the observer has heard of.
    struct Connection {
        Connection(const LinkProfile& link, std::uint64_t seed, const std::string& name);

        ImpairedStream up;
        ImpairedStream down;
        bool is_connected = false;
        bool peer_gone = false;   // what is under way still arrives, then the end does
        bool is_closing = false;  // what is under way still leaves, then the end does
    };
    struct Place {
        Place(const Scenario& scenario, std::size_t index) : observer(scenario, index, Instant{}) {}

        Observer observer;
        std::optional<Connection> connection;
        runtime::StreamId stream{};  // of the connection
        unsigned absences = 0;
    };

    runtime::StreamId accepted(std::string_view listener, std::string_view peer) override;
    void accept_failed(std::string_view listener, std::error_code error) override;
    void connected(runtime::StreamId id) override;
    void received(runtime::StreamId id, ByteView bytes) override;
    void written(runtime::StreamId id, std::size_t bytes) override;
    void closed(runtime::StreamId id, runtime::StreamEnd end) override;

    /// The actor whose present connection this is; nothing: an old one.
    std::optional<std::size_t> find(runtime::StreamId id) const;
    void open(std::size_t actor);
    void serve(std::size_t actor, Instant now);
    void move_up(Place& place, Instant now);
    void move_down(Place& place, Instant now);
    void end_connection(Place& place, Instant now);

    const Scenario& scenario_;
    Oracle& oracle_;
    runtime::Url broker_;
    const RunClock& clock_;
    TopicIndex topics_;
    runtime::TcpStreams streams_;
    std::vector<Place> places_;
    std::uint64_t attempts_ = 0;
};

}  // namespace trunkline::sim
