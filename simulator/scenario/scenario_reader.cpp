#include "simulator/scenario/scenario_reader.hpp"

#include <array>
#include <limits>

#include "simulator/scenario/chaos_section.hpp"
#include "simulator/scenario/document.hpp"
#include "simulator/scenario/draft.hpp"
#include "simulator/scenario/overrides.hpp"
#include "simulator/scenario/read_tree.hpp"
#include "simulator/scenario/scenario_file.hpp"

namespace trunkline::sim {

namespace {

using namespace reading;

// 2026-01-01T00:00:00Z
constexpr WallTime default_start{std::chrono::seconds(1'767'225'600)};

constexpr std::array<Key, 19> top_keys = {{{"trunkline"},
                                           {"name"},
                                           {"seed"},
                                           {"clock"},
                                           {"phases"},
                                           {"vars"},
                                           {"broker"},
                                           {"gateways"},
                                           {"links"},
                                           {"stations"},
                                           {"signals"},
                                           {"sensors"},
                                           {"actors"},
                                           {"expect"},
                                           {"pipeline"},
                                           {"faults"},
                                           {"chaos"},
                                           {"report"},
                                           {"$schema"}}};

/// Variables are plain values, so that a file shows at the place of use what it can become.
void check_vars(const Node& root, const std::string& file) {
    const Node* vars = root.find("vars");
    if (vars == nullptr) return;
    const Source without_variables{file, nullptr};
    const Field field(without_variables, *vars, "/vars");
    if (vars->kind != Node::Kind::object) field.refuse("an object with a value for each variable is wanted");
    for (const Member& member : vars->members) {
        const std::string pointer = "/vars/" + pointer_token(member.key);
        const bool nested = member.value.kind == Node::Kind::list || member.value.kind == Node::Kind::object;
        if (!nested) continue;
        Field(without_variables, member.value, pointer).refuse("a text, a number, true or false is wanted");
    }
}

/// Commands that wait for an answer expect one, whatever else the file expects.
void expect_answers(Scenario& plan) {
    for (std::size_t actor = 0; actor < plan.actors.size(); ++actor) {
        if (plan.actors[actor].answers.empty()) continue;
        ExpectationPlan answered;
        answered.id = plan.actors[actor].id + ".script";
        answered.kind = ExpectationPlan::Kind::answered;
        answered.actor = actor;
        plan.expectations.push_back(std::move(answered));
    }
}

/// Before the document is read, which is when a wrong seed is refused.
std::uint64_t seed_of(const Node& root, const ReadOptions& options) {
    if (options.seed) return *options.seed;
    const Node* seed = root.find("seed");
    return seed != nullptr ? seed->natural.value_or(1) : 1;
}

Scenario read(const Field& root, const std::string& file, const ReadOptions& options) {
    Draft draft;
    Scenario& plan = draft.plan;
    plan.file = file;
    plan.start = default_start;
    root.need("trunkline").natural(1, 1);
    if (const auto schema = root.find("$schema")) schema->text();  // for editors
    root.allow(top_keys);
    plan.name = root.need("name").name();
    if (const auto seed = root.find("seed")) plan.seed = seed->natural(0, std::numeric_limits<std::uint64_t>::max());
    if (const auto clock = root.find("clock")) read_clock(*clock, plan);
    read_phases(root.need("phases"), plan);
    draft.written_run = plan.run;
    // Before the sections, whose bounds depend on it.
    if (options.run) plan.run = *options.run;
    if (options.seed) plan.seed = *options.seed;
    if (options.clock) plan.clock = *options.clock;
    if (const auto broker = root.find("broker")) read_broker(*broker, plan.broker);
    read_links(root.need("links"), draft);
    if (const auto pipeline = root.find("pipeline")) read_pipeline(*pipeline, draft);
    read_stations(root.need("stations"), draft);
    read_signals(root.need("signals"), draft);
    read_gateways(root.need("gateways"), draft);
    read_sensors(root.need("sensors"), draft);
    if (const auto actors = root.find("actors")) read_actors(*actors, draft);
    if (const auto faults = root.find("faults")) read_faults(*faults, draft);
    if (const auto chaos = root.find("chaos")) read_chaos(*chaos, draft);
    if (const auto expect = root.find("expect")) read_expectations(*expect, draft);
    expect_answers(plan);
    if (const auto report = root.find("report")) read_report(*report, plan);
    return std::move(draft.plan);
}

}  // namespace

Scenario reading::read_tree(const Node& root, const std::string& file, const ReadOptions& options,
                            std::vector<Asked>* asked) {
    check_vars(root, file);
    const Source source{file, root.find("vars"), asked};
    return read(Field(source, root, ""), file, options);
}

Scenario read_scenario(std::string_view text, const std::string& file, const ReadOptions& options) {
    Node root = parse_document(text, file);
    for (const std::string& assignment : options.overrides) apply_override(root, assignment);
    std::vector<std::string> knobs = knobs_of(root, seed_of(root, options));
    for (const std::string& knob : knobs) apply_override(root, knob);
    Scenario scenario = read_tree(root, file, options);
    if (scenario.chaos) scenario.chaos->knobs = std::move(knobs);
    return scenario;
}

Scenario load_scenario(const std::string& path, const ReadOptions& options) {
    return read_scenario(read_scenario_file(path), path, options);
}

}  // namespace trunkline::sim
