// What the lines of a mosquitto.conf say together, and the settings as text.

#include <utility>

#include "broker/main/json_text.hpp"
#include "broker/main/mosquitto_import.hpp"

namespace trunkline::broker {

namespace {

using namespace std::string_literals;

/// An IPv6 address stands in brackets.
std::string as_url_host(const std::string& host) {
    return host.find(':') == std::string::npos ? host : '[' + host + ']';
}

}  // namespace

MosquittoImport MosquittoTranslator::result() {
    if (listeners_.empty()) current();  // Mosquitto listens all the same
    std::string listen;
    for (Listener& listener : listeners_) {
        settle(listener);
        listen += (listen.empty() ? "" : ",\n") + json_of(listener, url_of(listener));
    }
    settle_store();
    import_.json = "// From mosquitto.conf; behind // stands the line that says so.\n{\n  \"listen\": [\n" + listen +
                   "\n  ]" + json_of_settings() + "\n}\n";
    return std::exchange(import_, {});
}

void MosquittoTranslator::settle(Listener& listener) {
    for (const auto& [key, value] : all_) listener.options.try_emplace(key, value);
    // Mosquitto lets anybody in who can reach it only where it was not told to listen.
    listener.options.try_emplace("allow_anonymous", Value{is_local_ ? "true" : "false", {}});
    settle_certificates(listener);
    const bool has_tls = listener.options.contains("cert") || listener.options.contains("psk_hint");
    const auto protocol = listener.says.find("protocol");
    const bool is_websocket = protocol != listener.says.end() && protocol->second.text == "websockets";
    listener.says["scheme"] = {is_websocket ? (has_tls ? "wss" : "ws") : (has_tls ? "mqtts" : "mqtt"), {}};
}

/// Mosquitto looks at clients' certificates only where it requires them.
void MosquittoTranslator::settle_certificates(Listener& listener) {
    const auto is_on = [&](const char* name) {
        const auto found = listener.says.find(name);
        return found != listener.says.end() &&
               truth({found->second.place, found->first, found->second.text}).value_or(false);
    };
    const bool requires_certificate = is_on("require_certificate");
    const auto ca = listener.says.find("cafile");
    if (ca != listener.says.end() && requires_certificate) listener.options["ca"] = ca->second;
    if (ca != listener.says.end() && !requires_certificate) {
        unneeded({ca->second.place, "cafile", ca->second.text}, "without require_certificate nobody is asked for one");
        listener.options.erase("crl");
    }
    if (requires_certificate && ca == listener.says.end())
        problem({listener.says["require_certificate"].place, "require_certificate", "true"}, "cafile is missing");
    const bool has_psk = listener.options.contains("psk_hint");
    if (!requires_certificate && !has_psk) return;
    if (is_on("use_identity_as_username")) {
        listener.options["user"] = {"identity", listener.says["use_identity_as_username"].place};
    } else if (is_on("use_subject_as_username")) {
        listener.options["user"] = {"subject", listener.says["use_subject_as_username"].place};
    }
}

void MosquittoTranslator::settle_store() {
    const auto wanted = store_.find("persistence");
    const auto place = store_.find("persistence_location");
    const bool is_wanted =
        wanted != store_.end() && truth({wanted->second.place, "persistence", wanted->second.text}).value_or(false);
    if (!is_wanted) {
        if (place != store_.end())
            unneeded({place->second.place, place->first, place->second.text}, "persistence is off");
        return;
    }
    if (place == store_.end())
        return problem({wanted->second.place, "persistence", "true"},
                       "persistence_location is missing; write the directory as \"data\"");
    put_setting("data", json_text(place->second.text), {place->second.place, place->first, place->second.text});
    import_.notes.push_back(place->second.place +
                            ": persistence_location becomes \"data\", but mosquitto.db is not read: sessions and "
                            "retained messages begin anew");
}

std::string MosquittoTranslator::url_of(const Listener& listener) const {
    if (listener.host.starts_with('/')) return "unix://" + listener.host;
    const std::string scheme = listener.says.at("scheme").text + "://";
    std::string host = listener.host;
    const auto domain = listener.says.find("socket_domain");
    if (host.empty() && is_local_) host = "127.0.0.1";
    if (host.empty()) host = domain != listener.says.end() && domain->second.text == "ipv4" ? "0.0.0.0" : "::";
    const std::string path = scheme.starts_with("ws") ? "/*" : "";  // Mosquitto does not look at it
    return scheme + as_url_host(host) + ':' + listener.port + path;
}

std::string MosquittoTranslator::json_of(const Listener& listener, const std::string& url) {
    std::string json = "    {\"url\": " + json_text(url);
    std::string place = listener.place;
    const auto end_line = [&](bool has_more) {
        json += (has_more ? "," : "") + (place.empty() ? ""s : "  // " + place) + '\n';
    };
    for (const auto& [key, value] : listener.options) {
        end_line(true);
        json += "     " + json_text(key) + ": " + json_text(value.text);
        place = value.place;
    }
    end_line(false);
    return json + "    }";
}

std::string MosquittoTranslator::json_of_settings() const {
    std::string json;
    std::string place;
    for (const auto& [key, value] : settings_) {
        json += ',' + (place.empty() ? ""s : "  // " + place) + "\n  " + json_text(key) + ": " + value.text;
        place = value.place;
    }
    return json + (place.empty() ? ""s : "  // " + place);
}

}  // namespace trunkline::broker
