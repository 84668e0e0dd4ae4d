#include "simulator/live/impaired_stream.hpp"

namespace trunkline::sim {

void ImpairedStream::send(ByteView bytes, Instant now) {
    waiting_.append(bytes);
    push(now);
}

void ImpairedStream::consume(std::size_t bytes, Instant now) {
    direction_.consume(bytes);
    push(now);
}

void ImpairedStream::push(Instant now) {
    if (!waiting_.empty()) waiting_.consume(direction_.send(waiting_.view(), now));
}

bool ImpairedStream::is_empty() const {
    return waiting_.empty() && direction_.arrived().empty() && !direction_.next_deadline();
}

}  // namespace trunkline::sim
