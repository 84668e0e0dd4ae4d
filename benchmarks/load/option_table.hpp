#pragma once
// Command lines of loads: a word that says what is to be done, then numbers by name.

#include <charconv>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

namespace trunkline::load {

/// `--name` and the numbers that it may have.
template <typename Options>
struct NumberOption {
    std::string_view name;
    double least;
    double most;
    void (*set)(Options&, double);
};

constexpr std::size_t whole(double value) { return static_cast<std::size_t>(value); }

/// Sets `options.run` and what else is given. Throws std::invalid_argument with what would be right.
template <typename Options>
void read_numbers(Options& options, std::span<const NumberOption<Options>> known, std::span<char* const> arguments) {
    if (arguments.empty()) throw std::invalid_argument("something to do is wanted; see --help");
    options.run = arguments[0];
    for (std::size_t at = 1; at < arguments.size(); at += 2) {
        const std::string_view name = arguments[at];
        const NumberOption<Options>* option = nullptr;
        for (const NumberOption<Options>& each : known) {
            if (each.name == name) option = &each;
        }
        if (option == nullptr) throw std::invalid_argument(std::string(name) + ": unknown; see --help");
        const std::string_view text = at + 1 < arguments.size() ? arguments[at + 1] : "";
        double value = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (error != std::errc() || end != text.data() + text.size() || value < option->least || value > option->most)
            throw std::invalid_argument(std::string(name) + ": a number from " + std::to_string(option->least) +
                                        " to " + std::to_string(option->most) + " is wanted");
        option->set(options, value);
    }
}

}  // namespace trunkline::load
