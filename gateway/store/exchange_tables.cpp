#include "gateway/store/exchange_tables.hpp"

#include "runtime/store/crc32c.hpp"

namespace trunkline::gateway {

using runtime::DatabaseResult;
using runtime::RowChecksum;

namespace {

template <typename Number>
std::int64_t column(Number number) {
    return static_cast<std::int64_t>(number);
}

std::int64_t checksum(const UplinkExchangeRecord& record) {
    RowChecksum sum;
    sum.number(column(record.sensor)).number(column(record.msg_id)).number(column(record.topic_id));
    sum.number(column(record.content)).number(column(record.uplink));
    return sum.number(record.released_at ? runtime::nanoseconds(*record.released_at) : runtime::null_number).value();
}

std::int64_t checksum(const DownlinkExchangeRecord& record) {
    RowChecksum sum;
    sum.number(column(record.sensor)).number(column(record.packet_id)).number(column(record.msg_id));
    return sum.number(record.is_received ? 1 : 0).value();
}

}  // namespace

const char* const UplinkExchangeTable::schema = R"sql(
CREATE TABLE uplink_exchange(
  sensor INTEGER NOT NULL,
  msg_id INTEGER NOT NULL,
  topic_id INTEGER NOT NULL,
  content INTEGER NOT NULL,
  uplink INTEGER NOT NULL,
  released_at INTEGER,
  crc INTEGER NOT NULL,
  PRIMARY KEY(sensor, msg_id)
) STRICT, WITHOUT ROWID;
)sql";

UplinkExchangeTable::UplinkExchangeTable(runtime::Preparer& prepare)
    : put_(prepare("INSERT OR REPLACE INTO uplink_exchange VALUES(?,?,?,?,?,?,?)")),
      drop_(prepare("DELETE FROM uplink_exchange WHERE sensor=? AND msg_id=?")),
      drop_all_(prepare("DELETE FROM uplink_exchange WHERE sensor=?")),
      all_(prepare("SELECT sensor,msg_id,topic_id,content,uplink,released_at,crc FROM uplink_exchange"
                   " ORDER BY sensor,msg_id")) {}

DatabaseResult<void> UplinkExchangeTable::enter(const PutUplinkExchange& operation) {
    const UplinkExchangeRecord& record = operation.record;
    put_.bind(1, column(record.sensor)).bind(2, column(record.msg_id)).bind(3, column(record.topic_id));
    put_.bind(4, column(record.content)).bind(5, column(record.uplink));
    if (record.released_at) put_.bind(6, runtime::nanoseconds(*record.released_at));
    return put_.bind(7, checksum(record)).run();
}

DatabaseResult<void> UplinkExchangeTable::enter(const DropUplinkExchange& operation) {
    return drop_.bind(1, column(operation.sensor)).bind(2, column(operation.msg_id)).run();
}

DatabaseResult<void> UplinkExchangeTable::enter(const DropSensor& operation) {
    return drop_all_.bind(1, column(operation.number)).run();
}

DatabaseResult<void> UplinkExchangeTable::load(Rows& rows) {
    return all_.for_each([&] {
        UplinkExchangeRecord record{SensorNumber{static_cast<std::uint64_t>(all_.number(0))},
                                    mqttsn::MsgId{static_cast<std::uint16_t>(all_.number(1))},
                                    mqttsn::TopicId{static_cast<std::uint16_t>(all_.number(2))},
                                    static_cast<std::uint64_t>(all_.number(3)),
                                    UplinkNumber{static_cast<std::uint64_t>(all_.number(4))},
                                    {}};
        if (!all_.is_null(5)) record.released_at = runtime::wall_time(all_.number(5));
        const bool is_sound = checksum(record) == all_.number(6);
        rows.record(record, is_sound, "uplink_exchange", all_.number(0));
    });
}

const char* const DownlinkExchangeTable::schema = R"sql(
CREATE TABLE downlink_exchange(
  sensor INTEGER NOT NULL,
  packet_id INTEGER NOT NULL,
  msg_id INTEGER NOT NULL,
  is_received INTEGER NOT NULL,
  crc INTEGER NOT NULL,
  PRIMARY KEY(sensor, packet_id)
) STRICT, WITHOUT ROWID;
)sql";

DownlinkExchangeTable::DownlinkExchangeTable(runtime::Preparer& prepare)
    : put_(prepare("INSERT OR REPLACE INTO downlink_exchange VALUES(?,?,?,?,?)")),
      drop_(prepare("DELETE FROM downlink_exchange WHERE sensor=? AND packet_id=?")),
      drop_all_(prepare("DELETE FROM downlink_exchange WHERE sensor=?")),
      all_(prepare("SELECT sensor,packet_id,msg_id,is_received,crc FROM downlink_exchange"
                   " ORDER BY sensor,packet_id")) {}

DatabaseResult<void> DownlinkExchangeTable::enter(const PutDownlinkExchange& operation) {
    const DownlinkExchangeRecord& record = operation.record;
    put_.bind(1, column(record.sensor)).bind(2, column(record.packet_id)).bind(3, column(record.msg_id));
    return put_.bind(4, std::int64_t{record.is_received ? 1 : 0}).bind(5, checksum(record)).run();
}

DatabaseResult<void> DownlinkExchangeTable::enter(const DropDownlinkExchange& operation) {
    return drop_.bind(1, column(operation.sensor)).bind(2, column(operation.packet_id)).run();
}

DatabaseResult<void> DownlinkExchangeTable::enter(const DropSensor& operation) {
    return drop_all_.bind(1, column(operation.number)).run();
}

DatabaseResult<void> DownlinkExchangeTable::load(Rows& rows) {
    return all_.for_each([&] {
        const DownlinkExchangeRecord record{SensorNumber{static_cast<std::uint64_t>(all_.number(0))},
                                            mqtt::PacketId{static_cast<std::uint16_t>(all_.number(1))},
                                            mqttsn::MsgId{static_cast<std::uint16_t>(all_.number(2))},
                                            all_.number(3) != 0};
        const bool is_sound = checksum(record) == all_.number(4);
        rows.record(record, is_sound, "downlink_exchange", all_.number(0));
    });
}

}  // namespace trunkline::gateway
