#include "runtime/transport/io_threads.hpp"

#include <algorithm>

#include "runtime/transport/loop_streams.hpp"

namespace trunkline::runtime {

IoThreads::IoThreads(EventLoop& loop, IncomingEvents& events, unsigned count) : events_(events) {
    for (unsigned index = 0; index < count; ++index) threads_.push_back(std::make_unique<IoThread>(index, count, loop));
}

Url IoThreads::listen(const ListenerSettings& settings) {
    ListenerSettings share = settings;
    share.handshake_limit =
        std::max<std::size_t>((settings.handshake_limit + threads_.size() - 1) / threads_.size(), 1);
    const TcpListener& first = threads_.front()->listen(share);
    for (std::size_t index = 1; index < threads_.size(); ++index) threads_[index]->listen_beside(first, share);
    return bound_.emplace_back(first.bound());
}

void IoThreads::start() {
    for (const auto& thread : threads_) thread->start();
}

void IoThreads::stop_listening() {
    for (const auto& thread : threads_) thread->stop_listening();
    bound_.clear();
}

std::vector<IncomingStreams::Reloaded> IoThreads::reload() {
    std::vector<Reloaded> all;
    for (std::size_t number = 0; number < bound_.size(); ++number)
        all.push_back({to_string(bound_[number]), threads_.front()->listener(number).reload()});
    return all;
}

std::size_t IoThreads::send(StreamId id, OutputBytes& bytes) {
    of(id).send(id, bytes);
    return 0;  // written() tells all of it
}

void IoThreads::deliver() {
    for (const auto& thread : threads_) thread->deliver(events_);
}

void IoThreads::hand_over() {
    for (const auto& thread : threads_) thread->hand_over();
}

bool IoThreads::is_settled() const {
    return std::all_of(threads_.begin(), threads_.end(), [](const auto& thread) { return thread->is_settled(); });
}

std::unique_ptr<IncomingStreams> make_incoming_streams(EventLoop& loop, IncomingEvents& events, unsigned threads) {
    if (threads == 0) return std::make_unique<LoopStreams>(loop, events);
    return std::make_unique<IoThreads>(loop, events, threads);
}

}  // namespace trunkline::runtime
