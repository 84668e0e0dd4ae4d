#include "broker/store/retained_table.hpp"

#include "broker/store/content.hpp"

namespace trunkline::broker {

using runtime::DatabaseResult;
using runtime::RowChecksum;

namespace {

std::int64_t checksum(const RetainedRecord& record) {
    RowChecksum sum;
    add_content(sum, *record.message, record.received_at, record.expires_at);
    sum.number(static_cast<std::int64_t>(record.qos));
    return sum.value();
}

}  // namespace

const char* const RetainedTable::schema = R"sql(
CREATE TABLE retained(
  topic TEXT PRIMARY KEY NOT NULL,
  properties BLOB NOT NULL,
  payload BLOB NOT NULL,
  received_at INTEGER NOT NULL,
  expires_at INTEGER,
  qos INTEGER NOT NULL,
  crc INTEGER NOT NULL
) STRICT;
)sql";

RetainedTable::RetainedTable(runtime::Preparer& prepare)
    : put_(prepare("INSERT OR REPLACE INTO retained VALUES(?,?,?,?,?,?,?)")),
      drop_(prepare("DELETE FROM retained WHERE topic=?")),
      all_(prepare("SELECT topic,properties,payload,received_at,expires_at,qos,crc,rowid FROM retained "
                   "ORDER BY topic")) {}

DatabaseResult<void> RetainedTable::enter(const PutRetained& operation) {
    const RetainedRecord& record = operation.record;
    bind_content(put_, 1, *record.message, record.received_at, record.expires_at);
    return put_.bind(6, static_cast<std::int64_t>(record.qos)).bind(7, checksum(record)).run();
}

DatabaseResult<void> RetainedTable::enter(const DropRetained& operation) {
    return drop_.bind(1, operation.topic).run();
}

DatabaseResult<void> RetainedTable::load(Rows& rows) {
    return all_.for_each([&] {
        Content content = read_content(all_, 0, rows.clock());
        RetainedRecord record{std::move(content.message), static_cast<mqtt::QoS>(all_.number(5)), content.received_at,
                              content.expires_at};
        const bool is_sound = checksum(record) == all_.number(6);
        rows.record(std::move(record), is_sound, "retained", all_.number(7));
    });
}

}  // namespace trunkline::broker
