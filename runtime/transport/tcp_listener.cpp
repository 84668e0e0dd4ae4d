#include "runtime/transport/tcp_listener.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "runtime/transport/bind_error.hpp"
#include "runtime/transport/entrance.hpp"
#include "runtime/transport/socket_address.hpp"
#include "runtime/transport/stream_table.hpp"
#include "runtime/transport/unix_socket.hpp"

namespace trunkline::runtime {

namespace {

// Without a free descriptor the connection stays in the queue and the acceptor stays readable: trying again at once
// would spin.
constexpr std::chrono::milliseconds pause_after_failure{100};
constexpr int most_at_once = 64;

bool is_the_peers(error_code error) { return error == net::error::connection_aborted || error.value() == EPROTO; }

}  // namespace

struct TcpListener::State : Acceptor, std::enable_shared_from_this<TcpListener::State> {
    State(EventLoop& loop, TcpStreams::State& streams_, std::shared_ptr<Entrance> entrance_)
        : streams(streams_), acceptor(loop.io()), timer(loop.io()), entrance(std::move(entrance_)) {}

    void listen(const Url& url);
    void listen_on(const Address& address);
    void listen_beside(const State& first);
    void start();
    void stop();
    void acceptable() override;
    error_code accept_waiting();
    bool has_room() const { return entrance->handshakes() < entrance->settings.handshake_limit; }
    void report(error_code error);
    /// Accepts again when there is room and, after a failure, some time has passed.
    static net::awaitable<void> rest(std::shared_ptr<State> self, bool has_failed);

    TcpStreams::State& streams;
    TcpAcceptor acceptor;
    Timer timer;
    std::shared_ptr<Entrance> entrance;
    Url bound;
    bool is_first = true;     // of those on its socket
    bool is_failing = false;  // the first of a series is reported, not each
    int at_once = 1;          // so many are let in without a look whether somebody waits
};

void TcpListener::State::listen(const Url& url) {
    if (url.scheme == Scheme::unix_socket) {
        std::error_code error;
        const int handle = listen_on_unix_socket(url.path, error);
        if (handle < 0) throw bind_error(url, error);
        acceptor.assign(net::ip::tcp::v4(), handle);  // for Asio a handle that listens is like any other
        bound = url;
    } else {
        try {
            listen_on(resolve_to_bind(url));
        } catch (const boost::system::system_error& error) {
            throw bind_error(url, error.code());
        }
        bound = bound_url(url, bound_address(acceptor.native_handle()));
    }
    acceptor.native_non_blocking(true);
    entrance->bound = to_string(bound);
}

void TcpListener::State::listen_on(const Address& address) {
    const SocketAddress wanted = to_socket_address(address);
    acceptor.open(wanted.family() == AF_INET ? net::ip::tcp::v4() : net::ip::tcp::v6());
    acceptor.set_option(net::socket_base::reuse_address(true));  // the port of connections that have just ended
    if (wanted.family() == AF_INET6) acceptor.set_option(net::ip::v6_only(false));
    if (::bind(acceptor.native_handle(), wanted.get(), wanted.size) != 0) {
        throw boost::system::system_error(errno, boost::system::system_category());
    }
    // Accepted sockets have it from here. Small packets leave at once: a round's output is sent in one piece, there is
    // nothing to be gained by waiting.
    acceptor.set_option(net::ip::tcp::no_delay(true));
    acceptor.listen();
}

void TcpListener::State::listen_beside(const State& first) {
    const int handle = ::fcntl(const_cast<TcpAcceptor&>(first.acceptor).native_handle(), F_DUPFD_CLOEXEC, 0);
    if (handle < 0) throw bind_error(first.bound, std::error_code(errno, std::system_category()));
    acceptor.assign(net::ip::tcp::v4(), handle);  // for Asio a handle that listens is like any other
    bound = first.bound;
    is_first = false;
}

void TcpListener::State::start() { streams.start_accepting(acceptor.native_handle(), *this); }

void TcpListener::State::stop() { streams.stop_accepting(acceptor.native_handle(), *this); }

/// What is not accepted waits in the system's queue: under a rush of handshakes those that have begun get done.
void TcpListener::State::acceptable() {
    const std::shared_ptr<State> self = shared_from_this();  // what comes of one let in may end this
    const error_code error = accept_waiting();
    if (entrance->is_closed) return;
    const bool has_failed = error && !is_the_peers(error);  // else it gave up before it was accepted: nothing of ours
    if (has_failed) report(error);
    if (!has_failed && has_room()) return;
    stop();
    net::co_spawn(acceptor.get_executor(), rest(self, has_failed), RethrowFailure{});
}

/// Lets in who waits; a part of them, for others want their turn as well. As many as at the last time are expected:
/// that nobody else waits is told by the next round for nothing.
error_code TcpListener::State::accept_waiting() {
    int count = 0;
    for (; count < at_once && has_room(); ++count) {
        SocketAddress peer;
        SocketHandle socket(::accept4(acceptor.native_handle(), peer.get(), &peer.size, SOCK_NONBLOCK | SOCK_CLOEXEC));
        if (!socket.is_open() && (errno == EAGAIN || errno == EINTR)) break;
        if (!socket.is_open()) return {errno, boost::system::system_category()};
        is_failing = false;
        streams.accept(std::move(socket), peer, entrance);
        if (entrance->is_closed) return {};
    }
    at_once = count == at_once ? std::min(2 * at_once, most_at_once) : std::max(count, 1);
    return {};
}

void TcpListener::State::report(error_code error) {
    if (!is_failing) streams.events.accept_failed(entrance->bound, error);
    is_failing = true;
}

net::awaitable<void> TcpListener::State::rest(std::shared_ptr<State> self, bool has_failed) {
    const std::shared_ptr<Entrance> entrance = self->entrance;
    if (has_failed) {
        self->timer.expires_after(pause_after_failure);
        co_await self->timer.async_wait(as_result);
    }
    while (!entrance->is_closed && !self->has_room()) {
        entrance->room.expires_at(Timer::time_point::max());
        co_await entrance->room.async_wait(as_result);
    }
    if (!entrance->is_closed) self->start();
}

TcpListener::TcpListener(EventLoop& loop, TcpStreams& streams, const ListenerSettings& settings)
    : state_(std::make_shared<State>(loop, streams.state(), std::make_shared<Entrance>(loop.io(), settings))) {
    state_->listen(settings.url);
    state_->start();
}

TcpListener::TcpListener(EventLoop& loop, TcpStreams& streams, const ListenerSettings& settings,
                         const TcpListener& first)
    : state_(std::make_shared<State>(loop, streams.state(),
                                     std::make_shared<Entrance>(loop.io(), settings, *first.state_->entrance))) {
    state_->listen_beside(*first.state_);
    state_->start();
}

TcpListener::~TcpListener() {
    if (!state_) return;
    state_->entrance->is_closed = true;
    state_->stop();
    error_code ignored;
    state_->acceptor.close(ignored);
    state_->timer.cancel();
    state_->entrance->room.cancel();
    if (state_->is_first && state_->bound.scheme == Scheme::unix_socket) ::unlink(state_->bound.path.c_str());
}

TcpListener::TcpListener(TcpListener&&) noexcept = default;

const Url& TcpListener::bound() const { return state_->bound; }

Result<bool, std::string> TcpListener::reload() {
    if (!state_->entrance->tls) return false;
    const auto reloaded = state_->entrance->tls->reload();
    if (!reloaded) return Failure{reloaded.error()};
    return true;
}

}  // namespace trunkline::runtime
