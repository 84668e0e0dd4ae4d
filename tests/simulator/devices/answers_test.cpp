#include "simulator/devices/answers.hpp"

#include <doctest/doctest.h>

using namespace std::chrono_literals;
using namespace trunkline;
using namespace trunkline::sim;

namespace {

/// "close" at 10 s and "open" at 60 s, each to be answered within 30 s.
ActorPlan script() {
    ActorPlan plan;
    PublicationPlan close;
    close.at = 10s;
    PublicationPlan open;
    open.at = 60s;
    plan.publications = {close, open};
    plan.answers = {{.publication = 0, .topic = "pos", .payload = "closed", .within = 30s},
                    {.publication = 1, .topic = "pos", .payload = "open", .within = 30s}};
    return plan;
}

constexpr std::string_view closed = R"({"n":1,"t":0,"v":"closed","u":""})";

Instant moment(Duration since) { return Instant(since); }

}  // namespace

TEST_CASE("an answer is a message with the payload, or a reading with it as its value, on the topic") {
    const ActorPlan plan = script();
    for (const std::string_view payload : {std::string_view("closed"), closed}) {
        Answers answers(plan, Instant{});
        answers.command_due(0);
        CHECK(!answers.take_answered("other", payload, moment(20s)));
        CHECK(!answers.take_answered("pos", "open", moment(20s)));
        CHECK(answers.take_answered("pos", payload, moment(20s)) == 0);
        CHECK(answers.after(0, moment(20s)) == 10s);
        CHECK(!answers.take_answered("pos", payload, moment(21s)));  // once
    }
}

TEST_CASE("what comes before the command, or later than within, is no answer") {
    const ActorPlan plan = script();
    Answers answers(plan, Instant{});
    CHECK(!answers.take_answered("pos", closed, moment(5s)));
    answers.command_due(0);
    Answers late = answers;
    CHECK(!late.take_answered("pos", closed, moment(40s + 1ns)));
    CHECK(answers.take_answered("pos", closed, moment(40s)) == 0);
}

TEST_CASE("each command waits for its own answer") {
    const ActorPlan plan = script();
    Answers answers(plan, Instant{});
    answers.command_due(0);
    answers.command_due(1);
    CHECK(answers.take_answered("pos", "open", moment(61s)) == 1);
    CHECK(!answers.take_answered("pos", "open", moment(62s)));
}
