#include "gateway/store/queue_tables.hpp"

#include "runtime/store/crc32c.hpp"

namespace trunkline::gateway {

using runtime::DatabaseResult;
using runtime::RowChecksum;

namespace {

template <typename Number>
std::int64_t value(Number number) {
    return static_cast<std::int64_t>(number);
}

std::int64_t checksum(const QueuedRecord& record) {
    RowChecksum sum;
    sum.number(value(record.number)).number(value(record.sensor)).number(value(record.packet_id)).text(record.topic);
    sum.bytes(record.payload).number(value(record.qos)).number(record.retain ? 1 : 0);
    return sum.number(record.expires_at ? runtime::nanoseconds(*record.expires_at) : runtime::null_number).value();
}

std::int64_t checksum(const ReceivedRecord& record) {
    RowChecksum sum;
    return sum.number(record.connection).number(value(record.packet_id)).value();
}

}  // namespace

const char* const QueuedTable::schema = R"sql(
CREATE TABLE queued(
  number INTEGER PRIMARY KEY,
  sensor INTEGER NOT NULL,
  packet_id INTEGER NOT NULL,
  topic TEXT NOT NULL,
  payload BLOB,
  qos INTEGER NOT NULL,
  retain INTEGER NOT NULL,
  expires_at INTEGER,
  crc INTEGER NOT NULL
) STRICT;
CREATE INDEX queued_of_sensor ON queued(sensor);
)sql";

QueuedTable::QueuedTable(runtime::Preparer& prepare)
    : put_(prepare("INSERT OR REPLACE INTO queued VALUES(?,?,?,?,?,?,?,?,?)")),
      drop_(prepare("DELETE FROM queued WHERE number=?")),
      drop_all_(prepare("DELETE FROM queued WHERE sensor=?")),
      all_(prepare("SELECT number,sensor,packet_id,topic,payload,qos,retain,expires_at,crc FROM queued"
                   " ORDER BY number")) {}

DatabaseResult<void> QueuedTable::enter(const PutQueued& operation) {
    const QueuedRecord& record = operation.record;
    put_.bind(1, value(record.number)).bind(2, value(record.sensor)).bind(3, value(record.packet_id));
    put_.bind(4, record.topic).bind(5, ByteView(record.payload)).bind(6, value(record.qos));
    put_.bind(7, std::int64_t{record.retain ? 1 : 0});
    if (record.expires_at) put_.bind(8, runtime::nanoseconds(*record.expires_at));
    return put_.bind(9, checksum(record)).run();
}

DatabaseResult<void> QueuedTable::enter(const DropQueued& operation) {
    return drop_.bind(1, value(operation.number)).run();
}

DatabaseResult<void> QueuedTable::enter(const DropSensor& operation) {
    return drop_all_.bind(1, value(operation.number)).run();
}

DatabaseResult<void> QueuedTable::load(Rows& rows) {
    return all_.for_each([&] {
        const ByteView payload = all_.blob(4);
        QueuedRecord record{QueueNumber{static_cast<std::uint64_t>(all_.number(0))},
                            SensorNumber{static_cast<std::uint64_t>(all_.number(1))},
                            mqtt::PacketId{static_cast<std::uint16_t>(all_.number(2))},
                            std::string(all_.text(3)),
                            {payload.begin(), payload.end()},
                            static_cast<mqtt::QoS>(all_.number(5)),
                            all_.number(6) != 0,
                            {}};
        if (!all_.is_null(7)) record.expires_at = runtime::wall_time(all_.number(7));
        const bool is_sound = checksum(record) == all_.number(8);
        rows.record(std::move(record), is_sound, "queued", all_.number(0));
    });
}

const char* const ReceivedTable::schema = R"sql(
CREATE TABLE received(
  connection INTEGER NOT NULL,
  packet_id INTEGER NOT NULL,
  crc INTEGER NOT NULL,
  PRIMARY KEY(connection, packet_id)
) STRICT, WITHOUT ROWID;
)sql";

ReceivedTable::ReceivedTable(runtime::Preparer& prepare)
    : put_(prepare("INSERT OR REPLACE INTO received VALUES(?,?,?)")),
      drop_(prepare("DELETE FROM received WHERE connection=? AND packet_id=?")),
      all_(prepare("SELECT connection,packet_id,crc FROM received ORDER BY connection,packet_id")) {}

DatabaseResult<void> ReceivedTable::enter(const PutReceived& operation) {
    const ReceivedRecord& record = operation.record;
    put_.bind(1, std::int64_t{record.connection}).bind(2, value(record.packet_id));
    return put_.bind(3, checksum(record)).run();
}

DatabaseResult<void> ReceivedTable::enter(const DropReceived& operation) {
    return drop_.bind(1, std::int64_t{operation.record.connection}).bind(2, value(operation.record.packet_id)).run();
}

DatabaseResult<void> ReceivedTable::load(Rows& rows) {
    return all_.for_each([&] {
        const ReceivedRecord record{static_cast<std::uint8_t>(all_.number(0)),
                                    mqtt::PacketId{static_cast<std::uint16_t>(all_.number(1))}};
        rows.record(record, checksum(record) == all_.number(2), "received", all_.number(1));
    });
}

}  // namespace trunkline::gateway
