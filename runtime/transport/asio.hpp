#pragma once
// Asio as this folder uses it. For sources only: it takes seconds to compile.

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>

namespace trunkline::runtime {

namespace net = boost::asio;
using boost::system::error_code;

/// co_await gives the error as the first element of a tuple, never an exception.
constexpr auto as_result = net::as_tuple(net::use_awaitable);

// With the executor's own type instead of any_io_executor: smaller sockets, no indirect call.
using Executor = net::io_context::executor_type;
using TcpSocket = net::basic_stream_socket<net::ip::tcp, Executor>;
using TcpAcceptor = net::basic_socket_acceptor<net::ip::tcp, Executor>;
using UdpHandle = net::basic_datagram_socket<net::ip::udp, Executor>;
using Timer =
    net::basic_waitable_timer<std::chrono::steady_clock, net::wait_traits<std::chrono::steady_clock>, Executor>;

/// The completion of spawned coroutines: they report through events; an exception is our own mistake or a lack of
/// memory, and ends the program by way of run_round().
struct RethrowFailure {
    void operator()(std::exception_ptr failure) const {
        if (failure) std::rethrow_exception(failure);
    }
};

}  // namespace trunkline::runtime
