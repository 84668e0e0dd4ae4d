#include "runtime/transport/udp_socket.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <random>
#include <utility>

#include "runtime/transport/asio.hpp"
#include "runtime/transport/bind_error.hpp"
#include "runtime/transport/multicast.hpp"
#include "runtime/transport/own_addresses.hpp"
#include "runtime/transport/readiness.hpp"
#include "runtime/transport/socket_address.hpp"
#include "runtime/transport/unsent_datagrams.hpp"

namespace trunkline::runtime {

namespace {

constexpr std::size_t batch_datagrams = 32;
constexpr std::size_t datagram_limit_bytes = 8 * 1024;
constexpr std::size_t door_datagrams = 8;  // in each round: what comes elsewhere meanwhile is not to wait for long
constexpr int batches_per_event = 8;       // then other sockets get their turn
constexpr std::uint64_t main_key = 0, door_key = 1;
constexpr int receive_buffer_bytes = 4 << 20;  // the system may grant less (net.core.rmem_max)
constexpr std::size_t unsent_limit_bytes = 4U << 20U;

void set_option(UdpHandle& handle, int option) {
    const int on = 1;
    if (::setsockopt(handle.native_handle(), SOL_SOCKET, option, &on, sizeof on) != 0)
        throw boost::system::system_error(errno, boost::system::system_category());
}

bool is_any(const Address& address) {
    return address.ip == Address::v4(0, 0, 0, 0, 0).ip || address.ip == std::array<std::uint8_t, 16>{};
}

/// Without the owner's mark.
Address bare(Address address) {
    address.via = 0;
    return address;
}

std::uint64_t drawn_key() {
    std::random_device random;
    return std::uint64_t{random()} << 32U | random();
}

/// The option lets others be bound there, too.
void bind_handle(UdpHandle& handle, const Address& address, std::optional<int> option) {
    const SocketAddress wanted = to_socket_address(address);
    handle.open(wanted.family() == AF_INET ? net::ip::udp::v4() : net::ip::udp::v6());
    if (wanted.family() == AF_INET6) handle.set_option(net::ip::v6_only(false));
    if (option) set_option(handle, *option);
    error_code ignored;  // a smaller buffer loses datagrams sooner, which the protocol survives
    handle.set_option(net::socket_base::receive_buffer_size(receive_buffer_bytes), ignored);
    if (is_any(address)) OwnAddresses::ask_for(handle.native_handle(), wanted.family());
    if (::bind(handle.native_handle(), wanted.get(), wanted.size) != 0)
        throw boost::system::system_error(errno, boost::system::system_category());
}

}  // namespace

struct UdpSocket::State : Readiness::Events, std::enable_shared_from_this<State> {
    State(EventLoop& loop_, DatagramEvents& events_, UdpSocketId id_)
        : loop(loop_), events(events_), id(id_), socket(loop_.io()), door(loop_.io()), readiness(loop_, *this) {}

    void bind(const Address& address, std::optional<int> option = std::nullopt);
    void start() { readiness.change(socket.native_handle(), main_key, wish_nothing, wish_to_read); }
    /// Bound as this one is, which shares its port.
    void open_door(const SideDoorRule& rule, const PortShare& share);
    void close();
    void ready(std::uint64_t key, bool can_read, bool can_write) override;
    void on_readable();
    /// Up to `most`, which are batch_datagrams or fewer. How many there were; as many: perhaps there are more.
    std::size_t receive_batch(UdpHandle& from_socket, std::size_t most);
    void wait_to_write(bool waits);
    void on_writable();
    /// How many of them need not be offered again: sent, or refused for good. Fewer than all: the socket is full.
    std::size_t offer(std::span<const Datagram> datagrams);
    std::size_t offer_batch(std::span<const Datagram> datagrams, bool& full);
    /// The same from whatever address the system chooses.
    std::size_t offer_from_anywhere(const Datagram& datagram);
    void keep(std::span<const Datagram> datagrams);

