#include "broker/store/entry_table.hpp"

#include <cassert>
#include <optional>
#include <utility>
#include <variant>

#include "runtime/store/crc32c.hpp"

namespace trunkline::broker {

using runtime::DatabaseResult;
using runtime::RowChecksum;
using runtime::Statement;

namespace {

/// `message`: number of the shared message, or nothing: then the content is part of the row.
std::int64_t entry_checksum(const EntryRecord& record, std::int64_t message) {
    RowChecksum sum;
    sum.number(static_cast<std::int64_t>(record.arrival)).number(static_cast<std::int64_t>(record.session));
    sum.number(static_cast<std::int64_t>(record.sequence)).number(static_cast<std::int64_t>(record.qos));
    sum.number(record.retain ? 1 : 0).bytes(record.subscription_ids.view()).text(record.share.text()).number(message);
    if (message == null_number) add_content(sum, *record.message, record.received_at, record.expires_at);
    return sum.value();
}

std::int64_t message_checksum(std::int64_t number, const Message& message, WallTime received_at,
                              std::optional<WallTime> expires_at) {
    RowChecksum sum;
    sum.number(number);
    add_content(sum, message, received_at, expires_at);
    return sum.value();
}

void set_content(EntryRecord& record, const Content& content) {
    record.message = content.message;
    record.received_at = content.received_at;
    record.expires_at = content.expires_at;
}

/// What stands in the first seven columns of a query for entries.
EntryRecord read_entry(const Statement& row) {
    EntryRecord record;
    record.arrival = ArrivalNumber{static_cast<std::uint64_t>(row.number(0))};
    record.session = SessionId{static_cast<std::uint64_t>(row.number(1))};
    record.sequence = static_cast<std::uint64_t>(row.number(2));
    record.qos = static_cast<mqtt::QoS>(row.number(3));
    record.retain = row.number(4) != 0;
    record.subscription_ids = SharedOctets(row.blob(5));
    record.share = SharedOctets(row.text(6));
    return record;
}

/// Whether the next entry that is put has the same message. What is routed together stands together.
bool next_shares(const Message* message, std::span<const StoreOperation> following) {
    for (const StoreOperation& operation : following) {
        if (const auto* put = std::get_if<PutEntry>(&operation)) return &*put->record.message == message;
    }
    return false;
}

}  // namespace

const char* const EntryTable::schema = R"sql(
CREATE TABLE entry(
  arrival INTEGER PRIMARY KEY,
  session INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  qos INTEGER NOT NULL,
  retain INTEGER NOT NULL,
  subscription_ids BLOB NOT NULL,
  share TEXT NOT NULL,
  message INTEGER,
  topic TEXT,
  properties BLOB,
  payload BLOB,
  received_at INTEGER,
  expires_at INTEGER,
  deep INTEGER NOT NULL,
  crc INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX deep_entry ON entry(session, sequence) WHERE deep=1;
CREATE TABLE released(
  arrival INTEGER PRIMARY KEY,
  crc INTEGER NOT NULL
) STRICT;
CREATE TABLE message(
  number INTEGER PRIMARY KEY,
  topic TEXT NOT NULL,
  properties BLOB NOT NULL,
  payload BLOB NOT NULL,
  received_at INTEGER NOT NULL,
  expires_at INTEGER,
  crc INTEGER NOT NULL
) STRICT;
)sql";

EntryTable::EntryTable(runtime::Preparer& prepare)
    : put_entry_(prepare("INSERT INTO entry VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)")),
      drop_entry_(prepare("DELETE FROM entry WHERE arrival=? RETURNING message,qos")),
      put_released_(prepare("INSERT OR REPLACE INTO released VALUES(?,?)")),
      drop_released_(prepare("DELETE FROM released WHERE arrival=?")),
      put_message_(prepare("INSERT INTO message VALUES(?,?,?,?,?,?,?)")),
      drop_message_(prepare("DELETE FROM message WHERE number=?")),
      all_entries_(prepare("SELECT arrival,session,sequence,qos,retain,subscription_ids,share,message,topic,properties,"
                           "payload,received_at,expires_at,crc,deep FROM entry ORDER BY arrival")),
      all_released_(prepare("SELECT arrival,crc FROM released")),
      all_messages_(prepare("SELECT number,topic,properties,payload,received_at,expires_at,crc FROM message")),
      deepen_entry_(prepare("UPDATE entry SET deep=1 WHERE arrival=?")),
      drop_deep_(prepare("DELETE FROM entry WHERE session=? AND deep=1 RETURNING message")),
      drop_deep_released_(
          prepare("DELETE FROM released WHERE arrival IN (SELECT arrival FROM entry WHERE session=? AND deep=1)")),
      some_deep_(prepare("SELECT e.arrival,e.session,e.sequence,e.qos,e.retain,e.subscription_ids,e.share,e.message,"
                         "e.topic,e.properties,e.payload,e.received_at,e.expires_at,e.crc,m.number,m.topic,"
                         "m.properties,m.payload,m.received_at,m.expires_at,m.crc,r.crc FROM entry e "
                         "LEFT JOIN message m ON m.number=e.message LEFT JOIN released r ON r.arrival=e.arrival "
                         "WHERE e.session=? AND e.sequence>=? AND e.deep=1 "
                         "AND (?3 IS NULL OR coalesce(e.expires_at,m.expires_at)<=?3) ORDER BY e.sequence LIMIT ?4")),
      next_expiry_(prepare("SELECT min(coalesce(e.expires_at,m.expires_at)) FROM entry e "
                           "LEFT JOIN message m ON m.number=e.message "
                           "WHERE e.session=?1 AND e.deep=1 AND coalesce(e.expires_at,m.expires_at)>?2")) {}

DatabaseResult<void> EntryTable::enter(const PutEntry& operation, std::span<const StoreOperation> operations) {
    const EntryRecord& record = operation.record;
    const Message* message = &*record.message;
    if (message != last_shared_ && next_shares(message, operations.subspan(1))) {
        if (const auto done = put_message(record); !done) return done;
    }
    const bool is_shared = message == last_shared_;
    put_entry_.bind(1, static_cast<std::int64_t>(record.arrival)).bind(2, static_cast<std::int64_t>(record.session));
    put_entry_.bind(3, static_cast<std::int64_t>(record.sequence)).bind(4, static_cast<std::int64_t>(record.qos));
    put_entry_.bind(5, std::int64_t{record.retain ? 1 : 0});
    put_entry_.bind(6, record.subscription_ids.view()).bind(7, record.share.text());
    if (is_shared) {
        put_entry_.bind(8, last_number_);
        ++changes_[last_number_];
    } else {
        bind_content(put_entry_, 9, *record.message, record.received_at, record.expires_at);
    }
    put_entry_.bind(14, std::int64_t{record.is_deep ? 1 : 0});
    return put_entry_.bind(15, entry_checksum(record, is_shared ? last_number_ : null_number)).run();
}

DatabaseResult<void> EntryTable::put_message(const EntryRecord& record) {
    last_shared_ = &*record.message;
    last_number_ = static_cast<std::int64_t>(record.arrival);  // of its first entry: unique and rising
    put_message_.bind(1, last_number_);
    bind_content(put_message_, 2, *record.message, record.received_at, record.expires_at);
    const std::int64_t sum = message_checksum(last_number_, *record.message, record.received_at, record.expires_at);
    return put_message_.bind(7, sum).run();
}

DatabaseResult<void> EntryTable::enter(const DropEntry& operation) {
    const DatabaseResult<bool> row = drop_entry_.bind(1, static_cast<std::int64_t>(operation.arrival)).step();
    if (!row) return Failure{row.error()};
    if (!*row) return {};  // it was never written, or has gone already
    if (!drop_entry_.is_null(0)) --changes_[drop_entry_.number(0)];
    const bool may_be_released = drop_entry_.number(1) == static_cast<std::int64_t>(mqtt::QoS::exactly_once);
    if (const auto done = drop_entry_.run(); !done || !may_be_released) return done;
    return drop_released_.bind(1, static_cast<std::int64_t>(operation.arrival)).run();
}

DatabaseResult<void> EntryTable::enter(const ReleaseEntry& operation) {
    const auto arrival = static_cast<std::int64_t>(operation.arrival);
    return put_released_.bind(1, arrival).bind(2, RowChecksum().number(arrival).value()).run();
}

DatabaseResult<void> EntryTable::enter(const DeepenEntry& operation) {
    return deepen_entry_.bind(1, static_cast<std::int64_t>(operation.arrival)).run();
}

DatabaseResult<void> EntryTable::enter(const DropDeepEntries& operation) {
    const auto session = static_cast<std::int64_t>(operation.session);
    if (const auto done = drop_deep_released_.bind(1, session).run(); !done) return done;
    return drop_deep_.bind(1, session).for_each([&] {
        if (!drop_deep_.is_null(0)) --changes_[drop_deep_.number(0)];
    });
}

DatabaseResult<void> EntryTable::drop_unused() {
    for (const auto& [message, change] : changes_) {
        if (entries_of(message) + change != 0) continue;
        if (const auto done = drop_message_.bind(1, message).run(); !done) return done;
    }
    return {};
}

std::int64_t EntryTable::entries_of(std::int64_t message) const {
    const auto found = entries_.find(message);
    return found == entries_.end() ? 0 : found->second;
}

void EntryTable::committed() {
    for (const auto& [message, change] : changes_) {
        const std::int64_t entries = entries_of(message) + change;
        assert(entries >= 0);
        if (entries == 0) {
            entries_.erase(message);
        } else {
            entries_[message] = entries;
        }
    }
    rolled_back();
}

void EntryTable::rolled_back() {
    changes_.clear();
    last_shared_ = nullptr;
}

DatabaseResult<void> EntryTable::load(Rows& rows) {
    const auto messages = load_messages(rows);
    if (!messages) return Failure{messages.error()};
    const auto released = load_released(rows);
    if (!released) return Failure{released.error()};
    entries_.clear();
    return all_entries_.for_each([&] {
        const std::int64_t arrival = all_entries_.number(0);
        EntryRecord record = read_entry(all_entries_);
        std::int64_t message = null_number;
        if (all_entries_.is_null(7)) {
            set_content(record, read_content(all_entries_, 8, rows.clock()));
        } else {
            message = all_entries_.number(7);
            ++entries_[message];
            const auto found = messages->find(message);
            if (found == messages->end()) {
                rows.damaged("entry", arrival, "its message is missing");
                return;
            }
            set_content(record, found->second);
        }
        record.is_released = released->contains(arrival);
        record.is_deep = all_entries_.number(14) != 0;
        const bool is_sound = entry_checksum(record, message) == all_entries_.number(13);
        rows.record(std::move(record), is_sound, "entry", arrival);
    });
}

DatabaseResult<FetchedPart> EntryTable::fetch(const Fetch& wanted, const WallClock& clock) {
    some_deep_.bind(1, static_cast<std::int64_t>(wanted.session)).bind(2, static_cast<std::int64_t>(wanted.from));
    if (wanted.expired_at) some_deep_.bind(3, nanoseconds(*wanted.expired_at));
    some_deep_.bind(4, static_cast<std::int64_t>(wanted.most_messages));
    FetchedPart part;
    std::size_t bytes = 0;
    for (std::size_t count = 0; count < wanted.most_messages && bytes < wanted.most_bytes; ++count) {
        const DatabaseResult<bool> row = some_deep_.step();
        if (!row) return Failure{row.error()};
        part.is_end = !*row;
        if (part.is_end) break;
        part.next = static_cast<std::uint64_t>(some_deep_.number(2)) + 1;
        fetch_row(part, clock);
        if (!part.records.empty()) bytes += part.records.back().message->footprint();
    }
    some_deep_.reset();
    if (!wanted.expired_at || !part.is_end) return part;
    const auto next = next_expiry(wanted.session, *wanted.expired_at);
    if (!next) return Failure{next.error()};
    part.next_expiry = *next;
    return part;
}

/// Checks what load() checks: rows may have been damaged since.
void EntryTable::fetch_row(FetchedPart& part, const WallClock& clock) const {
    EntryRecord record = read_entry(some_deep_);
    const auto arrival = static_cast<std::int64_t>(record.arrival);
    const auto damaged = [&](std::string_view table, std::int64_t row, std::string_view what) {
        part.damages.push_back(runtime::Damages::line(table, row, what));
    };
    std::int64_t message = null_number;
    if (some_deep_.is_null(7)) {
        set_content(record, read_content(some_deep_, 8, clock));
    } else {
        message = some_deep_.number(7);
        if (some_deep_.is_null(14)) return damaged("entry", arrival, "its message is missing");
        const Content content = read_content(some_deep_, 15, clock);
        if (message_checksum(message, *content.message, content.received_at, content.expires_at) !=
            some_deep_.number(20))
            return damaged("message", message, "the checksum does not match");
        set_content(record, content);
    }
    record.is_released = !some_deep_.is_null(21);
    record.is_deep = true;
    if (entry_checksum(record, message) != some_deep_.number(13))
        return damaged("entry", arrival, "the checksum does not match");
    part.records.push_back(std::move(record));
}

DatabaseResult<std::optional<WallTime>> EntryTable::next_expiry(SessionId session, WallTime after) {
    next_expiry_.bind(1, static_cast<std::int64_t>(session)).bind(2, nanoseconds(after));
    const DatabaseResult<bool> row = next_expiry_.step();
    if (!row) return Failure{row.error()};
    std::optional<WallTime> next;
    if (*row && !next_expiry_.is_null(0)) next = wall_time(next_expiry_.number(0));
    next_expiry_.reset();
    return next;
}

DatabaseResult<std::unordered_set<std::int64_t>> EntryTable::load_released(Rows& rows) {
    std::unordered_set<std::int64_t> released;
    const auto done = all_released_.for_each([&] {
        const std::int64_t arrival = all_released_.number(0);
        if (RowChecksum().number(arrival).value() == all_released_.number(1)) {
            released.insert(arrival);
        } else {
            rows.damaged("released", arrival, "the checksum does not match");
        }
    });
    if (!done) return Failure{done.error()};
    return released;
}

DatabaseResult<std::unordered_map<std::int64_t, Content>> EntryTable::load_messages(Rows& rows) {
    std::unordered_map<std::int64_t, Content> messages;
    const auto done = all_messages_.for_each([&] {
        const std::int64_t number = all_messages_.number(0);
        Content content = read_content(all_messages_, 1, rows.clock());
        const std::int64_t sum = message_checksum(number, *content.message, content.received_at, content.expires_at);
        if (sum == all_messages_.number(6)) {
            messages.emplace(number, std::move(content));
        } else {
            rows.damaged("message", number, "the checksum does not match");
        }
    });
    if (!done) return Failure{done.error()};
    return messages;
}

}  // namespace trunkline::broker
