#include "runtime/http/http_server.hpp"

#include <algorithm>
#include <utility>

namespace trunkline::runtime {

HttpServer::HttpServer(EventLoop& loop, HttpHandler& handler, const Url& url)
    : handler_(handler), streams_(loop, *this), listener_(loop, streams_, url) {}

StreamId HttpServer::accepted(const StreamOrigin&) {
    const StreamId id{++last_id_};
    // Those count, too, that have their answer and do not read it.
    if (streams_.size() + streams_.leaving() >= connection_limit) {
        unwelcome_.push_back(id);
    } else {
        waiting_.emplace(id, Waiting{HttpReader(), clock_.now() + request_timeout});
    }
    return id;
}

void HttpServer::received(StreamId id, ByteView bytes) {
    const auto found = waiting_.find(id);
    if (found == waiting_.end()) return;
    HttpReader& reader = found->second.reader;
    switch (reader.feed(bytes)) {
        case HttpReader::Status::incomplete:
            return;
        case HttpReader::Status::refused:
            return send_and_close(id, reader.refusal(), true);
        case HttpReader::Status::complete:
            const bool is_head = reader.request().method == HttpMethod::head;
            return send_and_close(id, handler_.answer(reader.request()), !is_head);
    }
}

void HttpServer::send_and_close(StreamId id, const HttpAnswer& answer, bool with_body) {
    OutputBytes wire;
    wire.append(as_byte_view(to_wire(answer, with_body)));
    streams_.send(id, wire);
    streams_.close(id);  // what the peer does not read within seconds is dropped
}

void HttpServer::advance(Instant now) {
    for (const StreamId id : std::exchange(unwelcome_, {})) streams_.abort(id);
    while (!waiting_.empty() && waiting_.begin()->second.give_up_at <= now)
        send_and_close(waiting_.begin()->first, http_text(408, "the request did not come in time"), true);
}

std::optional<Instant> HttpServer::deadline() const {
    if (waiting_.empty()) return std::nullopt;
    return waiting_.begin()->second.give_up_at;
}

}  // namespace trunkline::runtime
