#include "runtime/transport/tcp_streams.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <string>
#include <utility>

#include "runtime/transport/entrance.hpp"
#include "runtime/transport/resolve.hpp"
#include "runtime/transport/socket_address.hpp"
#include "runtime/transport/stream_table.hpp"

namespace trunkline::runtime {

namespace {

// Of an acceptor, beside the numbers of streams, which do not get so large.
constexpr std::uint64_t acceptor_key = std::uint64_t{1} << 63;

// A larger piece would let one sender hold up the others of its round.
constexpr std::size_t read_limit_bytes = 64 * 1024;

bool would_block(int error) { return error == EAGAIN || error == EWOULDBLOCK || error == EINTR; }

std::error_code system_error(int error) { return {error, std::system_category()}; }

// A peer that makes layers answer (WebSocket Pings, new TLS keys) and reads none of it would have us keep it all.
constexpr std::size_t answers_limit_bytes = 64 * 1024;

/// "127.0.0.1:50412"; of a Unix socket the process: "pid 4711, uid 1000".
std::string peer_of(int handle, const SocketAddress& address) {
    if (address.family() != AF_UNIX) return to_string(to_address(address));
    ucred peer{};
    socklen_t size = sizeof peer;
    if (::getsockopt(handle, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return "unknown";
    return "pid " + std::to_string(peer.pid) + ", uid " + std::to_string(peer.uid);
}

}  // namespace

std::size_t Stream::owners_part(std::size_t taken) {
    if (!layered) return taken;
    if (unsent.empty()) layered->answered = 0;
    // Layers only add, so that of the owner's octets at most as many wait as wait in all.
    const std::size_t waiting = std::min(layered->owners_unsent, unsent.size());
    return std::exchange(layered->owners_unsent, waiting) - waiting;
}

Stream& TcpStreams::State::add(StreamId id, SocketHandle socket) {
    auto stream = std::make_unique<Stream>(std::move(socket));
    Stream& added = *stream;
    [[maybe_unused]] const bool is_new = streams.add(id, std::move(stream));
    assert(is_new);
    return added;
}

void TcpStreams::State::accept(SocketHandle socket, const SocketAddress& peer,
                               const std::shared_ptr<Entrance>& entrance) {
    StreamOrigin origin{entrance->bound, peer_of(socket.get(), peer), {}, {}};
    if (!entrance->settings.has_layers()) return adopt(std::move(socket), origin, {}, {}, {});
    net::co_spawn(loop.io(), open(socket.to_asio(loop.io()), std::move(origin), entrance, entrance->under_way),
                  RethrowFailure{});
}

void TcpStreams::State::adopt(SocketHandle socket, const StreamOrigin& origin, LayerStack layers, OutputBytes to_owner,
                              OutputBytes to_peer) {
    const StreamId id = events.accepted(origin);
    Stream& stream = add(id, std::move(socket));
    if (!layers.empty()) stream.layered = std::make_unique<Layered>(Layered{std::move(layers)});
    wait(id, stream);
    deliver(id, stream, to_owner, to_peer);
}

void TcpStreams::State::wait(StreamId id, Stream& stream) {
    if (!stream.socket.is_open()) return;  // Asio has it until it is connected
    const Wishes before = std::exchange(stream.waited_for, stream.wishes());
    readiness.change(stream.socket.get(), static_cast<std::uint64_t>(id), before, stream.waited_for);
}

void TcpStreams::State::start_accepting(int handle, Acceptor& acceptor) {
    auto place = std::find(acceptors.begin(), acceptors.end(), nullptr);
    if (place == acceptors.end()) place = acceptors.insert(place, nullptr);
    *place = &acceptor;
    readiness.change(handle, acceptor_key | static_cast<std::uint64_t>(place - acceptors.begin()), wish_nothing,
                     wish_to_read);
}

void TcpStreams::State::stop_accepting(int handle, Acceptor& acceptor) {
    const auto place = std::find(acceptors.begin(), acceptors.end(), &acceptor);
    if (place == acceptors.end()) return;
    *place = nullptr;
    readiness.change(handle, acceptor_key, wish_to_read, wish_nothing);
}

void TcpStreams::State::ready(std::uint64_t key, bool can_read, bool can_write) {
    if ((key & acceptor_key) != 0) {
        Acceptor* acceptor = acceptors[static_cast<std::size_t>(key & ~acceptor_key)];
        if (acceptor != nullptr) acceptor->acceptable();  // none: it was stopped within this round
        return;
    }
    const StreamId id{key};
    if (can_read) on_readable(id);
    Stream* stream = find(id);  // it may have ended before, or by what it has read
    if (stream == nullptr || !can_write || !stream->waits_to_write()) return;
    if (stream->connecting) return finish_connecting(id, *stream, can_read);  // to read was not asked for
    flush(id, *stream);
}

void TcpStreams::State::coming(std::uint64_t key) {
    if ((key & acceptor_key) == 0) events.coming(StreamId{key});
}

void TcpStreams::State::on_readable(StreamId id) {
    Stream* stream = find(id);
    if (stream == nullptr || !stream->reading || stream->connecting) return;
    const std::span<std::byte> buffer = loop.read_buffer().first(read_limit_bytes);
    const ssize_t size = ::recv(stream->socket.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    const int failure = errno;
    if (size == 0) return end(id, {StreamEnd::Cause::peer_closed, {}});
    if (size < 0 && !would_block(failure)) return end(id, {StreamEnd::Cause::failed, system_error(failure)});
    if (size < 0) return;
    const ByteView octets = buffer.first(static_cast<std::size_t>(size));
    if (stream->layered) received_through_layers(id, *stream, octets);
    else events.received(id, octets);
}

void TcpStreams::State::received_through_layers(StreamId id, Stream& stream, ByteView octets) {
    OutputBytes to_owner;
    OutputBytes to_peer;
    stream.layered->layers.received(octets, to_owner, to_peer);
    deliver(id, stream, to_owner, to_peer);
}

void TcpStreams::State::deliver(StreamId id, Stream& stream, const OutputBytes& to_owner, OutputBytes& to_peer) {
    if (stream.layered) stream.layered->answered += to_peer.size();
    stream.unsent.take(to_peer);
    if (!flush(id, stream)) return;
    if (!to_owner.empty()) events.received(id, to_owner.view());
    Stream* still = find(id);  // the owner may have ended it
    if (still != nullptr && still->layered) heed_layers(id, *still);
}

void TcpStreams::State::heed_layers(StreamId id, Stream& stream) {
    LayerStack& layers = stream.layered->layers;
    if (layers.status() != StreamLayer::Status::open) layers.close(stream.unsent);
    const auto broken = std::make_error_code(std::errc::protocol_error);
    if (layers.status() == StreamLayer::Status::ended) {
        leave(id, stream, {StreamEnd::Cause::peer_closed, {}});
    } else if (layers.status() == StreamLayer::Status::failed) {
        leave(id, stream, {StreamEnd::Cause::failed, broken, layers.failure()});
    } else if (stream.layered->answered > answers_limit_bytes) {
        end(id, {StreamEnd::Cause::failed, broken, "the peer does not read what it has asked for"});
    }
}

bool TcpStreams::State::flush(StreamId id, Stream& stream) {
    if (stream.unsent.empty()) return true;
    std::error_code error;
    const std::size_t taken = write(stream, error);
    if (error) {
        end(id, {StreamEnd::Cause::failed, error});
        return false;
    }
    wait(id, stream);
    const std::size_t owners = stream.owners_part(taken);
    if (owners != 0) events.written(id, owners);
    return find(id) != nullptr;
}

std::size_t TcpStreams::State::write(Stream& stream, std::error_code& error) {
    std::size_t taken = 0;
    while (!stream.unsent.empty()) {
        const ByteView bytes = stream.unsent.view();
        const ssize_t size = ::send(stream.socket.get(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
        if (size < 0) {
            if (!would_block(errno)) error = system_error(errno);
            break;
        }
        taken += static_cast<std::size_t>(size);
        stream.unsent.consume(static_cast<std::size_t>(size));
    }
    return taken;
}

void TcpStreams::State::end_soon(StreamId id, std::error_code error) {
    net::post(loop.io(), [this, id, error] {
        if (find(id) != nullptr) end(id, {StreamEnd::Cause::failed, error});
    });
}

void TcpStreams::State::end(StreamId id, StreamEnd how) {
    streams.take(id);
    events.closed(id, how);
}

void TcpStreams::State::leave(StreamId id, Stream& stream, StreamEnd how) {
    readiness.change(stream.socket.get(), static_cast<std::uint64_t>(id), stream.waited_for, wish_nothing);
    net::co_spawn(loop.io(), farewell(stream.socket.to_asio(loop.io()), std::move(stream.unsent), leaving),
                  RethrowFailure{});
    end(id, how);
}

TcpStreams::TcpStreams(EventLoop& loop, StreamEvents& events) : state_(std::make_unique<State>(loop, events)) {}
TcpStreams::~TcpStreams() = default;

void TcpStreams::connect(StreamId id, const Url& to, Duration timeout, const TlsClientContext* tls,
                         const std::optional<Address>& from) {
    State& state = *state_;
    Stream& stream = state.add(id, SocketHandle());
    stream.connecting = std::make_unique<Connecting>(state.loop.io(), timeout);
    stream.connecting->from = from;
    stream.connecting->timer.async_wait([&state, id](error_code error) {
        if (!error) state.connect_failed(id, std::make_error_code(std::errc::timed_out));
    });
    if (tls == nullptr && to.scheme != Scheme::unix_socket) {
        if (const auto address = numeric_address(to.host, to.port)) return state.begin_connecting(id, stream, *address);
    }
    stream.connecting->socket = std::make_shared<TcpSocket>(state.loop.io());
    net::co_spawn(state.loop.io(), state.connect(id, to, tls), RethrowFailure{});
}

std::size_t TcpStreams::send(StreamId id, OutputBytes& bytes) {
    Stream* stream = state_->find(id);
    if (stream == nullptr) {
        bytes.consume(bytes.size());  // its end is on the way to the owner
        return 0;
    }
    if (stream->layered) {
        stream->layered->layers.send(bytes.view(), stream->unsent);
        stream->layered->owners_unsent += bytes.size();
        bytes.consume(bytes.size());
    } else {
        stream->unsent.take(bytes);
    }
    if (stream->connecting || stream->waits_to_write()) return 0;
    std::error_code error;
    const std::size_t taken = state_->write(*stream, error);
    if (error) {
        stream->unsent.consume(stream->unsent.size());
        state_->end_soon(id, error);
    }
    state_->wait(id, *stream);
    return stream->owners_part(taken);
}

std::size_t TcpStreams::unsent_bytes(StreamId id) const {
    const Stream* stream = state_->find(id);
    return stream == nullptr ? 0 : stream->unsent.size();
}

void TcpStreams::set_reading(StreamId id, bool reading) {
    Stream* stream = state_->find(id);
    if (stream == nullptr) return;
    stream->reading = reading;
    state_->wait(id, *stream);
}

void TcpStreams::close(StreamId id) {
    Stream* stream = state_->find(id);
    if (stream == nullptr) return;
    if (stream->connecting) return state_->end(id, {StreamEnd::Cause::closed_here, {}});
    if (stream->layered) stream->layered->layers.close(stream->unsent);
    state_->leave(id, *stream, {StreamEnd::Cause::closed_here, {}});
}

void TcpStreams::abort(StreamId id) {
    if (state_->find(id) != nullptr) state_->end(id, {StreamEnd::Cause::closed_here, {}});
}

std::size_t TcpStreams::size() const { return state_->streams.size(); }

std::size_t TcpStreams::leaving() const { return static_cast<std::size_t>(state_->leaving.use_count() - 1); }

}  // namespace trunkline::runtime
