#include "gateway/store/subscription_table.hpp"

#include "runtime/store/crc32c.hpp"

namespace trunkline::gateway {

using runtime::DatabaseResult;

namespace {

std::int64_t checksum(const SubscriptionRecord& record) {
    runtime::RowChecksum sum;
    sum.number(static_cast<std::int64_t>(record.sensor)).text(record.filter);
    return sum.number(static_cast<std::int64_t>(record.qos)).value();
}

}  // namespace

const char* const SubscriptionTable::schema = R"sql(
CREATE TABLE subscription(
  sensor INTEGER NOT NULL,
  filter TEXT NOT NULL,
  qos INTEGER NOT NULL,
  crc INTEGER NOT NULL,
  PRIMARY KEY(sensor, filter)
) STRICT, WITHOUT ROWID;
)sql";

SubscriptionTable::SubscriptionTable(runtime::Preparer& prepare)
    : put_(prepare("INSERT OR REPLACE INTO subscription VALUES(?,?,?,?)")),
      drop_(prepare("DELETE FROM subscription WHERE sensor=? AND filter=?")),
      drop_all_(prepare("DELETE FROM subscription WHERE sensor=?")),
      all_(prepare("SELECT sensor,filter,qos,crc FROM subscription ORDER BY sensor,filter")) {}

DatabaseResult<void> SubscriptionTable::enter(const PutSubscription& operation) {
    const SubscriptionRecord& record = operation.record;
    put_.bind(1, static_cast<std::int64_t>(record.sensor)).bind(2, record.filter);
    return put_.bind(3, static_cast<std::int64_t>(record.qos)).bind(4, checksum(record)).run();
}

DatabaseResult<void> SubscriptionTable::enter(const DropSubscription& operation) {
    return drop_.bind(1, static_cast<std::int64_t>(operation.sensor)).bind(2, operation.filter).run();
}

DatabaseResult<void> SubscriptionTable::enter(const DropSensor& operation) {
    return drop_all_.bind(1, static_cast<std::int64_t>(operation.number)).run();
}

DatabaseResult<void> SubscriptionTable::load(Rows& rows) {
    return all_.for_each([&] {
        SubscriptionRecord record{SensorNumber{static_cast<std::uint64_t>(all_.number(0))}, std::string(all_.text(1)),
                                  static_cast<mqtt::QoS>(all_.number(2))};
        const bool is_sound = checksum(record) == all_.number(3);
        rows.record(std::move(record), is_sound, "subscription", all_.number(0));
    });
}

}  // namespace trunkline::gateway
