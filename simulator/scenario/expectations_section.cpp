// "expect": what must have held when the run is over.

#include <algorithm>
#include <array>

#include "simulator/scenario/expectation_fields.hpp"

namespace trunkline::sim::reading {

namespace {

using ReadKind = void (*)(const Field& expectation, const Draft& draft, ExpectationPlan& plan);

struct KindRow {
    std::string_view name;
    ExpectationPlan::Kind kind;
    ReadKind read;
};
using enum ExpectationPlan::Kind;
constexpr std::array<KindRow, 12> rows = {{{"delivery", delivery, read_delivery},
                                           {"analytic", analytic, read_analytic},
                                           {"exactly-once", exactly_once, read_exactly_once},
                                           {"ordered", ordered, read_ordered},
                                           {"will", will, read_will},
                                           {"session", session, read_session_expectation},
                                           {"queue", queue, read_queue},
                                           {"retained", retained, read_retained},
                                           {"attributed", attributed, read_attributed},
                                           {"recovery", recovery, read_recovery},
                                           {"latency", latency, read_latency},
                                           {"sometimes", sometimes, read_sometimes}}};
constexpr std::array<std::string_view, 4> later_kinds = {"staleness", "always", "leak-located", "never"};

constexpr std::array<std::string_view, rows.size()> available_kinds() {
    std::array<std::string_view, rows.size()> names;
    for (std::size_t at = 0; at < rows.size(); ++at) names[at] = rows[at].name;
    return names;
}

}  // namespace

void read_expectations(const Field& expectations, Draft& draft) {
    for (const Field& expectation : expectations.items()) {
        ExpectationPlan plan;
        const Field id = expectation.need("id");
        plan.id = id.name();
        draft.expectation_names.add(id, plan.id);
        const std::string kind = expectation.need("kind").word(available_kinds(), later_kinds);
        const auto row = std::find_if(rows.begin(), rows.end(), [&](const KindRow& each) { return each.name == kind; });
        plan.kind = row->kind;
        row->read(expectation, draft, plan);
        draft.plan.expectations.push_back(std::move(plan));
    }
}

}  // namespace trunkline::sim::reading
