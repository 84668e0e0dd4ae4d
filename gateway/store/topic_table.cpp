#include "gateway/store/topic_table.hpp"

#include "runtime/store/crc32c.hpp"

namespace trunkline::gateway {

using runtime::DatabaseResult;

namespace {

std::int64_t checksum(const TopicRecord& record) {
    runtime::RowChecksum sum;
    return sum.number(static_cast<std::int64_t>(record.sensor)).number(record.place).text(record.name).value();
}

}  // namespace

const char* const TopicTable::schema = R"sql(
CREATE TABLE topic(
  sensor INTEGER NOT NULL,
  place INTEGER NOT NULL,
  name TEXT NOT NULL,
  crc INTEGER NOT NULL,
  PRIMARY KEY(sensor, place)
) STRICT, WITHOUT ROWID;
)sql";

TopicTable::TopicTable(runtime::Preparer& prepare)
    : put_(prepare("INSERT OR REPLACE INTO topic VALUES(?,?,?,?)")),
      drop_all_(prepare("DELETE FROM topic WHERE sensor=?")),
      all_(prepare("SELECT sensor,place,name,crc FROM topic ORDER BY sensor,place")) {}

DatabaseResult<void> TopicTable::enter(const PutTopic& operation) {
    const TopicRecord& record = operation.record;
    put_.bind(1, static_cast<std::int64_t>(record.sensor)).bind(2, std::int64_t{record.place});
    return put_.bind(3, record.name).bind(4, checksum(record)).run();
}

DatabaseResult<void> TopicTable::enter(const DropSensor& operation) {
    return drop_all_.bind(1, static_cast<std::int64_t>(operation.number)).run();
}

DatabaseResult<void> TopicTable::load(Rows& rows) {
    return all_.for_each([&] {
        TopicRecord record{SensorNumber{static_cast<std::uint64_t>(all_.number(0))},
                           static_cast<std::uint16_t>(all_.number(1)), std::string(all_.text(2))};
        const bool is_sound = checksum(record) == all_.number(3);
        rows.record(std::move(record), is_sound, "topic", all_.number(0));
    });
}

}  // namespace trunkline::gateway
