#include "simulator/main/command.hpp"

#include <doctest/doctest.h>

using namespace trunkline;
using namespace trunkline::sim;
using namespace std::chrono_literals;

namespace {

Answer answer(const std::vector<std::string>& words) {
    const Command command = parse_command_line(words);
    const Answer* answer = std::get_if<Answer>(&command);
    return answer != nullptr ? *answer : Answer{"it is taken", -1};
}

}  // namespace

TEST_CASE("run takes a scenario and what to change in it") {
    const Command command = parse_command_line({"run", "a.json", "--seed", "7", "--clock", "real", "--duration", "90s",
                                                "--set", "p=0.3", "--set", "x.y=2", "--report", "r", "--broker",
                                                "mqtt://127.0.0.1:1", "--gateway", "udp://127.0.0.1:2", "--quiet"});
    const auto* run = std::get_if<RunCommand>(&command);
    REQUIRE(run != nullptr);
    CHECK(run->scenario_file == "a.json");
    CHECK(run->options.seed == 7);
    CHECK(run->options.clock == ClockMode::real_time);
    CHECK(run->options.run == Duration(90s));
    CHECK(run->options.overrides == std::vector<std::string>{"p=0.3", "x.y=2"});
    CHECK(run->report_folder == "r");
    CHECK(run->broker_url == "mqtt://127.0.0.1:1");
    CHECK(run->gateway_url == "udp://127.0.0.1:2");
    CHECK(run->is_quiet);
}

TEST_CASE("what is not given stays with the scenario") {
    const Command command = parse_command_line({"run", "a.json"});
    const auto* run = std::get_if<RunCommand>(&command);
    REQUIRE(run != nullptr);
    CHECK(!run->options.seed.has_value());
    CHECK(!run->options.clock.has_value());
    CHECK(!run->options.run.has_value());
    CHECK(!run->report_folder.has_value());
    CHECK(!run->broker_url.has_value());
    CHECK(!run->is_quiet);
}

TEST_CASE("options may stand before the scenario, and --set takes one value only") {
    const Command command = parse_command_line({"validate", "--set", "p=0.3", "a.json"});
    const auto* validate = std::get_if<ValidateCommand>(&command);
    REQUIRE(validate != nullptr);
    CHECK(validate->scenario_file == "a.json");
    CHECK(validate->options.overrides == std::vector<std::string>{"p=0.3"});
}

TEST_CASE("shrink takes the seed that fails and where the small scenario goes") {
    const Command command = parse_command_line(
        {"shrink", "a.json", "--seed", "17", "--set", "p=0.3", "--out", "b.json", "--jobs", "2", "--quiet"});
    const auto* shrink = std::get_if<ShrinkCommand>(&command);
    REQUIRE(shrink != nullptr);
    CHECK(shrink->scenario_file == "a.json");
    CHECK(shrink->options.seed == 17);
    CHECK(shrink->options.overrides == std::vector<std::string>{"p=0.3"});
    CHECK(shrink->out == "b.json");
    CHECK(shrink->jobs == 2);
    CHECK(shrink->is_quiet);
    CHECK(answer({"shrink", "a.json", "--duration", "10m"}).exit_status == exit_invalid);
}

TEST_CASE("diff takes two reports") {
    const Command command = parse_command_line({"diff", "a", "b/report.json"});
    const auto* diff = std::get_if<DiffCommand>(&command);
    REQUIRE(diff != nullptr);
    CHECK(diff->before == "a");
    CHECK(diff->after == "b/report.json");
    CHECK(answer({"diff", "a"}).exit_status == exit_invalid);
}

TEST_CASE("seeds takes where to begin, how many, and how many at once") {
    const Command command = parse_command_line({"seeds", "a.json", "--from", "18446744073709551613", "--count", "3",
                                                "--jobs", "2", "--set", "p=0.3", "--duration", "90s"});
    const auto* seeds = std::get_if<SeedsCommand>(&command);
    REQUIRE(seeds != nullptr);
    CHECK(seeds->scenario_file == "a.json");
    CHECK(seeds->from == 18446744073709551613U);
    CHECK(seeds->count == 3);
    CHECK(seeds->jobs == 2);
    CHECK(seeds->options.overrides == std::vector<std::string>{"p=0.3"});
    CHECK(seeds->options.run == Duration(90s));
    CHECK(answer({"seeds", "a.json", "--from", "18446744073709551614", "--count", "3"}).text ==
          "trunkline-sim: --count: seeds end at 18446744073709551615; --help explains");

    const Command shortest = parse_command_line({"seeds", "a.json", "--count", "100"});
    const auto* few = std::get_if<SeedsCommand>(&shortest);
    REQUIRE(few != nullptr);
    CHECK(few->from == 1);
    CHECK(!few->jobs.has_value());
}

