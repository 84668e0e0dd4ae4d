#pragma once
// Rows of a store as lines of JSON.

#include <iosfwd>

#include "broker/core/store_batch.hpp"

namespace trunkline::broker {

/// What a dump shows.
struct DumpedKinds {
    bool sessions = false;  // with subscriptions and inbound identifiers
    bool queues = false;
    bool retained = false;
    bool wills = false;
};

/// Writes each record as it comes: one object a line, `table` first (docs/store.md).
class StoreDump : public Store::Visitor {
public:
    /// The stream outlives the dump.
    StoreDump(DumpedKinds kinds, std::ostream& out) : kinds_(kinds), out_(out) {}
    void record(StoreRecord record) override;

private:
    DumpedKinds kinds_;
    std::ostream& out_;
};

}  // namespace trunkline::broker
