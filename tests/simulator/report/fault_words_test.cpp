#include "simulator/report/fault_words.hpp"

#include <doctest/doctest.h>

using namespace trunkline::sim;

TEST_CASE("what happens to the pipe is called by what it is, and where") {
    FaultPlan fault;
    fault.kind = FaultPlan::Kind::pipe;
    fault.pipe = PipeEvent{.kind = PipeEvent::Kind::leak, .at = 212'400.0, .size = 0.01};
    CHECK(kind_of(fault) == "leak");
    CHECK(words_of(Scenario(), fault) == "leak of 36.0 m³/h at km 212.4");
    fault.pipe->kind = PipeEvent::Kind::pump_trip;
    CHECK(kind_of(fault) == "pump_trip");
    CHECK(words_of(Scenario(), fault) == "the pump at km 212.4 trips");
    fault.pipe->kind = PipeEvent::Kind::valve;
    CHECK(words_of(Scenario(), fault) == "the valve at km 212.4 closes");
    fault.pipe->kind = PipeEvent::Kind::pig;
    CHECK(kind_of(fault) == "pig");
    CHECK(words_of(Scenario(), fault) == "a pig is launched at km 212.4");
    fault.pipe.reset();
    fault.kind = FaultPlan::Kind::partition;
    CHECK(kind_of(fault) == "partition");
}