TEST_CASE("schema takes nothing") {
    CHECK(std::holds_alternative<SchemaCommand>(parse_command_line({"schema"})));
    CHECK(answer({"schema", "a.json"}).exit_status == exit_invalid);
}

TEST_CASE("help and version are answers with exit status 0") {
    CHECK(answer({"--help"}).exit_status == exit_passed);
    CHECK(answer({"run", "--help"}).text.find("--duration") != std::string::npos);
    CHECK(answer({"--version"}).text.starts_with("trunkline-sim "));
    CHECK(answer({"--version"}).exit_status == exit_passed);
}

TEST_CASE("bad usage is one line and exit status 2") {
    for (const auto& words : std::vector<std::vector<std::string>>{{},
                                                                   {"walk"},
                                                                   {"run"},
                                                                   {"run", "a", "b"},
                                                                   {"run", "a", "--sede", "1"},
                                                                   {"run", "a", "--seed", "x"},
                                                                   {"run", "a", "--seed", "-1"},
                                                                   {"run", "a", "--clock", "fast"},
                                                                   {"run", "a", "--duration", "90"},
                                                                   {"run", "a", "--duration", "0s"},
                                                                   {"seeds", "a"},
                                                                   {"seeds", "a", "--count", "0"},
                                                                   {"seeds", "a", "--count", "1000000001"},
                                                                   {"seeds", "a", "--count", "1", "--from", "-1"},
                                                                   {"seeds", "a", "--count", "1", "--jobs", "0"},
                                                                   {"seeds", "a", "--count", "1", "--seed", "1"},
                                                                   {"seeds", "a", "--count", "1", "--clock", "real"},
                                                                   {"run", "a", "--duration", "367d"}}) {
        const Answer refused = answer(words);
        CAPTURE(refused.text);
        CHECK(refused.exit_status == exit_invalid);
        CHECK(refused.text.find('\n') == std::string::npos);
        CHECK(refused.text.starts_with("trunkline-sim: "));
    }
    CHECK(answer({"run", "a", "--duration", "90"}).text ==
          "trunkline-sim: --duration: a duration is wanted, like 90s, 10m or 1h30m, got \"90\": it has no unit (ns, "
          "us, ms, s, "
          "m, h, d); --help explains");
}

TEST_CASE("an unknown command is answered with the near one, or with those that there are") {
    CHECK(answer({"rnu", "a.json"}).text ==
          "trunkline-sim: there is no command \"rnu\"; did you mean \"run\"?; --help explains");
    CHECK(answer({"walk"}).text ==
          "trunkline-sim: there is no command \"walk\"; run, validate, schema, seeds, shrink, diff, replay, "
          "compare and search are available; --help explains");
}

TEST_CASE("brokers to compare have names of their own, which are folders too") {
    const Command command = parse_command_line(
        {"compare", "a.json", "--broker", "one=mqtt://127.0.0.1:1", "--broker", "two=mqtt://[::1]:2"});
    const auto& compare = std::get<CompareCommand>(command);
    REQUIRE(compare.brokers.size() == 2);
    CHECK(compare.brokers[1].name == "two");
    CHECK(compare.brokers[1].url == "mqtt://[::1]:2");
    for (const char* wrong : {"mqtt://127.0.0.1:1", "=mqtt://127.0.0.1:1", "../one=mqtt://127.0.0.1:1", "one="})
        CHECK(answer({"compare", "a.json", "--broker", wrong})
                  .text.starts_with("trunkline-sim: --broker: NAME=URL is wanted"));
    CHECK(answer({"compare", "a.json", "--broker", "one=a", "--broker", "one=b"}).text ==
          "trunkline-sim: --broker: two are called \"one\"; --help explains");
}

TEST_CASE("what a later version has is refused by name") {
    for (const char* later : {"serve"}) {
        CHECK(answer({later, "a.json"}).exit_status == exit_invalid);
        CHECK(answer({later, "a.json"}).text == "trunkline-sim: the command \"" + std::string(later) +
                                                    "\" is not available in this version; --help explains");
    }
}
