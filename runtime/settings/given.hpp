#pragma once
// What the user gave, by command line and file together, before a program makes its own settings of it.

#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/settings/key_table.hpp"

namespace trunkline::runtime {

/// A value with the place where the user wrote it, for messages.
struct GivenValue {
    std::string text;   // a flag: "true" or "false"; a number: its digits
    std::string place;  // "--listen" or "broker.json:4: /listen/0"
};

/// Values by the names of their keys. Every value fits the kind of its key.
class Given {
public:
    void add(std::string_view key, GivenValue value) { values_[std::string(key)].push_back(std::move(value)); }
    bool has(std::string_view key) const { return values_.contains(key); }
    /// All values of a key, in the order in which they were written; none: nothing was given.
    const std::vector<GivenValue>& all(std::string_view key) const;
    /// The value of a key that does not repeat; nullptr: not given.
    const GivenValue* one(std::string_view key) const;
    bool flag(std::string_view key) const;
    /// Takes the values of a file for the keys that are not given here.
    void fill_from(Given file, std::string path);
    /// Of that file; empty: there is none.
    const std::string& config_path() const { return config_path_; }
    /// What was given elsewhere than in the file.
    Given without_file() const;

private:
    std::map<std::string, std::vector<GivenValue>, std::less<>> values_;
    std::set<std::string, std::less<>> from_file_;  // keys
    std::string config_path_;
};

/// Throws UsageError if the text is no value of the key's kind.
void check_value(const Key& key, const GivenValue& value);

}  // namespace trunkline::runtime
