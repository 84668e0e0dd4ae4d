#include "gateway/store/uplink_table.hpp"

#include "runtime/store/crc32c.hpp"

namespace trunkline::gateway {

using runtime::DatabaseResult;

namespace {

std::int64_t checksum(const UplinkRecord& record) {
    runtime::RowChecksum sum;
    sum.number(static_cast<std::int64_t>(record.number)).text(record.client_id).text(record.topic);
    sum.bytes(record.payload).number(static_cast<std::int64_t>(record.qos));
    return sum.number(record.retain ? 1 : 0).number(record.is_received ? 1 : 0).value();
}

}  // namespace

const char* const UplinkTable::schema = R"sql(
CREATE TABLE uplink(
  number INTEGER PRIMARY KEY,
  client_id TEXT NOT NULL,
  topic TEXT NOT NULL,
  payload BLOB,
  qos INTEGER NOT NULL,
  retain INTEGER NOT NULL,
  is_received INTEGER NOT NULL,
  crc INTEGER NOT NULL
) STRICT;
)sql";

UplinkTable::UplinkTable(runtime::Preparer& prepare)
    : put_(prepare("INSERT OR REPLACE INTO uplink VALUES(?,?,?,?,?,?,?,?)")),
      drop_(prepare("DELETE FROM uplink WHERE number=?")),
      all_(prepare("SELECT number,client_id,topic,payload,qos,retain,is_received,crc FROM uplink ORDER BY number")) {}

DatabaseResult<void> UplinkTable::enter(const PutUplink& operation) {
    const UplinkRecord& record = operation.record;
    put_.bind(1, static_cast<std::int64_t>(record.number)).bind(2, record.client_id).bind(3, record.topic);
    put_.bind(4, ByteView(record.payload)).bind(5, static_cast<std::int64_t>(record.qos));
    put_.bind(6, std::int64_t{record.retain ? 1 : 0}).bind(7, std::int64_t{record.is_received ? 1 : 0});
    return put_.bind(8, checksum(record)).run();
}

DatabaseResult<void> UplinkTable::enter(const DropUplink& operation) {
    return drop_.bind(1, static_cast<std::int64_t>(operation.number)).run();
}

DatabaseResult<void> UplinkTable::load(Rows& rows) {
    return all_.for_each([&] {
        const ByteView payload = all_.blob(3);
        UplinkRecord record{UplinkNumber{static_cast<std::uint64_t>(all_.number(0))},
                            std::string(all_.text(1)),
                            std::string(all_.text(2)),
                            {payload.begin(), payload.end()},
                            static_cast<mqtt::QoS>(all_.number(4)),
                            all_.number(5) != 0,
                            all_.number(6) != 0};
        const bool is_sound = checksum(record) == all_.number(7);
        rows.record(std::move(record), is_sound, "uplink", all_.number(0));
    });
}

}  // namespace trunkline::gateway
