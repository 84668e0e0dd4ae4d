#include "runtime/settings/command_line.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstdio>
#include <fstream>
#include <span>
#include <vector>

#include "runtime/settings/run_program.hpp"
#include "runtime/settings/usage_error.hpp"
#include "tests/runtime/settings/sample_program.hpp"
#include "tests/support/standard_error.hpp"
#include "tests/support/temporary_folder.hpp"

namespace trunkline::runtime {

namespace {

CommandLine parse(std::vector<const char*> words) {
    words.insert(words.begin(), "trunkline-sample");
    return parse_command_line(sample, static_cast<int>(words.size()), words.data());
}

std::string error_of(const std::vector<const char*>& words) {
    try {
        parse(words);
    } catch (const UsageError& error) {
        return error.what();
    }
    return "none";
}

}  // namespace

TEST_CASE("command line: without options nothing is given") {
    const CommandLine line = parse({});
    CHECK(line.wish == CommandLine::Wish::run);
    CHECK(line.config_path.empty());
    CHECK(line.given.all("listen").empty());
    CHECK(line.given.one("data") == nullptr);
    CHECK(!line.given.flag("allow_anonymous"));
}

TEST_CASE("command line: values of every kind, with a space or an equals sign") {
    const CommandLine line = parse({"--listen", "a", "--listen=b", "--data", "/var/x y", "--log-level", "debug",
                                    "--allow-anonymous", "--gateway-id=7", "--config", "file.json"});
    REQUIRE(line.given.all("listen").size() == 2);
    CHECK(line.given.all("listen")[0].text == "a");
    CHECK(line.given.all("listen")[1].text == "b");
    CHECK(line.given.all("listen")[1].place == "--listen");
    CHECK(line.given.one("data")->text == "/var/x y");
    CHECK(line.given.one("log_level")->text == "debug");
    CHECK(line.given.one("gateway_id")->text == "7");
    CHECK(line.given.flag("allow_anonymous"));
    CHECK(line.config_path == "file.json");
}

TEST_CASE("command line: --help, --version and --check-config") {
    CHECK(parse({"--help"}).wish == CommandLine::Wish::help);
    CHECK(parse({"--version"}).wish == CommandLine::Wish::version);
    CHECK(parse({"--check-config"}).wish == CommandLine::Wish::check_config);
    CHECK(parse({"--nonsense", "--help"}).wish == CommandLine::Wish::help);
}

TEST_CASE("command line: an unknown option names the nearest known one") {
    CHECK(error_of({"--lissten", "x"}) == "--lissten: unknown option; did you mean --listen?");
    CHECK(error_of({"--log_level=debug"}) == "--log_level: unknown option; did you mean --log-level?");
    CHECK(error_of({"--zebra"}) == "--zebra: unknown option; --help lists the known ones");
    CHECK(error_of({"-x"}) == "-x: unknown option; --help lists the known ones");
}

TEST_CASE("command line: what later versions have is refused by name") {
    CHECK(error_of({"--acl-file", "x"}) == "--acl-file: not available in this version; remove it");
    CHECK(error_of({"--acl-file=x"}) == "--acl-file: not available in this version; remove it");
    CHECK(error_of({"passwd"}) == "passwd: this command is not available in this version");
}

TEST_CASE("command line: operands, missing values and repeated options are refused") {
    CHECK(error_of({"x"}) == "x: an option is wanted, as in --help");
    CHECK(error_of({"--data"}).starts_with("--data"));
    CHECK(error_of({"--data="}) != "none");
    CHECK(error_of({"--data", "a", "--data", "b"}) == "--data: given twice; keep one of them");
    CHECK(error_of({"--config", ""}) == "--config: a value is missing, FILE is wanted");
    CHECK(error_of({"--config", "a", "--config", "b"}) == "--config: given twice; keep one of them");
}

TEST_CASE("command line: values of another kind are refused") {
    CHECK(error_of({"--gateway-id", "-1"}) == "--gateway-id: a whole number is wanted, got \"-1\"");
    CHECK(error_of({"--gateway-id", "1x"}) == "--gateway-id: a whole number is wanted, got \"1x\"");
    CHECK(error_of({"--log-level", "inof"}) ==
          "--log-level: info (of debug|info|warning|error) is wanted, got \"inof\"");
    CHECK(error_of({"--log-level", "loud"}) == "--log-level: debug|info|warning|error is wanted, got \"loud\"");
}

TEST_CASE("command line: options win over the file, key by key") {
    const std::string path = "trunkline_settings_test.json";
    std::ofstream(path) << R"({"listen": ["from file"], "data": "from file", "allow_anonymous": true})";
    const Given given = read_settings(sample, parse({"--config", path.c_str(), "--data", "from option"}));
    CHECK(given.one("data")->text == "from option");
    CHECK(given.one("listen")->text == "from file");
    CHECK(given.one("listen")->place == path + ":1: /listen/0");
    CHECK(given.flag("allow_anonymous"));
    const Given off = read_settings(sample, parse({"--config", path.c_str(), "--allow-anonymous=false"}));
    CHECK(!off.flag("allow_anonymous"));
    std::remove(path.c_str());
}

TEST_CASE("command line: a file that cannot be read is said so") {
    CHECK_THROWS_WITH_AS(read_settings(sample, parse({"--config", "no/such/file"})),
                         doctest::Contains("cannot read no/such/file"), UsageError);
    CHECK_THROWS_WITH_AS(read_settings(sample, parse({"--config", "."})), doctest::Contains("cannot read ."),
                         UsageError);
}

TEST_CASE("settings: read again, the file's part is what the file says now, and options still win") {
    const test::TemporaryFolder folder;
    const std::string path = folder.file("sample.json");
    std::ofstream(path) << R"({"data": "old", "gateway_id": 7, "log_level": "debug"})";
    const Given before = read_settings(sample, parse({"--config", path.c_str(), "--log-level", "error"}));
    CHECK(before.config_path() == path);
    std::ofstream(path) << R"({"data": "new", "log_level": "info", "allow_anonymous": true})";
    const Given after = read_again(sample, before);
    CHECK(after.one("data")->text == "new");
    CHECK(after.one("gateway_id") == nullptr);
    CHECK(after.one("log_level")->text == "error");
    CHECK(after.flag("allow_anonymous"));
    CHECK(read_again(sample, after).one("data")->text == "new");
    std::ofstream(path) << R"({"dta": "new"})";
    CHECK_THROWS_WITH_AS(read_again(sample, before), doctest::Contains("did you mean data?"), UsageError);
    CHECK(read_again(sample, parse({"--data", "x"}).given).one("data")->text == "x");
}

TEST_CASE("help: every available option with its default, and the names of those that come later") {
    const std::string help = help_text(sample);
    CHECK(help.starts_with("Usage: trunkline-sample [OPTION]...\nShows settings.\n"));
    CHECK(help.find("  --listen URL ...            Where to listen. [mqtt://127.0.0.1:1883]\n") != std::string::npos);
    CHECK(help.find("  --log-level debug|info|warning|error\n                              What to log. [info]\n") !=
          std::string::npos);
    CHECK(help.find("  --allow-anonymous           Let everybody in.\n") != std::string::npos);
    CHECK(help.find("Not available in this version: --acl-file, passwd.\n") != std::string::npos);
    CHECK(help.find("Rules.") == std::string::npos);
    CHECK(help.find("test-patience") == std::string::npos);  // what is for tests needs no advertisement
    CHECK(parse({"--test-patience", "4ms"}).given.has("test_patience"));
}

TEST_CASE("commands: one that stands first is run with what stands behind it") {
    constexpr std::array<Command, 1> commands{
        {{"count", "count WORD...", "Count words.", [](std::span<const char* const> words) {
              if (words.empty()) throw UsageError("count: a word is wanted");
              return static_cast<int>(words.size()) + 10;
          }}}};
    Program program = sample;
    program.commands = commands;
    const auto status = [&](std::vector<const char*> words) {
        words.insert(words.begin(), "trunkline-sample");
        const auto never = [](const Given&) { FAIL("the program itself was run"); };
        return run_program(program, static_cast<int>(words.size()), words.data(), never, never);
    };
    CHECK(status({"count", "a", "--b"}) == 12);
    int failed = 0;
    const std::string error = test::standard_error_of([&] { failed = status({"count"}); });
    CHECK(failed == 2);
    CHECK(error == "trunkline-sample: count: a word is wanted\n");
    CHECK(help_text(program).find("  count WORD...               Count words.\n") != std::string::npos);
}

}  // namespace trunkline::runtime
