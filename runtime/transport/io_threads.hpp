#pragma once
// Incoming streams whose sockets are served by threads of their own, each with a share of the streams.

#include <memory>
#include <vector>

#include "runtime/transport/incoming_streams.hpp"
#include "runtime/transport/io_thread.hpp"

namespace trunkline::runtime {

/// All threads accept on the same listening sockets. A stream stays with the thread that has accepted it.
class IoThreads : public IncomingStreams {
public:
    /// `count`: at least one. Loop and events outlive it.
    IoThreads(EventLoop& loop, IncomingEvents& events, unsigned count);

    Url listen(const ListenerSettings& settings) override;
    void start() override;
    void stop_listening() override;
    std::vector<Reloaded> reload() override;
    std::size_t send(StreamId id, OutputBytes& bytes) override;
    void set_reading(StreamId id, bool reading) override { of(id).set_reading(id, reading); }
    void close(StreamId id) override { of(id).close(id); }
    void deliver() override;
    void hand_over() override;
    bool is_settled() const override;

private:
    IoThread& of(StreamId id) { return *threads_[static_cast<std::uint64_t>(id) % threads_.size()]; }

    IncomingEvents& events_;
    std::vector<std::unique_ptr<IoThread>> threads_;
    std::vector<Url> bound_;  // in the order of listen()
};

}  // namespace trunkline::runtime
