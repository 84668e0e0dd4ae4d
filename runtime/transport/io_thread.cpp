#include "runtime/transport/io_thread.hpp"

#include <utility>

namespace trunkline::runtime {

namespace {

// What may wait for an owner that is slower than the sockets. Then these are not read, and the peers' own TCP slows
// them down.
constexpr std::size_t waiting_limit_bytes = 4U << 20U;

}  // namespace

/// Forgets which streams are paused as they end.
class IoThread::Telling : public IncomingEvents {
public:
    Telling(IncomingEvents& events, std::unordered_set<StreamId>& paused) : events_(events), paused_(paused) {}
    void accepted(StreamId id, const StreamOrigin& origin) override { events_.accepted(id, origin); }
    void handshake_failed(const StreamOrigin& origin, std::string_view why) override {
        events_.handshake_failed(origin, why);
    }
    void accept_failed(std::string_view listener, std::error_code error) override {
        events_.accept_failed(listener, error);
    }
    void received(StreamId id, ByteView bytes) override { events_.received(id, bytes); }
    void written(StreamId id, std::size_t bytes) override { events_.written(id, bytes); }
    void closed(StreamId id, StreamEnd end) override {
        paused_.erase(id);
        events_.closed(id, end);
    }

private:
    IncomingEvents& events_;
    std::unordered_set<StreamId>& paused_;
};

IoThread::IoThread(unsigned index, unsigned count, EventLoop& owners_loop)
    : count_(count), owners_loop_(owners_loop), streams_(loop_, *this), next_id_(count + index) {}

IoThread::~IoThread() {
    if (!thread_.joinable()) return;
    happenings_under_way_.end();
    loop_.request_stop();
    thread_.join();
}

const TcpListener& IoThread::listen(const ListenerSettings& settings) {
    return listeners_.emplace_back(loop_, streams_, settings);
}

void IoThread::listen_beside(const TcpListener& first, const ListenerSettings& settings) {
    listeners_.emplace_back(loop_, streams_, settings, first);
}

void IoThread::start() {
    thread_ = std::thread([this] { run(); });
}

void IoThread::stop_listening() {
    is_listening_ = false;
    loop_.wake();
}

void IoThread::send(StreamId id, OutputBytes& bytes) {
    Order& order = orders_.emplace_back(Order{id, Order::Kind::send, {}});
    order.bytes.take(bytes);
}

void IoThread::set_reading(StreamId id, bool reading) {
    const bool is_news = reading ? paused_.erase(id) != 0 : paused_.insert(id).second;
    if (is_news) orders_.push_back({id, reading ? Order::Kind::read : Order::Kind::pause, {}});
}

void IoThread::close(StreamId id) { orders_.push_back({id, Order::Kind::close, {}}); }

void IoThread::deliver(IncomingEvents& events) {
    Telling telling(events, paused_);
    happenings_under_way_.take_each([&telling](const Happenings& happenings) { happenings.tell(telling); });
}

void IoThread::hand_over() {
    if (orders_.empty()) return;
    ++orders_given_;
    if (orders_under_way_.give(orders_)) loop_.wake();
}

void IoThread::run() {
    while (!loop_.stop_requested()) {
        loop_.run_round(std::nullopt);
        if (!is_listening_) listeners_.clear();
        bool has_obeyed = false;
        orders_under_way_.take_each([&](Orders& orders) {
            for (Order& order : orders) obey(order);
            leaving_ = streams_.leaving();  // before the orders count as obeyed: is_settled() reads the other way round
            ++orders_obeyed_;
            has_obeyed = true;
        });
        report(has_obeyed);
    }
}

void IoThread::obey(Order& order) {
    switch (order.kind) {
        case Order::Kind::send:
            if (const std::size_t taken = streams_.send(order.id, order.bytes); taken != 0)
                happenings_.written(order.id, taken);
            break;
        case Order::Kind::read:
            streams_.set_reading(order.id, true);
            break;
        case Order::Kind::pause:
            streams_.set_reading(order.id, false);
            break;
        case Order::Kind::close:
            streams_.close(order.id);
            break;
    }
}

void IoThread::report(bool has_obeyed) {
    const std::size_t leaving = streams_.leaving();
    const bool has_left = leaving_.exchange(leaving) != 0 && leaving == 0;
    if (happenings_.empty()) {
        if (has_left || has_obeyed) owners_loop_.wake();  // is_settled() may have changed
        return;
    }
    const std::size_t bytes = happenings_.bytes();
    if (happenings_under_way_.give(happenings_, bytes) || has_left) owners_loop_.wake();
    happenings_under_way_.await_room(waiting_limit_bytes);
}

StreamId IoThread::accepted(const StreamOrigin& origin) {
    const StreamId id{std::exchange(next_id_, next_id_ + count_)};
    happenings_.accepted(id, origin);
    return id;
}

void IoThread::handshake_failed(const StreamOrigin& origin, std::string_view why) {
    happenings_.handshake_failed(origin, why);
}

void IoThread::accept_failed(std::string_view listener, std::error_code error) {
    happenings_.accept_failed(listener, error);
}

void IoThread::received(StreamId id, ByteView bytes) { happenings_.received(id, bytes); }
void IoThread::written(StreamId id, std::size_t bytes) { happenings_.written(id, bytes); }
void IoThread::closed(StreamId id, StreamEnd end) { happenings_.closed(id, end); }

}  // namespace trunkline::runtime
