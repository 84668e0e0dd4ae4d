#include "broker/store/retained_table.hpp"

#include <optional>
#include <string>

#include "broker/store/content.hpp"

namespace trunkline::broker {

using runtime::DatabaseResult;
using runtime::RowChecksum;

namespace {

std::int64_t checksum(const RetainedRecord& record) {
    RowChecksum sum;
    add_content(sum, *record.message, record.received_at, record.expires_at);
    sum.number(static_cast<std::int64_t>(record.qos));
    const auto add = [&sum](const std::string* text) { text ? sum.text(*text) : sum.number(null_number); };
    add(record.source ? &record.source->client_id : nullptr);
    add(record.source && record.source->user ? &*record.source->user : nullptr);
    return sum.value();
}

/// From columns 6 and 7.
RetainedSourcePtr read_source(const runtime::Statement& row) {
    if (row.is_null(6)) return {};
    return RetainedSource::make(std::string(row.text(6)),
                                row.is_null(7) ? std::nullopt : std::optional(std::string(row.text(7))));
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
  client_id TEXT,
  user TEXT,
  crc INTEGER NOT NULL
) STRICT;
)sql";

RetainedTable::RetainedTable(runtime::Preparer& prepare)
    : put_(prepare("INSERT OR REPLACE INTO retained VALUES(?,?,?,?,?,?,?,?,?)")),
      drop_(prepare("DELETE FROM retained WHERE topic=?")),
      all_(prepare("SELECT topic,properties,payload,received_at,expires_at,qos,client_id,user,crc,rowid FROM retained "
                   "ORDER BY topic")) {}

DatabaseResult<void> RetainedTable::enter(const PutRetained& operation) {
    const RetainedRecord& record = operation.record;
    bind_content(put_, 1, *record.message, record.received_at, record.expires_at);
    put_.bind(6, static_cast<std::int64_t>(record.qos)).bind(9, checksum(record));
    if (record.source) {
        put_.bind(7, record.source->client_id);
        if (record.source->user) put_.bind(8, *record.source->user);
    }
    return put_.run();
}

DatabaseResult<void> RetainedTable::enter(const DropRetained& operation) {
    return drop_.bind(1, operation.topic).run();
}

DatabaseResult<void> RetainedTable::load(Rows& rows) {
    return all_.for_each([&] {
        Content content = read_content(all_, 0, rows.clock());
        RetainedRecord record{std::move(content.message), static_cast<mqtt::QoS>(all_.number(5)), content.received_at,
                              content.expires_at, read_source(all_)};
        const bool is_sound = checksum(record) == all_.number(8);
        rows.record(std::move(record), is_sound, "retained", all_.number(9));
    });
}

}  // namespace trunkline::broker
