#include <array>

#include "tests/tidy/rules.hpp"

namespace trunkline::tidy {

namespace {

struct Call {
    std::string_view pattern;  // words as they follow each other
    std::string_view instead;
};

constexpr std::string_view told = "the time is told, by an argument";
constexpr std::string_view stream = "use a stream of protocol/base/random.hpp";
constexpr std::string_view facts = "leave a fact, the edge writes it";
constexpr std::string_view settings = "settings come from the driver";

// Forbidden outside runtime/time.
constexpr std::array clock_calls = {
    Call{"::now(", "the one place that asks is runtime/time"},
    Call{"std::time(", told},
    Call{"time(nullptr", told},
    Call{"time(NULL", told},
    Call{"time(0", told},
    Call{"time(&", told},
    Call{"gettimeofday(", told},
    Call{"clock_gettime(", told},
};
// Forbidden in all of a virtual run.
constexpr std::array world_calls = {
    Call{"steady_clock", told},
    Call{"system_clock", told},
    Call{"high_resolution_clock", told},
    Call{"std::clock(", told},
    Call{"localtime(", told},
    Call{"localtime_r(", told},
    Call{"rand(", stream},
    Call{"srand(", stream},
    Call{"random_device", stream},
    Call{"mt19937", stream},
    Call{"mt19937_64", stream},
    Call{"default_random_engine", stream},
    Call{"getenv(", settings},
    Call{"setlocale(", settings},
    Call{"system(", settings},
    Call{"std::thread", settings},
    Call{"std::jthread", settings},
    Call{"std::async(", settings},
    Call{"thread_local", "state belongs to an object"},
};
// Forbidden in protocol and cores.
constexpr std::array pure_calls = {
    Call{"std::function", "leave an output instead of calling back"},
    Call{"std::cout", facts},
    Call{"std::cerr", facts},
    Call{"std::clog", facts},
    Call{"std::cin", facts},
    Call{"printf(", facts},
    Call{"fprintf(", facts},
    Call{"puts(", facts},
    Call{"fputs(", facts},
    Call{"fopen(", facts},
    Call{"ofstream", facts},
    Call{"ifstream", facts},
    Call{"ostringstream", facts},
    Call{"stringstream", facts},
    Call{"istringstream", facts},
    Call{"ostream", facts},
};
constexpr std::array test_calls = {
    Call{"sleep_for(", "wait for what is expected"},
    Call{"sleep_until(", "wait for what is expected"},
    Call{"usleep(", "wait for what is expected"},
    Call{"nanosleep(", "wait for what is expected"},
};

bool is_member(std::span<const Token> tokens, std::size_t at) {
    return at > 0 && (tokens[at - 1].text == "." || tokens[at - 1].text == "->");
}

void look_for(const Source& source, std::span<const Call> calls, Findings& findings) {
    const std::vector<Token>& tokens = source.words.tokens;
    for (const Call& call : calls) {
        const Words pattern = cut(call.pattern);
        for (std::size_t at = 0; at < tokens.size(); ++at) {
            if (!matches(tokens, at, pattern.tokens) || is_member(tokens, at)) continue;
            findings.push_back({source.path, tokens[at].line, "forbidden-call",
                                std::string(call.pattern) + ": not here; " + std::string(call.instead)});
        }
    }
}

/// Their results differ between libraries.
void look_for_distributions(const Source& source, Findings& findings) {
    for (const Token& token : source.words.tokens) {
        if (token.kind != Token::Kind::word || !token.text.ends_with("_distribution")) continue;
        findings.push_back(
            {source.path, token.line, "forbidden-call", token.text + ": not here; " + std::string(stream)});
    }
}

}  // namespace

void check_calls(const Source& source, Kind kind, Findings& findings) {
    if (kind != Kind::clock) look_for(source, clock_calls, findings);
    if (kind != Kind::pure && kind != Kind::virtual_run) return;
    look_for(source, world_calls, findings);
    look_for_distributions(source, findings);
    if (kind == Kind::pure) look_for(source, pure_calls, findings);
}

void check_test_calls(const Source& source, Findings& findings) { look_for(source, test_calls, findings); }

}  // namespace trunkline::tidy