    EventLoop& loop;
    DatagramEvents& events;
    const UdpSocketId id;
    UdpHandle socket;
    UdpHandle door;  // not open: there is none
    int family = AF_INET;
    std::optional<OwnAddresses> own;  // nothing: the socket has one address, and needs no choice
    Url bound;
    UdpCounters counters;
    UnsentDatagrams unsent{unsent_limit_bytes};
    bool waits_to_write = false;
    bool is_closed = false;
    Readiness readiness;  // a handle that is ready again and again costs Asio a system call each time
};

void UdpSocket::State::bind(const Address& address, std::optional<int> option) {
    family = to_socket_address(address).family();
    if (is_any(address)) own.emplace(drawn_key());
    bind_handle(socket, address, option);
}

/// Not being able to part them is no reason not to start: the system's queue is one then, as everywhere else.
void UdpSocket::State::open_door(const SideDoorRule& rule, const PortShare& share) {
    bind_handle(door, bound_address(socket.native_handle()), SO_REUSEPORT);
    if (attach_side_doors(socket.native_handle(), rule, share)) {
        error_code ignored;
        door.close(ignored);
        return;
    }
    readiness.change(door.native_handle(), door_key, wish_nothing, wish_to_read);
}

void UdpSocket::State::close() {
    is_closed = true;
    error_code ignored;
    socket.close(ignored);
    door.close(ignored);
}

void UdpSocket::State::ready(std::uint64_t key, bool can_read, bool can_write) {
    const std::shared_ptr<State> self = shared_from_this();  // what has come may end this
    if (can_read) on_readable();
    if (key == door_key) {
        // Behind what has come by the front, which may be older and of the same sender.
        if (!is_closed) receive_batch(door, door_datagrams);
        return;
    }
    if (can_write && waits_to_write && !is_closed) on_writable();
}

void UdpSocket::State::on_readable() {
    for (int batches = 0; batches < batches_per_event && !is_closed; ++batches) {
        if (receive_batch(socket, batch_datagrams) < batch_datagrams) break;
    }
}

std::size_t UdpSocket::State::receive_batch(UdpHandle& from_socket, std::size_t most) {
    const std::span<std::byte> buffer = loop.read_buffer().first(most * datagram_limit_bytes);
    std::array<SocketAddress, batch_datagrams> from;
    std::array<iovec, batch_datagrams> pieces;
    std::array<mmsghdr, batch_datagrams> messages{};
    std::array<OwnAddresses::Control, batch_datagrams> controls;
    for (std::size_t at = 0; at < most; ++at) {
        if (own) {
            messages[at].msg_hdr.msg_control = controls[at].octets.data();
            messages[at].msg_hdr.msg_controllen = controls[at].octets.size();
        }
        pieces[at] = {buffer.data() + at * datagram_limit_bytes, datagram_limit_bytes};
        messages[at].msg_hdr.msg_name = from[at].get();
        messages[at].msg_hdr.msg_namelen = from[at].size;
        messages[at].msg_hdr.msg_iov = &pieces[at];
        messages[at].msg_hdr.msg_iovlen = 1;
    }
    const int count =
        ::recvmmsg(from_socket.native_handle(), messages.data(), static_cast<unsigned>(most), MSG_DONTWAIT, nullptr);
    if (count <= 0) return 0;  // nothing there; an error of the network concerns a datagram, not the socket
    for (std::size_t at = 0; at < static_cast<std::size_t>(count) && !is_closed; ++at) {
        if ((messages[at].msg_hdr.msg_flags & MSG_TRUNC) != 0) {
            ++counters.truncated;
            continue;
        }
        ++counters.received;
        const Address sender = to_address(from[at]);
        if (own) own->received(sender, messages[at].msg_hdr);
        events.datagram(id, sender, buffer.subspan(at * datagram_limit_bytes, messages[at].msg_len));
    }
    return static_cast<std::size_t>(count);
}

std::size_t UdpSocket::State::offer_batch(std::span<const Datagram> datagrams, bool& full) {
    std::array<SocketAddress, batch_datagrams> to;
    std::array<iovec, batch_datagrams> pieces;
    std::array<mmsghdr, batch_datagrams> messages{};
    std::array<OwnAddresses::Control, batch_datagrams> controls;
    const std::size_t size = std::min(datagrams.size(), batch_datagrams);
    for (std::size_t at = 0; at < size; ++at) {
        to[at] = to_socket_address(datagrams[at].to, family);
        pieces[at] = {const_cast<std::byte*>(datagrams[at].octets.data()), datagrams[at].octets.size()};
        messages[at].msg_hdr.msg_name = to[at].get();
        messages[at].msg_hdr.msg_namelen = to[at].size;
        messages[at].msg_hdr.msg_iov = &pieces[at];
        messages[at].msg_hdr.msg_iovlen = 1;
        if (own) own->leaves(bare(datagrams[at].to), family, messages[at].msg_hdr, controls[at]);
    }
    const int sent = ::sendmmsg(socket.native_handle(), messages.data(), static_cast<unsigned>(size), MSG_DONTWAIT);
    if (sent > 0) {
        counters.sent += static_cast<std::uint64_t>(sent);
        return static_cast<std::size_t>(sent);
    }
    if (errno == EAGAIN || errno == EWOULDBLOCK) {
        full = true;
        return 0;
    }
    if (errno == EINTR) return 0;
    const bool has_lost_address = errno == EINVAL || errno == EADDRNOTAVAIL;
    if (has_lost_address && messages.front().msg_hdr.msg_control != nullptr)
        return offer_from_anywhere(datagrams.front());
    ++counters.refused;  // the error concerns the first one
    return 1;
}

std::size_t UdpSocket::State::offer_from_anywhere(const Datagram& datagram) {
    own->could_not_leave(bare(datagram.to));
    const SocketAddress to = to_socket_address(datagram.to, family);
    const auto sent = ::sendto(socket.native_handle(), datagram.octets.data(), datagram.octets.size(), MSG_DONTWAIT,
                               to.get(), to.size);
    ++(sent < 0 ? counters.refused : counters.sent);
    return 1;
}

std::size_t UdpSocket::State::offer(std::span<const Datagram> datagrams) {
    std::size_t done = 0;
    bool full = false;
    while (done < datagrams.size() && !full) done += offer_batch(datagrams.subspan(done), full);
    return done;
}

void UdpSocket::State::keep(std::span<const Datagram> datagrams) {
    for (const Datagram& datagram : datagrams) {
        if (!unsent.keep(datagram)) ++counters.dropped;
    }
    wait_to_write(!unsent.empty());
}

void UdpSocket::State::wait_to_write(bool waits) {
    if (std::exchange(waits_to_write, waits) == waits) return;
    constexpr Wishes both = wish_to_read | wish_to_write;
    readiness.change(socket.native_handle(), main_key, waits ? wish_to_read : both, waits ? both : wish_to_read);
}

void UdpSocket::State::on_writable() {
    unsent.forget_first(offer(unsent.views()));
    wait_to_write(!unsent.empty());
}

UdpSocket::UdpSocket(EventLoop& loop, DatagramEvents& events, UdpSocketId id, const Url& url)
    : state_(std::make_shared<State>(loop, events, id)) {
    try {
        state_->bind(resolve_to_bind(url));
    } catch (const boost::system::system_error& error) {
        throw bind_error(url, error.code());
    }
    state_->bound = bound_url(url, local());
    state_->start();
}

UdpSocket::UdpSocket(EventLoop& loop, DatagramEvents& events, UdpSocketId id, const Url& url,
                     const SideDoorRule& side_door, const PortShare& share)
    : state_(std::make_shared<State>(loop, events, id)) {
    try {
        const bool is_first = share.index == 0;
        state_->bind(resolve_to_bind(url), is_first ? std::nullopt : std::optional(SO_REUSEPORT));
        if (is_first) set_option(state_->socket, SO_REUSEPORT);  // after it has found that the port is nobody else's
        state_->open_door(side_door, share);
    } catch (const boost::system::system_error& error) {
        throw bind_error(url, error.code());
    }
    state_->bound = bound_url(url, local());
    state_->start();
}

UdpSocket UdpSocket::of_group(EventLoop& loop, DatagramEvents& events, UdpSocketId id, const Url& group,
                              const Address& local) {
    UdpSocket socket(std::make_shared<State>(loop, events, id));
    try {
        const Address address = resolve_to_bind(group);
        Address bound = address;
        if (!address.is_v4()) bound.ip = {};       // a group of one network could only be bound to with its interface
        socket.state_->bind(bound, SO_REUSEADDR);  // others may listen to the same group on this machine
        const std::error_code error = join_group(socket.state_->socket.native_handle(), group, address, local);
        if (error) throw bind_error(group, error);
    } catch (const boost::system::system_error& error) {
        throw bind_error(group, error.code());
    }
    socket.state_->bound = group;
    socket.state_->bound.port = socket.local().port;
    socket.state_->start();
    return socket;
}

void UdpSocket::send_to(const Url& group) {
    const std::error_code error = send_to_group(state_->socket.native_handle(), state_->family, group, local());
    if (error) throw bind_error(state_->bound, error);
}

UdpSocket::~UdpSocket() {
    if (state_) state_->close();
}

UdpSocket::UdpSocket(UdpSocket&&) noexcept = default;

const Url& UdpSocket::bound() const { return state_->bound; }

Address UdpSocket::local() const { return bound_address(state_->socket.native_handle()); }

void UdpSocket::send(std::span<const Datagram> datagrams) {
    const std::size_t done = state_->unsent.empty() ? state_->offer(datagrams) : 0;
    state_->keep(datagrams.subspan(done));
}

const UdpCounters& UdpSocket::counters() const { return state_->counters; }

}  // namespace trunkline::runtime
