#pragma once
// From Mosquitto's settings to ours.

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "broker/main/mosquitto_conf.hpp"
#include "runtime/settings/key_table.hpp"

namespace trunkline::broker {

/// What became of a mosquitto.conf.
struct MosquittoImport {
    std::string json;                   // settings with the lines that they come from as comments
    std::vector<std::string> notes;     // lines that are not needed here, and why
    std::vector<std::string> problems;  // lines that have no counterpart: the settings say less than the file did
};

/// Translates line by line and guesses nothing. Keys that `program` does not have count as having no counterpart.
class MosquittoTranslator {
public:
    MosquittoTranslator(const runtime::Program& program, std::span<const MosquittoLine> lines);
    MosquittoImport result();

    // What lines can mean; `key` is ours, or says why there is none.
    void number(const MosquittoLine& line, std::string_view key);        // 0 is a number like others
    void limit(const MosquittoLine& line, std::string_view key);         // 0 means none, which we do not have
    void flag(const MosquittoLine& line, std::string_view key);          // a flag, off unless it is given
    void choice(const MosquittoLine& line, std::string_view key);        // true or false as a word
    void file(const MosquittoLine& line, std::string_view key);          // of all listeners or of one
    void everywhere(const MosquittoLine& line, std::string_view key);    // an option of all listeners or of one
    void of_listener(const MosquittoLine& line, std::string_view key);   // an option of the listener above
    void for_listener(const MosquittoLine& line, std::string_view key);  // the same, of what decides together
    void unless_false(const MosquittoLine& line, std::string_view why);  // no counterpart, unless it is off
    void missing(const MosquittoLine& line, std::string_view why);       // no counterpart
    void unneeded(const MosquittoLine& line, std::string_view why);      // none needed
    void listener(const MosquittoLine& line, std::string_view);
    void default_listener(const MosquittoLine& line, std::string_view key);  // port, bind_address
    void protocol(const MosquittoLine& line, std::string_view);
    void tls_version(const MosquittoLine& line, std::string_view);
    void duplicates(const MosquittoLine& line, std::string_view);
    void expiration(const MosquittoLine& line, std::string_view);
    void persistence(const MosquittoLine& line, std::string_view);

private:
    struct Value {
        std::string text;
        std::string place;
    };
    using Values = std::map<std::string, Value, std::less<>>;
    struct Listener {
        std::string place;
        std::string host;  // "": any; "/…": a Unix socket
        std::string port = "1883";
        Values says;     // what stands below it in Mosquitto's words, for what decides together
        Values options;  // ours
    };

    void take(const MosquittoLine& line);
    void problem(const MosquittoLine& line, std::string_view why);
    bool is_known(const MosquittoLine& line, std::string_view key);
    std::optional<bool> truth(const MosquittoLine& line);
    void put(Values& values, std::string_view key, std::string text, const MosquittoLine& line);
    void put_setting(std::string_view key, std::string json, const MosquittoLine& line);
    Listener& current();
    // mosquitto_result.cpp
    void settle(Listener& listener);
    void settle_certificates(Listener& listener);
    void settle_store();
    std::string url_of(const Listener& listener) const;
    static std::string json_of(const Listener& listener, const std::string& url);
    std::string json_of_settings() const;

    const runtime::Program& program_;
    bool per_listener_ = false;
    bool is_local_ = false;  // no listener is asked for: only this machine, and anybody on it
    std::vector<Listener> listeners_;
    Values settings_;  // ours, in JSON
    Values all_;       // options of every listener
    Values store_;     // persistence and its place, in Mosquitto's words
    MosquittoImport import_;
};

}  // namespace trunkline::broker
