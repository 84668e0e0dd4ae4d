#include "gateway/store/sensor_table.hpp"

#include <algorithm>

#include "runtime/store/crc32c.hpp"

namespace trunkline::gateway {

using runtime::DatabaseResult;
using runtime::RowChecksum;

namespace {

/// The way it came by stands above the port's 16 bits.
std::int64_t port_and_way(const Address& address) { return address.port | std::int64_t{address.via} << 16U; }

ByteView octets_of(const Address& address) { return std::as_bytes(std::span(address.ip)); }

std::int64_t checksum(const SensorRecord& record) {
    RowChecksum sum;
    sum.number(static_cast<std::int64_t>(record.number)).text(record.client_id);
    sum.number(static_cast<std::int64_t>(record.state)).number(runtime::nanoseconds(record.since));
    sum.bytes(octets_of(record.address)).number(port_and_way(record.address)).bytes(record.wireless_node_id);
    sum.number(record.clean_session ? 1 : 0).number(record.is_shared ? 1 : 0);
    sum.number(record.keep_alive.count()).number(record.sleep_duration.count());
    sum.number(static_cast<std::int64_t>(record.first_topic_id));
    if (!record.will) {
        for (int column = 0; column < 4; ++column) sum.number(runtime::null_number);
        return sum.value();
    }
    sum.text(record.will->topic).bytes(record.will->message);
    return sum.number(static_cast<std::int64_t>(record.will->qos)).number(record.will->retain ? 1 : 0).value();
}

SensorRecord record_in(const runtime::Statement& row) {
    SensorRecord record;
    record.number = SensorNumber{static_cast<std::uint64_t>(row.number(0))};
    record.client_id = row.text(1);
    record.state = static_cast<StoredState>(row.number(2));
    record.since = runtime::wall_time(row.number(3));
    const ByteView ip = row.blob(4);
    if (ip.size() == record.address.ip.size())
        std::copy(ip.begin(), ip.end(), std::as_writable_bytes(std::span(record.address.ip)).begin());
    record.address.port = static_cast<std::uint16_t>(row.number(5) & 0xffff);
    record.address.via = static_cast<std::uint8_t>(row.number(5) >> 16U);
    const ByteView node = row.blob(6);
    record.wireless_node_id.assign(node.begin(), node.end());
    record.clean_session = row.number(7) != 0;
    record.is_shared = row.number(8) != 0;
    record.keep_alive = std::chrono::seconds(row.number(9));
    record.sleep_duration = std::chrono::seconds(row.number(10));
    record.first_topic_id = mqttsn::TopicId(static_cast<std::uint16_t>(row.number(11)));
    if (row.is_null(12)) return record;
    const ByteView message = row.blob(13);
    record.will = Will{std::string(row.text(12)),
                       {message.begin(), message.end()},
                       static_cast<mqtt::QoS>(row.number(14)),
                       row.number(15) != 0};
    return record;
}

}  // namespace

const char* const SensorTable::schema = R"sql(
CREATE TABLE sensor(
  number INTEGER PRIMARY KEY,
  client_id TEXT NOT NULL,
  state INTEGER NOT NULL,
  since INTEGER NOT NULL,
  ip BLOB NOT NULL,
  port INTEGER NOT NULL,
  wireless_node_id BLOB NOT NULL,
  clean_session INTEGER NOT NULL,
  is_shared INTEGER NOT NULL,
  keep_alive INTEGER NOT NULL,
  sleep_duration INTEGER NOT NULL,
  first_topic_id INTEGER NOT NULL,
  will_topic TEXT,
  will_message BLOB,
  will_qos INTEGER,
  will_retain INTEGER,
  crc INTEGER NOT NULL
) STRICT;
)sql";

SensorTable::SensorTable(runtime::Preparer& prepare)
    : put_(prepare("INSERT OR REPLACE INTO sensor VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)")),
      drop_(prepare("DELETE FROM sensor WHERE number=?")),
      all_(prepare("SELECT number,client_id,state,since,ip,port,wireless_node_id,clean_session,is_shared,keep_alive,"
                   "sleep_duration,first_topic_id,will_topic,will_message,will_qos,will_retain,crc FROM sensor ORDER "
                   "BY number")) {}

DatabaseResult<void> SensorTable::enter(const PutSensor& operation) {
    const SensorRecord& record = operation.record;
    put_.bind(1, static_cast<std::int64_t>(record.number)).bind(2, record.client_id);
    put_.bind(3, static_cast<std::int64_t>(record.state)).bind(4, runtime::nanoseconds(record.since));
    put_.bind(5, octets_of(record.address)).bind(6, port_and_way(record.address));
    put_.bind(7, ByteView(record.wireless_node_id)).bind(8, std::int64_t{record.clean_session ? 1 : 0});
    put_.bind(9, std::int64_t{record.is_shared ? 1 : 0}).bind(10, std::int64_t{record.keep_alive.count()});
    put_.bind(11, std::int64_t{record.sleep_duration.count()});
    put_.bind(12, static_cast<std::int64_t>(record.first_topic_id));
    if (record.will) {
        put_.bind(13, record.will->topic).bind(14, ByteView(record.will->message));
        put_.bind(15, static_cast<std::int64_t>(record.will->qos)).bind(16, std::int64_t{record.will->retain ? 1 : 0});
    }
    return put_.bind(17, checksum(record)).run();
}

DatabaseResult<void> SensorTable::enter(const DropSensor& operation) {
    return drop_.bind(1, static_cast<std::int64_t>(operation.number)).run();
}

DatabaseResult<void> SensorTable::load(Rows& rows) {
    return all_.for_each([&] {
        SensorRecord record = record_in(all_);
        const bool is_sound = checksum(record) == all_.number(16);
        rows.record(std::move(record), is_sound, "sensor", all_.number(0));
    });
}

}  // namespace trunkline::gateway
