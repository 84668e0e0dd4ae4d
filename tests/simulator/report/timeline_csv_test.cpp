#include "simulator/report/timeline_csv.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace trunkline;
using namespace trunkline::sim;
using namespace std::chrono_literals;

TEST_CASE("timeline.csv: a row for each step, in the columns of the head") {
    History history;
    history.step = 5s;
    history.steps.resize(2);
    HistoryStep& step = history.steps[1];
    step.offered = 12;
    step.acknowledged = 11;
    step.delivered = 10;
    step.duplicates = 1;
    step.connected = 4;
    step.waiting_most = 3;
    step.wills = 2;
    step.latency_p50 = 62ms;
    step.latency_p99 = 1500ms;
    step.causes[static_cast<std::size_t>(LossCause::not_connected)] = 9;
    const std::string text = timeline_csv(history);
    const std::string head = text.substr(0, text.find("\r\n"));
    CHECK(
        head.starts_with("at_s,offered,acknowledged,delivered,duplicates,connected,waiting_most,wills,latency_p50_ms,"
                         "latency_p99_ms,not_connected,"));
    CHECK(head.ends_with(",unexplained"));
    const std::string rows = text.substr(head.size() + 2);
    CHECK(rows.starts_with("0,0,0,0,0,0,0,0,,,0,"));
    const std::string second = rows.substr(rows.find("\r\n") + 2);
    CHECK(second.starts_with("5,12,11,10,1,4,3,2,62,1500,9,0,"));
    for (const std::string& line : {head, rows.substr(0, rows.find("\r\n")), second})
        CHECK(std::count(line.begin(), line.end(), ',') == std::count(head.begin(), head.end(), ','));
}
