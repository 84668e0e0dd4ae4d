#include "broker/store/session_table.hpp"

#include "runtime/store/crc32c.hpp"

namespace trunkline::broker {

using runtime::DatabaseResult;
using runtime::RowChecksum;
using runtime::Statement;

namespace {

/// SUBSCRIBE's own octet (§3.8.3.1).
std::int64_t octet_of(const mqtt::SubscriptionOptions& options) {
    return static_cast<std::int64_t>(options.qos) | (options.no_local ? 4 : 0) | (options.retain_as_published ? 8 : 0) |
           static_cast<std::int64_t>(options.retain_handling) << 4;
}

mqtt::SubscriptionOptions options_of(std::int64_t octet) {
    mqtt::SubscriptionOptions options;
    options.qos = static_cast<mqtt::QoS>(octet & 3);
    options.no_local = (octet & 4) != 0;
    options.retain_as_published = (octet & 8) != 0;
    options.retain_handling = static_cast<mqtt::RetainHandling>(octet >> 4 & 3);
    return options;
}

std::int64_t checksum(const SessionRecord& record) {
    RowChecksum sum;
    sum.number(static_cast<std::int64_t>(record.id)).text(record.client_id);
    sum.number(static_cast<std::int64_t>(record.version)).number(record.expiry.count());
    sum.number(record.disconnected_at ? nanoseconds(*record.disconnected_at) : null_number);
    sum.text(record.owner).number(static_cast<std::int64_t>(record.epoch));
    return sum.value();
}

std::int64_t checksum(const SubscriptionRecord& record) {
    RowChecksum sum;
    sum.number(static_cast<std::int64_t>(record.session)).text(record.filter).number(octet_of(record.options));
    sum.number(static_cast<std::int64_t>(record.id));
    return sum.value();
}

std::int64_t checksum(const InboundRecord& record) {
    RowChecksum sum;
    sum.number(static_cast<std::int64_t>(record.session)).number(static_cast<std::int64_t>(record.packet_id));
    return sum.value();
}

}  // namespace

const char* const SessionTable::schema = R"sql(
CREATE TABLE session(
  id INTEGER PRIMARY KEY,
  client_id TEXT NOT NULL,
  version INTEGER NOT NULL,
  expiry INTEGER NOT NULL,
  disconnected_at INTEGER,
  owner TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  crc INTEGER NOT NULL
) STRICT;
CREATE TABLE subscription(
  session INTEGER NOT NULL,
  filter TEXT NOT NULL,
  options INTEGER NOT NULL,
  identifier INTEGER NOT NULL,
  crc INTEGER NOT NULL,
  PRIMARY KEY(session, filter)
) STRICT, WITHOUT ROWID;
CREATE TABLE inbound(
  session INTEGER NOT NULL,
  packet_id INTEGER NOT NULL,
  crc INTEGER NOT NULL,
  PRIMARY KEY(session, packet_id)
) STRICT, WITHOUT ROWID;
)sql";

SessionTable::SessionTable(runtime::Preparer& prepare)
    : put_session_(prepare("INSERT OR REPLACE INTO session VALUES(?,?,?,?,?,?,?,?)")),
      drop_session_(prepare("DELETE FROM session WHERE id=?")),
      drop_subscriptions_(prepare("DELETE FROM subscription WHERE session=?")),
      put_subscription_(prepare("INSERT OR REPLACE INTO subscription VALUES(?,?,?,?,?)")),
      drop_subscription_(prepare("DELETE FROM subscription WHERE session=? AND filter=?")),
      put_inbound_(prepare("INSERT OR REPLACE INTO inbound VALUES(?,?,?)")),
      drop_inbound_(prepare("DELETE FROM inbound WHERE session=? AND packet_id=?")),
      drop_all_inbound_(prepare("DELETE FROM inbound WHERE session=?")),
      all_sessions_(prepare("SELECT id,client_id,version,expiry,disconnected_at,owner,epoch,crc FROM session ORDER BY "
                            "id")),
      all_subscriptions_(prepare("SELECT session,filter,options,identifier,crc FROM subscription ORDER BY "
                                 "session,filter")),
      all_inbound_(prepare("SELECT session,packet_id,crc FROM inbound ORDER BY session,packet_id")) {}

