#include "broker/store/will_table.hpp"

#include "broker/store/content.hpp"

namespace trunkline::broker {

using runtime::DatabaseResult;
using runtime::RowChecksum;

namespace {

std::int64_t checksum(const WillRecord& record) {
    RowChecksum sum;
    sum.number(static_cast<std::int64_t>(record.session)).text(record.client_id);
    add_content(sum, *record.message, record.received_at, std::nullopt);
    sum.number(static_cast<std::int64_t>(record.qos)).number(record.retain ? 1 : 0).number(record.delay.count());
    sum.number(record.message_expiry ? record.message_expiry->count() : null_number);
    sum.number(record.due_at ? nanoseconds(*record.due_at) : null_number);
    return sum.value();
}

}  // namespace

const char* const WillTable::schema = R"sql(
CREATE TABLE will(
  session INTEGER PRIMARY KEY,
  client_id TEXT NOT NULL,
  topic TEXT NOT NULL,
  properties BLOB NOT NULL,
  payload BLOB NOT NULL,
  received_at INTEGER NOT NULL,
  expires_at INTEGER,
  qos INTEGER NOT NULL,
  retain INTEGER NOT NULL,
  delay INTEGER NOT NULL,
  message_expiry INTEGER,
  due_at INTEGER,
  crc INTEGER NOT NULL
) STRICT;
)sql";

WillTable::WillTable(runtime::Preparer& prepare)
    : put_(prepare("INSERT OR REPLACE INTO will VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?)")),
      drop_(prepare("DELETE FROM will WHERE session=?")),
      all_(prepare("SELECT session,client_id,topic,properties,payload,received_at,expires_at,qos,retain,delay,"
                   "message_expiry,due_at,crc FROM will ORDER BY session")) {}

DatabaseResult<void> WillTable::enter(const PutWill& operation) {
    const WillRecord& record = operation.record;
    put_.bind(1, static_cast<std::int64_t>(record.session)).bind(2, record.client_id);
    bind_content(put_, 3, *record.message, record.received_at, std::nullopt);
    put_.bind(8, static_cast<std::int64_t>(record.qos)).bind(9, std::int64_t{record.retain ? 1 : 0});
    put_.bind(10, std::int64_t{record.delay.count()});
    if (record.message_expiry) put_.bind(11, std::int64_t{record.message_expiry->count()});
    if (record.due_at) put_.bind(12, nanoseconds(*record.due_at));
    return put_.bind(13, checksum(record)).run();
}

DatabaseResult<void> WillTable::enter(const DropWill& operation) {
    return drop_.bind(1, static_cast<std::int64_t>(operation.session)).run();
}

DatabaseResult<void> WillTable::load(Rows& rows) {
    return all_.for_each([&] {
        Content content = read_content(all_, 2, rows.clock());
        WillRecord record;
        record.session = SessionId{static_cast<std::uint64_t>(all_.number(0))};
        record.client_id = all_.text(1);
        record.message = std::move(content.message);
        record.received_at = content.received_at;
        record.qos = static_cast<mqtt::QoS>(all_.number(7));
        record.retain = all_.number(8) != 0;
        record.delay = std::chrono::seconds(all_.number(9));
        if (!all_.is_null(10)) record.message_expiry = std::chrono::seconds(all_.number(10));
        if (!all_.is_null(11)) record.due_at = wall_time(all_.number(11));
        const bool is_sound = checksum(record) == all_.number(12);
        rows.record(std::move(record), is_sound, "will", all_.number(0));
    });
}

}  // namespace trunkline::broker
