#include "broker/store/content.hpp"

#include "broker/store/rows.hpp"

namespace trunkline::broker {

void bind_content(runtime::Statement& statement, int first, const Message& message, WallTime received_at,
                  std::optional<WallTime> expires_at) {
    statement.bind(first, message.topic());
    statement.bind(first + 1, message.properties().octets());
    statement.bind(first + 2, message.payload());
    statement.bind(first + 3, nanoseconds(received_at));
    if (expires_at) statement.bind(first + 4, nanoseconds(*expires_at));
}

Content read_content(const runtime::Statement& statement, int first, const WallClock& clock) {
    Content content;
    content.received_at = wall_time(statement.number(first + 3));
    if (!statement.is_null(first + 4)) content.expires_at = wall_time(statement.number(first + 4));
    Message::Parts parts;
    parts.topic = statement.text(first);
    parts.properties = statement.blob(first + 1);
    parts.payload = statement.blob(first + 2);
    parts.received_at = clock.instant(content.received_at);
    if (content.expires_at) parts.expires_at = clock.instant(*content.expires_at);
    content.message = Message::make(parts);
    return content;
}

void add_content(runtime::RowChecksum& sum, const Message& message, WallTime received_at,
                 std::optional<WallTime> expires_at) {
    sum.text(message.topic()).bytes(message.properties().octets()).bytes(message.payload());
    sum.number(nanoseconds(received_at));
    sum.number(expires_at ? nanoseconds(*expires_at) : null_number);
}

}  // namespace trunkline::broker
