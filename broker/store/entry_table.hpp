#pragma once
// Tables `entry`, `message` and `released`.

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <unordered_map>
#include <unordered_set>

#include "broker/core/store_batch.hpp"
#include "broker/store/content.hpp"
#include "broker/store/rows.hpp"
#include "runtime/store/database.hpp"

namespace trunkline::broker {

/// Queue entries by arrival number, so that the file grows at its end. A message that one session gets stands in its
/// entry; one that several get stands once, in `message`, and goes with its last entry. How many entries a message has
/// is counted in memory: a stored count would be written again at each acknowledgement.
class EntryTable {
public:
    static const char* const schema;
    explicit EntryTable(runtime::Preparer& prepare);

    /// `operations` begins with the one to enter: whether its message is shared depends on what follows.
    runtime::DatabaseResult<void> enter(const PutEntry& operation, std::span<const StoreOperation> operations);
    runtime::DatabaseResult<void> enter(const DropEntry& operation);
    runtime::DatabaseResult<void> enter(const ReleaseEntry& operation);
    runtime::DatabaseResult<void> enter(const DeepenEntry& operation);
    runtime::DatabaseResult<void> enter(const DropDeepEntries& operation);
    /// At the end of a transaction: messages without entries go.
    runtime::DatabaseResult<void> drop_unused();
    /// The transaction has ended.
    void committed();
    void rolled_back();

    /// By arrival number. Counts the entries of each shared message.
    runtime::DatabaseResult<void> load(Rows& rows);
    /// Between transactions.
    runtime::DatabaseResult<FetchedPart> fetch(const Fetch& wanted, const WallClock& clock);

private:
    runtime::DatabaseResult<void> put_message(const EntryRecord& record);
    runtime::DatabaseResult<std::unordered_map<std::int64_t, Content>> load_messages(Rows& rows);
    runtime::DatabaseResult<std::unordered_set<std::int64_t>> load_released(Rows& rows);
    std::int64_t entries_of(std::int64_t message) const;
    void fetch_row(FetchedPart& part, const WallClock& clock) const;
    runtime::DatabaseResult<std::optional<WallTime>> next_expiry(SessionId session, WallTime after);

    runtime::Statement put_entry_;
    runtime::Statement drop_entry_;
    runtime::Statement put_released_;
    runtime::Statement drop_released_;
    runtime::Statement put_message_;
    runtime::Statement drop_message_;
    runtime::Statement all_entries_;
    runtime::Statement all_released_;
    runtime::Statement all_messages_;
    runtime::Statement deepen_entry_;
    runtime::Statement drop_deep_;
    runtime::Statement drop_deep_released_;
    runtime::Statement some_deep_;
    runtime::Statement next_expiry_;

    std::unordered_map<std::int64_t, std::int64_t> entries_;  // of each shared message, as of the last commit
    std::map<std::int64_t, std::int64_t> changes_;            // to that in this transaction
    const Message* last_shared_ = nullptr;                    // in this transaction, with its number
    std::int64_t last_number_ = 0;
};

}  // namespace trunkline::broker
