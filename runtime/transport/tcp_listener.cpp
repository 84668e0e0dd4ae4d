#include "runtime/transport/tcp_listener.hpp"

#include <cerrno>

#include "runtime/transport/bind_error.hpp"
#include "runtime/transport/socket_address.hpp"
#include "runtime/transport/stream_table.hpp"

namespace trunkline::runtime {

namespace {

// Without a free descriptor the connection stays in the queue and the acceptor stays readable: trying again at once
// would spin.
constexpr std::chrono::milliseconds pause_after_failure{100};

bool is_the_peers(error_code error) { return error == net::error::connection_aborted || error.value() == EPROTO; }

}  // namespace

struct TcpListener::State {
    State(EventLoop& loop, TcpStreams::State& streams_) : streams(streams_), acceptor(loop.io()), timer(loop.io()) {}

    void listen(const Address& address);
    static net::awaitable<void> accept_loop(std::shared_ptr<State> self);
    net::awaitable<void> failed(error_code error);

    TcpStreams::State& streams;
    TcpAcceptor acceptor;
    Timer timer;
    Url bound;
    bool is_failing = false;  // the first of a series is reported, not each
    bool is_closed = false;
};

void TcpListener::State::listen(const Address& address) {
    const SocketAddress wanted = to_socket_address(address);
    acceptor.open(wanted.family() == AF_INET ? net::ip::tcp::v4() : net::ip::tcp::v6());
    acceptor.set_option(net::socket_base::reuse_address(true));  // the port of connections that have just ended
    if (wanted.family() == AF_INET6) acceptor.set_option(net::ip::v6_only(false));
    if (::bind(acceptor.native_handle(), wanted.get(), wanted.size) != 0) {
        throw boost::system::system_error(errno, boost::system::system_category());
    }
    acceptor.listen();
}

net::awaitable<void> TcpListener::State::accept_loop(std::shared_ptr<State> self) {
    while (!self->is_closed) {
        auto [error, socket] = co_await self->acceptor.async_accept(as_result);
        if (self->is_closed) co_return;
        if (error) {
            co_await self->failed(error);
            continue;
        }
        self->is_failing = false;
        self->streams.adopt(std::move(socket), to_string(self->bound));
    }
}

net::awaitable<void> TcpListener::State::failed(error_code error) {
    if (is_the_peers(error)) co_return;  // it gave up before it was accepted: nothing of ours
    if (!is_failing) streams.events.accept_failed(to_string(bound), error);
    is_failing = true;
    timer.expires_after(pause_after_failure);
    co_await timer.async_wait(as_result);
}

TcpListener::TcpListener(EventLoop& loop, TcpStreams& streams, const Url& url)
    : state_(std::make_shared<State>(loop, streams.state())) {
    try {
        state_->listen(resolve_to_bind(url));
    } catch (const boost::system::system_error& error) {
        throw bind_error(url, error.code());
    }
    state_->bound = bound_url(url, bound_address(state_->acceptor.native_handle()));
    net::co_spawn(loop.io(), State::accept_loop(state_), RethrowFailure{});
}

TcpListener::~TcpListener() {
    if (!state_) return;
    state_->is_closed = true;
    error_code ignored;
    state_->acceptor.close(ignored);
    state_->timer.cancel();
}

TcpListener::TcpListener(TcpListener&&) noexcept = default;

const Url& TcpListener::bound() const { return state_->bound; }

}  // namespace trunkline::runtime