DatabaseResult<void> SessionTable::enter(const PutSession& operation) {
    const SessionRecord& record = operation.record;
    put_session_.bind(1, static_cast<std::int64_t>(record.id)).bind(2, record.client_id);
    put_session_.bind(3, static_cast<std::int64_t>(record.version)).bind(4, std::int64_t{record.expiry.count()});
    if (record.disconnected_at) put_session_.bind(5, nanoseconds(*record.disconnected_at));
    put_session_.bind(6, record.owner).bind(7, static_cast<std::int64_t>(record.epoch)).bind(8, checksum(record));
    return put_session_.run();
}

DatabaseResult<void> SessionTable::enter(const DropSession& operation) {
    const auto id = static_cast<std::int64_t>(operation.id);
    if (const auto done = drop_subscriptions_.bind(1, id).run(); !done) return done;
    if (const auto done = drop_all_inbound_.bind(1, id).run(); !done) return done;
    return drop_session_.bind(1, id).run();
}

DatabaseResult<void> SessionTable::enter(const PutSubscription& operation) {
    const SubscriptionRecord& record = operation.record;
    put_subscription_.bind(1, static_cast<std::int64_t>(record.session)).bind(2, record.filter);
    put_subscription_.bind(3, octet_of(record.options)).bind(4, static_cast<std::int64_t>(record.id));
    return put_subscription_.bind(5, checksum(record)).run();
}

DatabaseResult<void> SessionTable::enter(const DropSubscription& operation) {
    return drop_subscription_.bind(1, static_cast<std::int64_t>(operation.session)).bind(2, operation.filter).run();
}

DatabaseResult<void> SessionTable::enter(const PutInbound& operation) {
    const InboundRecord& record = operation.record;
    put_inbound_.bind(1, static_cast<std::int64_t>(record.session));
    return put_inbound_.bind(2, static_cast<std::int64_t>(record.packet_id)).bind(3, checksum(record)).run();
}

DatabaseResult<void> SessionTable::enter(const DropInbound& operation) {
    drop_inbound_.bind(1, static_cast<std::int64_t>(operation.record.session));
    return drop_inbound_.bind(2, static_cast<std::int64_t>(operation.record.packet_id)).run();
}

DatabaseResult<void> SessionTable::load(Rows& rows) {
    if (const auto done = load_sessions(rows); !done) return done;
    if (const auto done = load_subscriptions(rows); !done) return done;
    return load_inbound(rows);
}

DatabaseResult<void> SessionTable::load_sessions(Rows& rows) {
    return all_sessions_.for_each([&] {
        SessionRecord record;
        record.id = SessionId{static_cast<std::uint64_t>(all_sessions_.number(0))};
        record.client_id = all_sessions_.text(1);
        record.version = static_cast<mqtt::ProtocolVersion>(all_sessions_.number(2));
        record.expiry = std::chrono::seconds(all_sessions_.number(3));
        if (!all_sessions_.is_null(4)) record.disconnected_at = wall_time(all_sessions_.number(4));
        record.owner = all_sessions_.text(5);
        record.epoch = static_cast<std::uint64_t>(all_sessions_.number(6));
        const bool is_sound = checksum(record) == all_sessions_.number(7);
        rows.record(std::move(record), is_sound, "session", all_sessions_.number(0));
    });
}

DatabaseResult<void> SessionTable::load_subscriptions(Rows& rows) {
    return all_subscriptions_.for_each([&] {
        SubscriptionRecord record;
        record.session = SessionId{static_cast<std::uint64_t>(all_subscriptions_.number(0))};
        record.filter = all_subscriptions_.text(1);
        record.options = options_of(all_subscriptions_.number(2));
        record.id = SubscriptionId{static_cast<std::uint32_t>(all_subscriptions_.number(3))};
        const bool is_sound = checksum(record) == all_subscriptions_.number(4);
        rows.record(std::move(record), is_sound, "subscription", all_subscriptions_.number(0));
    });
}

DatabaseResult<void> SessionTable::load_inbound(Rows& rows) {
    return all_inbound_.for_each([&] {
        InboundRecord record;
        record.session = SessionId{static_cast<std::uint64_t>(all_inbound_.number(0))};
        record.packet_id = mqtt::PacketId{static_cast<std::uint16_t>(all_inbound_.number(1))};
        const bool is_sound = checksum(record) == all_inbound_.number(2);
        rows.record(record, is_sound, "inbound", all_inbound_.number(0));
    });
}

}  // namespace trunkline::broker
